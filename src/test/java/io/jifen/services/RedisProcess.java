package io.jifen.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import redis.embedded.core.ExecutableProvider;

/** Redis from the artifact of embedded-redis, without persistence: what is lost is read from the database again. */
final class RedisProcess extends ServiceProcess {

    RedisProcess(int port, Path data) {
        super("Redis", port, data);
    }

    @Override
    void prepare(Consumer<String> progress) throws IOException {
        Files.createDirectories(folder);
    }

    @Override
    List<String> command() throws IOException {
        String executable =
                ExecutableProvider.newJarResourceProvider(folder.toFile()).get().getAbsolutePath();
        return List.of(
                executable,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toAbsolutePath().toString(),
                "--save",
                "",
                "--appendonly",
                "no");
    }

    @Override
    boolean answers() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(5);
            return new String(answer, StandardCharsets.US_ASCII).equals("+PONG");
        }
    }
}
