package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

    @Test
    void the_header_wins_over_the_body() {
        assertThat(IdempotencyKey.of("header", "body")).isEqualTo("header");
        assertThat(IdempotencyKey.of(null, "body")).isEqualTo("body");
        assertThat(IdempotencyKey.of("header", null)).isEqualTo("header");
    }

    @Test
    void no_key_is_refused() {
        assertThat(refusal(() -> IdempotencyKey.of(null, null)).code()).isEqualTo("missing-idempotency-key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a ", "\ta", "ключ", "a\u0000"})
    void a_key_that_columns_would_confuse_is_refused(String key) {
        assertThat(refusal(() -> IdempotencyKey.of(key, "ok")).errors())
                .extracting("field")
                .containsExactly("Idempotency-Key");
        assertThat(refusal(() -> IdempotencyKey.of(null, key)).errors())
                .extracting("field")
                .containsExactly("traceId");
    }

    @Test
    void a_key_has_at_most_128_characters() {
        assertThat(IdempotencyKey.of("k".repeat(128), null)).hasSize(128);
        assertThat(refusal(() -> IdempotencyKey.of("k".repeat(129), null)).status())
                .isEqualTo(400);
    }

    @Test
    void a_batch_refuses_the_header() {
        assertThatCode(() -> IdempotencyKey.refuseInBatch(null)).doesNotThrowAnyException();
        assertThat(refusal(() -> IdempotencyKey.refuseInBatch("k")).code()).isEqualTo("invalid-request");
    }

    private static Problem refusal(ThrowingCallable call) {
        return catchThrowableOfType(ProblemException.class, call).problem();
    }
}
