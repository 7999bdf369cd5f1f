package io.jifen.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How far the outbox is behind, as its leader sees it: what others show is 0, so that sums over pods are right. */
@Singleton
class OutboxGauges {

    private final Counter published;
    private volatile boolean leading;
    private volatile long rows;
    private volatile double ageSeconds;
    private volatile int failedInARow;

    OutboxGauges(MeterRegistry metrics) {
        published = Counter.builder("jifen.outbox.published")
                .description("Messages the broker has confirmed")
                .register(metrics);
        Gauge.builder("jifen.outbox.leader", () -> leading ? 1 : 0)
                .description("1 in the pod whose relay leads; over all pods the sum is 1")
                .register(metrics);
        Gauge.builder("jifen.outbox.rows", () -> rows)
                .description("Committed batches that wait to be published, counted up to 100,000")
                .register(metrics);
        Gauge.builder("jifen.outbox.age", () -> ageSeconds)
                .description("How long the oldest of them has waited")
                .baseUnit("seconds")
                .register(metrics);
        Gauge.builder("jifen.outbox.failures", () -> failedInARow)
                .description("Attempts in a row that failed; 0 while the relay gets on")
                .register(metrics);
    }

    void failed(int inARow) {
        failedInARow = inARow;
    }

    void published(long messages) {
        published.increment(messages);
    }

    void leads(boolean leads) {
        leading = leads;
        if (!leads) {
            rows = 0;
            ageSeconds = 0;
        }
    }

    void waiting(long rows, @Nullable Instant oldest, Instant now) {
        this.rows = rows;
        ageSeconds =
                oldest == null ? 0 : Math.max(0, Duration.between(oldest, now).toMillis() / 1000.0);
    }
}
