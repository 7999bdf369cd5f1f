package io.jifen.services;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.opentest4j.TestAbortedException;

/**
 * One of the services, for tests that take it away. Each method returns when it is done: a started service answers,
 * a stopped or killed one is gone. A service comes back on its port, and the database and the broker with their data.
 *
 * <pre>{@code
 * try (var away = TestServices.redisService().away()) {
 *     // Redis is down here, and up again behind it
 * }
 * }</pre>
 */
public final class TestService {

    private final String name;
    private final boolean given;
    private final int controlPort;

    /** @param given it is not ours to stop: tests that would are skipped */
    TestService(String name, boolean given, int controlPort) {
        this.name = name;
        this.given = given;
        this.controlPort = controlPort;
    }

    /** Whether it was started by these tests, and is the embedded one. */
    boolean isOurs() {
        return !given;
    }

    /** As an operator would stop it. */
    public void stop() {
        order("stop");
    }

    /** {@code kill -9}. */
    public void kill() {
        order("kill");
    }

    /** Does nothing if it runs already. */
    public void start() {
        order("start");
    }

    /** Freezes it: connections stay open, and nothing answers. */
    public void pause() {
        order("pause");
    }

    public void resume() {
        order("resume");
    }

    /** Stops it until the returned object is closed. */
    public Absence away() {
        stop();
        return this::start;
    }

    /** Freezes it until the returned object is closed. */
    public Absence frozen() {
        pause();
        return this::resume;
    }

    /** Ends when closed. */
    public interface Absence extends AutoCloseable {
        @Override
        void close();
    }

    private void order(String order) {
        if (given) {
            throw new TestAbortedException(name + " was given from outside; this test needs one that it may stop");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), controlPort);
                var out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.US_ASCII);
                var in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            out.println(order + " " + name);
            String answer = in.readLine();
            if (!"ok".equals(answer)) {
                throw new IllegalStateException(order + " " + name + ": " + answer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
