package io.jifen.platform;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Leaves Redis alone for a while after it failed some times in a row, then lets one caller try. Says in the log once
 * that it is gone and once that it is back, however many callers notice.
 *
 * <p>One opinion for all of a pod that use Redis. Not the fault-tolerance extension's circuit breaker: that one wraps a
 * method, and here single commands and whole pipelines share one opinion, at some ten thousand questions a second.
 */
@Singleton
public class RedisGuard {

    /** Redis that fails again within this time was not back: a struggling one would fill the log. */
    private static final Duration CALM = Duration.ofSeconds(5);

    private final int failuresInARow;
    private final long pauseNanos;
    private final LongSupplier nanos;
    private final Counter failures;

    private final AtomicInteger failedInARow = new AtomicInteger();
    private final AtomicLong nextTrialNanos = new AtomicLong();
    private volatile boolean open;
    private volatile boolean saidSo;
    private volatile long openedNanos;

    @Inject
    RedisGuard(RedisGuardConfig config, MeterRegistry metrics) {
        this(config, metrics, System::nanoTime);
    }

    RedisGuard(RedisGuardConfig config, MeterRegistry metrics, LongSupplier nanos) {
        this.failuresInARow = config.failuresInARow();
        this.pauseNanos = config.pause().toNanos();
        this.nanos = nanos;
        this.failures = Counter.builder("jifen.redis.failures")
                .description("Commands Redis did not answer in time, or refused")
                .register(metrics);
        Gauge.builder("jifen.redis.available", () -> open ? 0 : 1)
                .description("0 while Redis is left alone after failures")
                .register(metrics);
    }

    /** Whether to ask Redis now. Who was told so tells the outcome. */
    public boolean permits() {
        if (!open) {
            return true;
        }
        long now = nanos.getAsLong();
        long trial = nextTrialNanos.get();
        return now - trial >= 0 && nextTrialNanos.compareAndSet(trial, now + pauseNanos);
    }

    public void succeeded() {
        if (failedInARow.get() != 0) {
            failedInARow.set(0);
        }
        if (open || saidSo) {
            close();
        }
    }

    private synchronized void close() {
        open = false;
        if (saidSo && nanos.getAsLong() - openedNanos > CALM.toNanos()) {
            saidSo = false;
            Log.info("Redis answers again");
        }
    }

    public void failed(Throwable failure) {
        failures.increment();
        if (failedInARow.incrementAndGet() >= failuresInARow && !open) {
            open(failure);
        }
    }

    private synchronized void open(Throwable failure) {
        if (!open) {
            openedNanos = nanos.getAsLong();
            nextTrialNanos.set(openedNanos + pauseNanos);
            open = true;
            if (!saidSo) {
                saidSo = true;
                Log.warnf(
                        "Redis fails; until it is back balances come from the database, and limits are not counted: %s",
                        failure);
            }
        }
    }
}
