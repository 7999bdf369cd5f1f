package io.jifen.services;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Starts the JVM of {@link EmbeddedServices}, passes on what it says, and waits until it is ready. */
final class ServicesLauncher {

    private ServicesLauncher() {}

    /**
     * Returns the port where orders are taken.
     *
     * @throws IOException if a service does not start; its message is for people
     */
    static int launch(ServicesPlan plan, Consumer<String> progress) throws IOException, InterruptedException {
        Files.createDirectories(plan.data());
        List<String> command = new ArrayList<>();
        // In a session of its own Ctrl-C does not reach the services: they end after the application that uses them.
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.addAll(JavaCommand.of(
                EmbeddedServices.class,
                plan.data(),
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                plan.arguments()));
        Path log = plan.data().resolve("services.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return follow(process, log, progress);
    }

    private static int follow(Process process, Path log, Consumer<String> progress)
            throws IOException, InterruptedException {
        try (BufferedReader lines = Files.newBufferedReader(log)) {
            StringBuilder said = new StringBuilder();
            while (true) {
                // Asked before reading: what it said at its very end is still read.
                boolean ended = !process.isAlive();
                for (int next = lines.read(); next >= 0; next = lines.read()) {
                    if (next != '\n') {
                        said.append((char) next);
                        continue;
                    }
                    String line = said.toString().strip();
                    said.setLength(0);
                    if (!line.startsWith(EmbeddedServices.SAYS)) {
                        continue;
                    }
                    String news = line.substring(EmbeddedServices.SAYS.length());
                    if (news.startsWith(EmbeddedServices.READY)) {
                        return Integer.parseInt(news.substring(EmbeddedServices.READY.length()));
                    }
                    if (news.startsWith(EmbeddedServices.FAILED)) {
                        throw new IOException(news.substring(EmbeddedServices.FAILED.length()) + rest(lines));
                    }
                    progress.accept(news);
                }
                if (ended) {
                    throw new IOException("The services ended while starting; see " + log);
                }
                Thread.sleep(100);
            }
        }
    }

    /** The lines that follow a failure: the end of that service's log. */
    private static String rest(BufferedReader lines) throws IOException, InterruptedException {
        Thread.sleep(200);
        return lines.lines().reduce("", (all, line) -> all + System.lineSeparator() + line);
    }
}
