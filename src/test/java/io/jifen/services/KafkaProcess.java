package io.jifen.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A Kafka broker that is its own controller (KRaft), in a JVM of its own so that it can be killed alone. */
final class KafkaProcess extends ServiceProcess {

    private final Path data;

    KafkaProcess(int port, Path data) {
        super("Kafka", port, data);
        this.data = data;
    }

    @Override
    void prepare(Consumer<String> progress) throws IOException {
        Files.createDirectories(folder);
    }

    @Override
    List<String> command() throws IOException {
        Files.deleteIfExists(KafkaNode.readyFile(folder));
        return JavaCommand.of(
                KafkaNode.class,
                data,
                // 512 MB carries 20,000 messages a second of our size; the rest is the system's page cache.
                List.of(
                        "-Xmx512m",
                        "-Xshare:auto",
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + data.resolve("kafka.jsa")),
                List.of(data.toString(), folder.toString(), Integer.toString(port)));
    }

    @Override
    boolean answers() {
        return Files.exists(KafkaNode.readyFile(folder));
    }
}
