package io.jifen.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the reliable messages stand, as the leading relay sees it; see {@link OutboxGauges}. */
@Singleton
class MessageGauges {

    private final Counter sent;
    private volatile MessageSql.Count count = new MessageSql.Count(0, 0);
    private volatile double ageSeconds;

    MessageGauges(MeterRegistry metrics) {
        sent = Counter.builder("jifen.messages.sent")
                .description("Times that the broker took a reliable message")
                .register(metrics);
        Gauge.builder("jifen.messages.waiting", () -> count.waiting())
                .description("Messages that nobody has confirmed, counted up to 100,000")
                .register(metrics);
        Gauge.builder("jifen.messages.overdue", () -> count.overdue())
                .description("Those of them sent in vain for jifen.messages.alert-tries times: somebody should look")
                .register(metrics);
        Gauge.builder("jifen.messages.age", () -> ageSeconds)
                .description("How long the oldest of them has waited")
                .baseUnit("seconds")
                .register(metrics);
    }

    void sent() {
        sent.increment();
    }

    void notLeading() {
        count = new MessageSql.Count(0, 0);
        ageSeconds = 0;
    }

    void waiting(MessageSql.Count counted, @Nullable Instant oldest, Instant now) {
        count = counted;
        ageSeconds =
                oldest == null ? 0 : Math.max(0, Duration.between(oldest, now).toMillis() / 1000.0);
    }
}
