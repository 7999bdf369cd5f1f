package io.jifen.services;

import io.jifen.fake.TokenIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The first step of {@code ./mvnw -Plocal}: everything the service needs, started and answering, when dev mode
 * begins. Arguments: the folder for data, the one for unpacked binaries, whether to start empty ({@code false}, or
 * anything else for yes), and the ports of the service, MariaDB, Kafka and Redis.
 */
final class LocalRun {

    /** Longer than any local run: these tokens are written into notes and scripts. */
    private static final Duration TOKEN_LIFE = Duration.ofDays(365);

    /** As long as services take to end, and some more. */
    private static final Duration PREVIOUS_RUN_LIMIT = Duration.ofSeconds(30);

    private LocalRun() {}

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        boolean fresh = !arguments[2].equals("false");
        Path ready = data.resolve("services.ready");
        Files.deleteIfExists(ready);
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("http", Integer.parseInt(arguments[3]));
        ports.put("db", Integer.parseInt(arguments[4]));
        ports.put("kafka", Integer.parseInt(arguments[5]));
        ports.put("redis", Integer.parseInt(arguments[6]));
        try {
            awaitEndOfPreviousRun(data);
            for (String leftover : ServiceProcess.endLeftovers(data)) {
                say("Ended " + leftover + ", which a killed run had left behind");
            }
            for (var port : ports.entrySet()) {
                requireFree(port.getKey(), port.getValue());
            }
            if (fresh) {
                Folders.delete(data);
            }
            prepareTokens(data);
            ServicesPlan plan = new ServicesPlan(
                    Path.of(arguments[1]),
                    data,
                    PidFile.text(ProcessHandle.current().parent().orElseThrow()),
                    ports.get("db"),
                    ports.get("kafka"),
                    ports.get("redis"),
                    false,
                    false);
            say("Starting MariaDB, Kafka and Redis; their data and logs are in " + data);
            ServicesLauncher.launch(plan, LocalRun::say);
            Files.createFile(ready);
        } catch (IOException e) {
            say(e.getMessage());
            System.exit(1);
        }
    }

    private static void say(String line) {
        System.out.println("[jifen] " + line);
    }

    /** After Ctrl-C the services take some seconds to write down what they have; a restart may come sooner. */
    private static void awaitEndOfPreviousRun(Path data) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PREVIOUS_RUN_LIMIT.toNanos();
        for (boolean told = false; EmbeddedServices.pidFile(data).find().isPresent(); told = true) {
            if (!told) {
                say("Waiting for the services of the previous run to end");
            }
            if (System.nanoTime() > deadline) {
                long pid = EmbeddedServices.pidFile(data)
                        .find()
                        .map(ProcessHandle::pid)
                        .orElse(0L);
                throw new IOException("Another ./mvnw -Plocal of this folder is running (its services are process "
                        + pid + "): end it first");
            }
            Thread.sleep(200);
        }
    }

    private static void requireFree(String name, int port) throws IOException {
        if (!Ports.isFree(port)) {
            throw new IOException("Port " + port + " is taken: end what uses it, or choose another one with"
                    + " -Djifen.local." + name + "-port=");
        }
    }

    private static void prepareTokens(Path data) throws IOException {
        TokenIssuer issuer = TokenIssuer.create();
        issuer.save(data.resolve("keys"));
        Files.writeString(data.resolve("tokens.json"), """
                {
                  "admin": "%s",
                  "service": "%s",
                  "users": {
                    "alice": "%s"
                  }
                }
                """.formatted(
                        issuer.token("admin", "points-admin", TOKEN_LIFE),
                        issuer.token("service", "points-service", TOKEN_LIFE),
                        issuer.token("alice", "points-user", TOKEN_LIFE)));
    }
}
