package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisGuardTest {

    private static final RedisGuardConfig CONFIG = new SmallRyeConfigBuilder()
            .withConverter(Duration.class, 1, new DurationConverter())
            .withMapping(RedisGuardConfig.class)
            .build()
            .getConfigMapping(RedisGuardConfig.class);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE); // overflows soon, as System.nanoTime may
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final RedisGuard guard = new RedisGuard(CONFIG, metrics, nanos::get);
    private final Logger logger = Logger.getLogger(RedisGuard.class.getName());
    private final Lines lines = new Lines();

    @BeforeEach
    void listen() {
        logger.addHandler(lines);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(lines);
    }

    @Test
    void a_few_failures_are_a_hiccup() {
        // When
        fail(CONFIG.failuresInARow() - 1);
        guard.succeeded();
        fail(CONFIG.failuresInARow() - 1);

        // Then
        assertThat(guard.permits()).isTrue();
        assertThat(lines.texts).isEmpty();
    }

    @Test
    void after_some_failures_in_a_row_redis_is_left_alone() {
        // When
        fail(CONFIG.failuresInARow());

        // Then
        assertThat(guard.permits()).isFalse();
        assertThat(metrics.get("jifen.redis.available").gauge().value()).isZero();
    }

    @Test
    void one_caller_tries_again_after_each_pause() {
        // Given
        fail(CONFIG.failuresInARow());

        // When
        pass(CONFIG.pause());

        // Then
        assertThat(guard.permits()).isTrue();
        assertThat(guard.permits()).isFalse();

        // When
        guard.failed(new IOException("still away"));
        pass(CONFIG.pause());

        // Then
        assertThat(guard.permits()).isTrue();
        assertThat(guard.permits()).isFalse();
    }

    @Test
    void a_try_that_succeeds_lets_everybody_in() {
        // Given
        fail(CONFIG.failuresInARow());
        pass(CONFIG.pause());
        guard.permits();

        // When
        guard.succeeded();

        // Then
        assertThat(guard.permits()).isTrue();
        assertThat(guard.permits()).isTrue();
        assertThat(metrics.get("jifen.redis.available").gauge().value()).isOne();
    }

    @Test
    void a_thousand_failures_are_two_lines_in_the_log_and_a_thousand_in_the_metric() {
        // When
        fail(1000);
        pass(Duration.ofMinutes(1));
        guard.succeeded();
        guard.succeeded();

        // Then
        assertThat(lines.texts).hasSize(2);
        assertThat(metrics.get("jifen.redis.failures").counter().count()).isEqualTo(1000);
    }

    @Test
    void a_redis_that_comes_and_goes_is_one_line_until_it_stays() {
        // When
        for (int i = 0; i < 100; i++) {
            fail(CONFIG.failuresInARow());
            pass(CONFIG.pause());
            guard.succeeded();
        }

        // Then
        assertThat(lines.texts).hasSize(1);

        // When
        pass(Duration.ofMinutes(1));
        guard.succeeded();

        // Then
        assertThat(lines.texts).hasSize(2);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            guard.failed(new IOException("away"));
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static final class Lines extends Handler {
        private final List<String> texts = new ArrayList<>();

        @Override
        public void publish(LogRecord line) {
            texts.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
