package io.jifen.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Load over a number of connections, each of which has one request under way at most.
 *
 * <p>Closed: each sends its next request when the last one is answered; that finds the highest rate, and its latencies
 * mean little. Open: requests are due at fixed times, whether or not earlier ones are answered, and a latency is
 * counted from the time the request was due, so that waiting for a free connection counts (no coordinated omission).
 */
final class HttpLoad {

    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(5);

    private final int port;
    private final String token;
    private final int connections;

    HttpLoad(int port, String token, int connections) {
        this.port = port;
        this.token = token;
        this.connections = connections;
    }

    /**
     * What became of a load.
     *
     * @param failed       answers that were not 2xx; they are not among the others
     * @param firstFailure one of them, for whoever looks for the cause
     */
    record Outcome(long done, double seconds, Histogram micros, long failed, String firstFailure) {

        double perSecond() {
            return done / seconds;
        }

        double millis(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1000.0;
        }

        String latencies() {
            return String.format(
                    Locale.ROOT, "p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms", millis(50), millis(99), millis(99.9));
        }

        /** The rate and what goes with it; with requests that failed it reaches no goal. */
        Figure figure(String key, String what) {
            Figure figure = Figure.rate(key, what, perSecond()).because(latencies());
            return failed == 0
                    ? figure
                    : figure.reached("none fails", false).because(failed + " failed, one of them with " + firstFailure);
        }
    }

    Outcome closed(long nanos, Supplier<Call> calls) throws InterruptedException {
        return run(0, nanos, Long.MAX_VALUE, calls);
    }

    /** Ends after so many requests. */
    Outcome closed(int number, Supplier<Call> calls) throws InterruptedException {
        return run(0, Long.MAX_VALUE / 2, number, calls);
    }

    Outcome open(double perSecond, long nanos, Supplier<Call> calls) throws InterruptedException {
        return run(1e9 / perSecond, nanos, Long.MAX_VALUE, calls);
    }

    private Outcome run(double stepNanos, long nanos, long number, Supplier<Call> calls) throws InterruptedException {
        Plan plan = new Plan(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50), stepNanos, nanos, number);
        List<FutureTask<Histogram>> callers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            FutureTask<Histogram> caller = new FutureTask<>(() -> call(plan, calls));
            callers.add(caller);
            Thread.ofPlatform().daemon().name("load-" + i).start(caller);
        }
        Histogram all = new Histogram(HIGHEST_MICROS, 3);
        for (FutureTask<Histogram> caller : callers) {
            try {
                all.add(caller.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        double seconds = (System.nanoTime() - plan.begin) / 1e9;
        String failure = plan.firstFailure.get();
        return new Outcome(all.getTotalCount(), seconds, all, plan.failed.get(), failure == null ? "" : failure);
    }

    /** What the connections of one run share. */
    private static final class Plan {

        private final long begin;
        private final double stepNanos;
        private final long nanos;
        private final long number;
        private final AtomicLong next = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final AtomicReference<String> firstFailure = new AtomicReference<>();

        Plan(long begin, double stepNanos, long nanos, long number) {
            this.begin = begin;
            this.stepNanos = stepNanos;
            this.nanos = nanos;
            this.number = number;
        }

        /** When the next request is due, since the beginning; −1: there is none any more. */
        long due() {
            long place = next.getAndIncrement();
            long due = stepNanos == 0 ? System.nanoTime() - begin : (long) (place * stepNanos);
            return place >= number || due >= nanos ? -1 : Math.max(0, due);
        }
    }

    private Histogram call(Plan plan, Supplier<Call> calls) throws IOException {
        Histogram micros = new Histogram(HIGHEST_MICROS, 3);
        try (HttpConnection connection = new HttpConnection(port)) {
            for (long due = plan.due(); due >= 0; due = plan.due()) {
                byte[] request = calls.get().bytes(token);
                await(plan.begin + due);
                int status = connection.send(request);
                long latency = System.nanoTime() - plan.begin - due;
                if (status / 100 == 2) {
                    micros.recordValue(Math.min(HIGHEST_MICROS, latency / 1000));
                } else {
                    plan.failed.incrementAndGet();
                    plan.firstFailure.compareAndSet(null, status + " " + connection.body());
                }
            }
        }
        return micros;
    }

    private static void await(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
