package io.jifen.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One service as a child process: what all three have in common. */
abstract class ServiceProcess {

    /** A start takes seconds, on a machine that is busy with ten other things a minute; later than this, never. */
    private static final Duration START_LIMIT = Duration.ofMinutes(4);

    /** Enough for each to write down what it has in memory. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    final String title;
    final int port;
    final Path folder;
    private final Path log;
    private final PidFile pidFile;
    private @Nullable Process process;
    private boolean paused;

    ServiceProcess(String title, int port, Path data) {
        this.title = title;
        this.port = port;
        String name = title.toLowerCase(Locale.ROOT);
        this.folder = data.resolve(name);
        this.log = data.resolve(name + ".log");
        this.pidFile = pidFile(data, name);
    }

    static PidFile pidFile(Path data, String name) {
        return new PidFile(data.resolve(name + ".pid"));
    }

    /** Makes the folder and whatever must be there before the first start. */
    abstract void prepare(Consumer<String> progress) throws Exception;

    abstract List<String> command() throws IOException;

    Map<String, String> environment() {
        return Map.of();
    }

    /** Whether it does its work, asked once its port is open. */
    abstract boolean answers() throws Exception;

    /** Ends what a killed run left behind in this folder; the names of what there was. */
    static List<String> endLeftovers(Path data) {
        List<String> ended = new ArrayList<>();
        for (String name : List.of("mariadb", "kafka", "redis")) {
            pidFile(data, name).find().ifPresent(leftover -> {
                end(leftover, STOP_LIMIT);
                ended.add(name);
            });
        }
        return ended;
    }

    synchronized void start() throws Exception {
        if (process != null && process.isAlive()) {
            return;
        }
        ProcessBuilder builder = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment());
        process = builder.start();
        paused = false;
        pidFile.write(process.toHandle());
        awaitAnswer(process);
    }

    private void awaitAnswer(Process started) throws Exception {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!(portIsOpen() && answersNow())) {
            if (!started.isAlive()) {
                throw new IOException(title + " ended with status " + started.exitValue() + ". " + lastLines());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException(title + " does not answer on port " + port + ". " + lastLines());
            }
            Thread.sleep(50);
        }
    }

    private boolean portIsOpen() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean answersNow() {
        try {
            return answers();
        } catch (Exception e) {
            return false;
        }
    }

    private String lastLines() throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return "The end of " + log + ":" + System.lineSeparator()
                + String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    /** As an operator would: it may finish what it is doing. */
    synchronized void stop() {
        end(STOP_LIMIT);
    }

    /** As a crash would: {@code kill -9}. */
    synchronized void kill() {
        end(Duration.ZERO);
    }

    private void end(Duration patience) {
        if (process != null) {
            // A frozen process hears nothing but the last word.
            end(process.toHandle(), paused ? Duration.ZERO : patience);
            process = null;
        }
        paused = false;
        pidFile.delete();
    }

    static void end(ProcessHandle handle, Duration patience) {
        try {
            if (!patience.isZero() && handle.destroy() && endsWithin(handle, patience)) {
                return;
            }
            handle.destroyForcibly();
            endsWithin(handle, STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean endsWithin(ProcessHandle handle, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (handle.isAlive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** Freezes it: connections stay open, and nothing answers. */
    synchronized void pause() throws Exception {
        signal("STOP");
        paused = true;
    }

    synchronized void resume() throws Exception {
        signal("CONT");
        paused = false;
    }

    private void signal(String name) throws Exception {
        if (process == null) {
            throw new IllegalStateException(title + " is not running");
        }
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("kill -" + name + " of " + title + " ended with " + status);
        }
    }

    synchronized long pid() {
        return process == null ? 0 : process.pid();
    }
}
