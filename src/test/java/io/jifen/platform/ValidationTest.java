package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest {

    private final Validation validation =
            new Validation(jakarta.validation.Validation.byProvider(HibernateValidator.class)
                    .configure()
                    .messageInterpolator(new ParameterMessageInterpolator())
                    .buildValidatorFactory()
                    .getValidator());

    record User(@NotNull @UserId String value) {}

    record Trace(@TraceId @Nullable String value) {}

    record Business(@BizNo @Nullable String value) {}

    record Kind(@Code @Nullable String value) {}

    record Amount(@Points @Nullable Long value) {}

    record Price(@Money @Nullable BigDecimal value) {}

    record Why(@Reason @Nullable String value) {}

    record Named(@Nickname @Nullable String value) {}

    record Free(@Attributes @Nullable Map<String, Object> value) {}

    record Batch(
            @Size(max = 2) List<@NotNull @Valid Amount> events,
            @Nullable List<@Code String> bizTypes) {}

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-Z_a.z:0@9", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"})
    void takes_user_ids(String id) {
        assertThat(errors(new User(id))).isEmpty();
        assertThat(errors(new User("u".repeat(64)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a ", "a/b", "a\n", "用户", "a%", "a\u0000"})
    void refuses_other_user_ids(String id) {
        assertThat(errors(new User(id)))
                .containsExactly(
                        new Problem.FieldError("value", "must be 1 to 64 characters of A-Z a-z 0-9 . _ : @ -"));
        assertThat(errors(new User("u".repeat(65)))).hasSize(1);
    }

    @Test
    void takes_keys_and_codes_of_printable_ascii() {
        assertThat(errors(new Trace("!~".repeat(64)))).isEmpty();
        assertThat(errors(new Trace("!~".repeat(64) + "x"))).hasSize(1);
        assertThat(errors(new Trace("a b"))).hasSize(1);
        assertThat(errors(new Trace("a\n"))).hasSize(1);
        assertThat(errors(new Business("!~".repeat(32)))).isEmpty();
        assertThat(errors(new Business("!~".repeat(32) + "x"))).hasSize(1);
        assertThat(errors(new Kind("SIGN_IN_7"))).isEmpty();
        assertThat(errors(new Kind("sign"))).hasSize(1);
        assertThat(errors(new Kind("A".repeat(33)))).hasSize(1);
    }

    @Test
    void takes_points_from_1_to_a_million_million() {
        assertThat(errors(new Amount(1L))).isEmpty();
        assertThat(errors(new Amount(Points.MAX))).isEmpty();
        assertThat(errors(new Amount(0L)))
                .containsExactly(new Problem.FieldError("value", "must be from 1 to 1000000000000"));
        assertThat(errors(new Amount(-1L))).hasSize(1);
        assertThat(errors(new Amount(Points.MAX + 1))).hasSize(1);
        assertThat(errors(new Amount(Long.MIN_VALUE))).hasSize(1);
    }

    @Test
    void takes_money_with_two_decimals() {
        assertThat(errors(new Price(BigDecimal.ZERO))).isEmpty();
        assertThat(errors(new Price(new BigDecimal("19.99")))).isEmpty();
        assertThat(errors(new Price(new BigDecimal("1e12")))).isEmpty();
        assertThat(errors(new Price(new BigDecimal("19.999")))).hasSize(1);
        assertThat(errors(new Price(new BigDecimal("-0.01")))).hasSize(1);
        assertThat(errors(new Price(new BigDecimal("1000000000000.01")))).hasSize(1);
    }

    @Test
    @Timeout(2)
    void refuses_monstrous_money_quickly() {
        assertThat(errors(new Price(new BigDecimal("1e999999999")))).hasSize(1);
        assertThat(errors(new Price(new BigDecimal("1e-999999999")))).hasSize(1);
    }

    @Test
    void counts_characters_of_texts_not_their_bytes() {
        assertThat(errors(new Why("积".repeat(255)))).isEmpty();
        assertThat(errors(new Why("😀".repeat(255)))).isEmpty();
        assertThat(errors(new Why("积".repeat(256)))).hasSize(1);
        assertThat(errors(new Why(""))).isEmpty();
        assertThat(errors(new Named("😀".repeat(64)))).isEmpty();
        assertThat(errors(new Named("😀".repeat(65)))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000", "\u007f", "a\ud800", "a\n"})
    void refuses_texts_that_are_not_printable(String text) {
        assertThat(errors(new Why(text))).hasSize(1);
        assertThat(errors(new Named(text))).hasSize(1);
    }

    @Test
    void measures_attributes_as_json() {
        assertThat(errors(new Free(Map.of("k", "x".repeat(4096 - 8))))).isEmpty();
        assertThat(errors(new Free(Map.of("k", "x".repeat(4096 - 7))))).hasSize(1);
        assertThat(errors(new Free(Map.of("k", "积".repeat(2000))))).hasSize(1);
        assertThat(errors(new Free(Map.of("k", List.of(Double.POSITIVE_INFINITY)))))
                .hasSize(1);
    }

    @Test
    void null_is_for_not_null_to_refuse() {
        assertThat(errors(new Trace(null))).isEmpty();
        assertThat(errors(new Amount(null))).isEmpty();
        assertThat(errors(new Free(null))).isEmpty();
        assertThat(errors(new User(null))).extracting("field").containsExactly("value");
    }

    @Test
    void names_the_json_path() {
        assertThat(errors(new Batch(List.of(new Amount(1L), new Amount(0L)), List.of("A", "b"))))
                .extracting("field")
                .containsExactly("bizTypes[1]", "events[1].value");
        assertThat(errors(new Batch(List.of(new Amount(1L), new Amount(1L), new Amount(1L)), null)))
                .extracting("field")
                .containsExactly("events");
    }

    @Test
    void gives_back_what_is_valid() {
        User user = new User("bob");

        assertThat(validation.check(user)).isSameAs(user);
    }

    private List<Problem.FieldError> errors(Object value) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> validation.check(value));
        return refused == null ? List.of() : refused.problem().errors();
    }
}
