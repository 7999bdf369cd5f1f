package io.jifen.services;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The packaged application as a process of its own, for tests that kill it, or that need two of it. It uses the test
 * services, and ends with the test JVM at the latest.
 */
public final class AppProcess implements AutoCloseable {

    /** Where the package is, seen from the folder target. */
    private static final String FOLDER = "jifen.test.app-folder";

    /** More options for its JVM, such as a flight recording. */
    private static final String JVM_OPTIONS = "jifen.test.app-options";

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    private final int port;
    private final Path log;

    private AppProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts it and returns when it is ready. A property without a value is left out, even if others have it. */
    public static AppProcess start(Map<String, String> properties) {
        AppProcess app = launch(properties);
        app.awaitReady();
        return app;
    }

    /** Starts it and returns at once; see {@link #awaitReady()}. */
    public static AppProcess launch(Map<String, String> properties) {
        int port = Ports.free();
        Path target =
                Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target");
        List<String> command = new ArrayList<>();
        Path nativeImage = Path.of(System.getProperty("native.image.path", ""));
        if (Files.isExecutable(nativeImage) && !Files.isDirectory(nativeImage)) {
            command.add(nativeImage.toString());
        } else {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
            command.addAll(List.of(System.getProperty(JVM_OPTIONS, "").strip().split(" +")));
            command.removeIf(String::isEmpty);
        }
        Map<String, String> settings = new HashMap<>(TestServices.properties());
        settings.putAll(properties);
        settings.values().removeIf(String::isEmpty);
        command.add("-Dquarkus.http.port=" + port);
        command.add("-Dquarkus.log.console.json.enabled=false");
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        if (command.getFirst().endsWith("java")) {
            command.addAll(List.of(
                    "-jar",
                    target.resolve(System.getProperty(FOLDER, "quarkus-app"))
                            .resolve("quarkus-run.jar")
                            .toString()));
        }
        try {
            Path log = Files.createDirectories(target.resolve("app-logs")).resolve("app-" + port + ".log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new AppProcess(process, port, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void awaitReady() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the application did not get ready, see " + log);
            }
            pause();
        }
    }

    public boolean isReady() {
        try {
            return HTTP.send(request("/q/health/ready").build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** {@code kill -9}; returns when it is gone. */
    public void kill() {
        end(process.destroyForcibly());
    }

    /** SIGTERM; returns when it has ended by itself. */
    public void stop() {
        process.destroy();
        end(process);
    }

    /** Waits until it has ended by itself, as one does that has nothing to serve, and returns its exit code. */
    public int awaitEnd() {
        try {
            if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the application goes on, see " + log);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void end(Process ending) {
        try {
            if (!ending.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the application does not end, see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return port;
    }

    public Path log() {
        return log;
    }

    /** A request to this application; {@code path} begins with a slash. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    public HttpResponse<String> get(String path, String token) {
        return send(request(path).header("Authorization", "Bearer " + token).GET());
    }

    public HttpResponse<String> post(String path, String token, String json) {
        return send(request(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    public static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Between two looks; no test asserts how many there were. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
