package io.jifen.services;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.logging.LogManager;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** The main class of the broker's JVM. Arguments: the folder of all services, the broker's own, its port. */
final class KafkaNode {

    private KafkaNode() {}

    public static void main(String[] arguments) throws Exception {
        // Before there are threads: its log manager deadlocks when two of them are the first to use it.
        LogManager.getLogManager();
        Path data = Path.of(arguments[0]);
        Path folder = Path.of(arguments[1]);
        int port = Integer.parseInt(arguments[2]);

        Thread.ofPlatform().daemon().start(() -> endWithParent(data));

        Properties properties = properties(folder, port);
        format(folder, properties);
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        server.startup();
        Files.createFile(readyFile(folder));
        server.awaitShutdown();
    }

    static Path readyFile(Path folder) {
        return folder.resolveSibling("kafka.ready");
    }

    private static Properties properties(Path folder, int port) {
        int controllerPort = Ports.free();
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@localhost:" + controllerPort);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort);
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", folder.toString());
        // As in production: the service makes its topics by itself, and tests theirs.
        properties.put("auto.create.topics.enable", "false");
        // Partitions for more consumers than one machine has use for, and few enough to start quickly.
        properties.put("num.partitions", "8");
        properties.put("offsets.topic.num.partitions", "8");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("share.coordinator.state.topic.num.partitions", "4");
        // One broker: there is nobody to hold a second copy.
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        // A group begins at once, without waiting for members that nobody starts.
        properties.put("group.initial.rebalance.delay.ms", "0");
        return properties;
    }

    /** Does nothing to a folder that is formatted already. */
    private static void format(Path folder, Properties properties) throws IOException {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Path file = folder.resolveSibling("kafka.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        String cluster = Uuid.randomUuid().toString();
        StorageTool.execute(
                new String[] {"format", "--config", file.toString(), "--cluster-id", cluster},
                new PrintStream(System.out));
    }

    /**
     * Standard input ends when the JVM that started this one is gone. If that was killed, nobody but this process
     * is left to end the other services.
     */
    private static void endWithParent(Path data) {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever said here.
            }
        } catch (IOException e) {
            // As good as the end.
        }
        for (String other : List.of("mariadb", "redis")) {
            ServiceProcess.pidFile(data, other)
                    .find()
                    .ifPresent(process -> ServiceProcess.end(process, Duration.ofSeconds(10)));
        }
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(1);
        });
        System.exit(0);
    }
}
