package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    enum Color {
        RED,
        GREEN
    }

    record Item(@Nullable Long points, @Nullable String name) {}

    record Body(
            @Nullable Long points,
            @Nullable Integer count,
            @Nullable BigDecimal amount,
            @Nullable String text,
            @Nullable Boolean flag,
            @Nullable Color color,
            @Nullable Instant time,
            @Nullable LocalDate day,
            @Nullable List<Item> items,
            @Nullable Map<String, Object> attributes) {}

    private final Json json = Json.standalone();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "points | \"10\"",
                "points | \"\"",
                "points | 1.5",
                "points | 1.0",
                "points | 1e3",
                "points | 1e999999999",
                "points | true",
                "points | []",
                "points | [1]",
                "points | {}",
                "points | 9223372036854775808",
                "count | \"1\"",
                "count | 1.0",
                "count | 2147483648",
                "amount | \"1.5\"",
                "amount | \"\"",
                "amount | true",
                "amount | 1e999999999",
                "amount | 1e-999999999",
                "text | 1",
                "text | 1.5",
                "text | false",
                "text | {}",
                "text | [\"a\"]",
                "flag | 1",
                "flag | 0.0",
                "flag | \"true\"",
                "flag | \"\"",
                "color | 0",
                "color | \"red\"",
                "color | \"\"",
                "color | \"BLUE\"",
                "time | 1700000000",
                "time | \"2026-11-22\"",
                "time | \"2026-11-22T08:00:00\"",
                "time | \"+12026-11-22T08:00:00Z\"",
                "day | 20000",
                "day | [2026,11,22]",
                "day | \"2026-02-29\"",
                "day | \"2026-11-22T08:00:00Z\"",
                "items | {}",
                "items | \"\"",
                "attributes | []",
                "attributes | \"\""
            })
    @Timeout(2)
    void refuses_to_coerce_and_names_the_field(String field, String value) {
        Problem problem = refusal("{\"" + field + "\":" + value + "}");

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.code()).isEqualTo("invalid-request");
        assertThat(problem.errors()).extracting(Problem.FieldError::field).containsExactly(field);
        assertThat(problem.detail()).doesNotContain("io.jifen", "java.", "Exception", "jackson");
    }

    @Test
    void reads_what_is_of_the_right_type() {
        Body body = read("""
                {"points":10,"count":-1,"amount":19.90,"text":"a","flag":true,"color":"RED",
                 "time":"2026-11-22T16:00:00.123456+08:00","day":"2026-11-22",
                 "items":[{"points":1,"name":"x"}],"attributes":{"a":{"b":[1,"c",null]}}}""");

        assertThat(body.points()).isEqualTo(10);
        assertThat(body.count()).isEqualTo(-1);
        assertThat(body.amount()).isEqualTo("19.90");
        assertThat(body.flag()).isTrue();
        assertThat(body.color()).isEqualTo(Color.RED);
        assertThat(body.time()).isEqualTo("2026-11-22T08:00:00.123Z");
        assertThat(body.day()).isEqualTo("2026-11-22");
        assertThat(body.items()).containsExactly(new Item(1L, "x"));
        assertThat(body.attributes()).containsKey("a");
    }

    @Test
    void reads_a_whole_number_as_an_amount() {
        assertThat(read("{\"amount\":20}").amount()).isEqualByComparingTo("20");
    }

    @Test
    void ignores_unknown_fields_and_takes_null_as_absent() {
        assertThat(read("{\"unknown\":{\"a\":[1]},\"points\":null}").points()).isNull();
    }

    @Test
    void names_the_path_of_a_nested_field() {
        Problem problem = refusal("{\"items\":[{\"points\":1},{\"points\":\"2\"}]}");

        assertThat(problem.errors())
                .containsExactly(new Problem.FieldError("items[1].points", "must be a whole number, not quoted"));
    }

    @Test
    void names_the_path_of_a_number_beyond_64_bits() {
        assertThat(refusal("{\"items\":[{\"points\":99999999999999999999}]}").errors())
                .containsExactly(new Problem.FieldError("items[0].points", "must be a whole number that fits 64 bits"));
    }

    @Test
    void says_which_values_an_enum_has() {
        assertThat(refusal("{\"color\":\"BLUE\"}").errors())
                .containsExactly(new Problem.FieldError("color", "must be one of RED, GREEN"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{",
                "{\"points\":1",
                "{points:1}",
                "{'points':1}",
                "{\"points\":01}",
                "{\"points\":NaN}",
                "{\"points\":1,}",
                "{\"points\":1} {}",
                "{\"points\":1}x",
                "{\"points\":1,\"points\":2}",
                "{\"items\":[{\"name\":\"a\",\"name\":\"b\"}]}",
                "{\"attributes\":{\"a\":1,\"a\":2}}",
                "[]",
                "null",
                "\"text\"",
                "1",
                "// c\n{}"
            })
    void refuses_what_is_not_one_json_object(String text) {
        Problem problem = refusal(text);

        assertThat(problem.errors()).extracting(Problem.FieldError::field).containsExactly("body");
        assertThat(problem.detail()).doesNotContain("io.jifen", "java.", "Exception", "Source", "JsonToken");
    }

    @Test
    void says_which_field_is_there_twice() {
        assertThat(refusal("{\"points\":1,\"points\":2}").detail()).contains("field points twice");
    }

    @Test
    void refuses_bytes_that_are_not_utf8() {
        assertThatThrownBy(() ->
                        json.parse(new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'}, Body.class))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> json.parse(new byte[] {0, 0, (byte) 0xFF, 0, 1, 2, 3, 4}, Body.class))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    @Timeout(2)
    void refuses_deep_nesting_and_endless_numbers_quickly() {
        assertThat(refusal("{\"attributes\":" + "{\"a\":".repeat(100_000)).status())
                .isEqualTo(400);
        assertThat(refusal("{\"points\":" + "1".repeat(1_000_000) + "}").status())
                .isEqualTo(400);
        assertThat(refusal("{\"amount\":0." + "1".repeat(1_000_000) + "}").status())
                .isEqualTo(400);
        assertThat(refusal("{\"attributes\":{\"a\":" + "1".repeat(1_000_000) + "}}")
                        .status())
                .isEqualTo(400);
    }

    record Answer(
            @Id64 long id,
            Instant time,
            LocalDate day,
            BigDecimal amount,
            Duration duration,
            @Nullable String left,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String shown) {}

    @Test
    void writes_ids_as_strings_and_instants_with_three_digits() {
        Answer answer = new Answer(
                Long.MAX_VALUE,
                Instant.parse("2026-11-22T08:00:00Z"),
                LocalDate.parse("2026-11-22"),
                new BigDecimal("1E+3"),
                Duration.ofMinutes(1),
                null,
                null);

        assertThat(json.text(answer))
                .isEqualTo(
                        "{\"id\":\"9223372036854775807\",\"time\":\"2026-11-22T08:00:00.000Z\",\"day\":\"2026-11-22\","
                                + "\"amount\":1000,\"duration\":\"PT1M\",\"shown\":null}");
    }

    @Test
    void writes_a_page_with_its_cursor_even_when_there_is_none() {
        assertThat(json.text(new Page<>(List.of(1, 2), null))).isEqualTo("{\"items\":[1,2],\"nextCursor\":null}");
    }

    private Body read(String text) {
        return json.parse(text.getBytes(StandardCharsets.UTF_8), Body.class);
    }

    private Problem refusal(String text) {
        return catchThrowableOfType(ProblemException.class, () -> read(text)).problem();
    }
}
