package io.jifen.services;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Takes orders on a port of the loopback interface, one a line, such as {@code stop redis}, and answers each with
 * {@code ok} or {@code failed: why}. A port and not a pipe, because the tests of one JVM run in several class
 * loaders that share no object.
 */
final class ControlServer {

    private final Map<String, ServiceProcess> services;

    private ControlServer(Map<String, ServiceProcess> services) {
        this.services = services;
    }

    /** Returns the port. */
    static int start(Map<String, ServiceProcess> services) throws IOException {
        ServerSocket socket = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        ControlServer server = new ControlServer(services);
        Thread.ofPlatform().daemon().start(() -> server.accept(socket));
        return socket.getLocalPort();
    }

    private void accept(ServerSocket socket) {
        while (true) {
            try {
                Socket caller = socket.accept();
                Thread.ofPlatform().daemon().start(() -> serve(caller));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket caller) {
        try (caller;
                var in = new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII));
                var out = new PrintWriter(caller.getOutputStream(), true, StandardCharsets.US_ASCII)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(answer(line));
            }
        } catch (IOException e) {
            // The caller is gone; what it ordered is done.
        }
    }

    private String answer(String line) {
        String[] words = line.split(" ");
        ServiceProcess service = words.length == 2 ? services.get(words[1]) : null;
        if (service == null) {
            return "failed: no such service in: " + line;
        }
        try {
            switch (words[0]) {
                case "start" -> service.start();
                case "stop" -> service.stop();
                case "kill" -> service.kill();
                case "pause" -> service.pause();
                case "resume" -> service.resume();
                default -> {
                    return "failed: no such order: " + line;
                }
            }
            return "ok";
        } catch (Exception e) {
            return "failed: " + String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }
}
