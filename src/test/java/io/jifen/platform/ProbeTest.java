package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProbeTest {

    @Test
    void what_answers_is_up_and_what_fails_is_degraded_and_never_down() {
        assertThat(states(new Probe("x", () -> CompletableFuture.completedFuture("here"))))
                .isEqualTo("up");

        Probe failing = new Probe("x", () -> {
            throw new IllegalStateException("no such host");
        });

        assertThat(states(failing)).isEqualTo("degraded");
        assertThat(data(failing)).containsEntry("reason", "failed");
        assertThat(failing.state().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }

    @Test
    @Timeout(10)
    void a_question_that_hangs_holds_nobody_up_and_is_not_put_again() {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch nameIsKnown = new CountDownLatch(1);
        Probe probe = new Probe("x", () -> {
            asked.incrementAndGet();
            try {
                nameIsKnown.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return CompletableFuture.completedFuture("here");
        });

        await().atMost(Duration.ofSeconds(5))
                .until(() -> "no answer".equals(data(probe).get("reason")));
        // Longer than an answer counts as fresh.
        await().pollDelay(Duration.ofMillis(2100)).until(() -> "degraded".equals(states(probe)));
        assertThat(asked).hasValue(1);

        nameIsKnown.countDown();
        await().atMost(Duration.ofSeconds(5)).until(() -> "up".equals(states(probe)));
    }

    private static String states(Probe probe) {
        return String.valueOf(data(probe).get("state"));
    }

    private static Map<String, Object> data(Probe probe) {
        return probe.state().getData().orElseThrow();
    }
}
