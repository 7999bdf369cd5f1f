package io.jifen.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A Kafka broker that is its own controller (KRaft), in a JVM of its own so that it can be killed alone. */
final class KafkaProcess extends ServiceProcess {

    private final Path data;
    private final boolean quickStart;

    KafkaProcess(int port, Path data, boolean quickStart) {
        super("Kafka", port, data);
        this.data = data;
        this.quickStart = quickStart;
    }

    @Override
    void prepare(Consumer<String> progress) throws IOException {
        Files.createDirectories(folder);
    }

    @Override
    List<String> command() throws IOException {
        Files.deleteIfExists(KafkaNode.readyFile(folder));
        List<String> options = new ArrayList<>();
        // 512 MB carries 20,000 messages a second of our size; the rest is the system's page cache.
        options.add("-Xmx512m");
        if (quickStart) {
            // Three seconds of processor time less until it answers, for a lower speed that no test reaches.
            options.add("-XX:TieredStopAtLevel=1");
            options.add("-XX:+UseSerialGC");
        }
        return JavaCommand.of(
                KafkaNode.class, data, options, List.of(data.toString(), folder.toString(), Integer.toString(port)));
    }

    @Override
    boolean answers() {
        return Files.exists(KafkaNode.readyFile(folder));
    }
}
