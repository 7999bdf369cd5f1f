package io.jifen.risk;

import static io.jifen.ledger.Fixture.adjust;
import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.newKey;
import static io.jifen.ledger.Fixture.openAccount;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.jifen.ledger.Validity;
import io.jifen.platform.Time;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ExtractableResponse;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class AdjustmentDbTest {

    @Inject
    Time time;

    private String user;

    @BeforeEach
    void account() {
        user = openAccount();
    }

    @Test
    void adds_points_that_expire_like_a_grant_of_today() {
        // Given
        String key = newKey();

        // When
        var response = adjust(user, 50, key);

        // Then
        response.statusCode(201)
                .contentType(ContentType.JSON)
                .header("Idempotency-Replayed", nullValue())
                .body("transactionNo", matchesPattern("\\d{15,19}"))
                .body("traceId", equalTo(key))
                .body("userId", equalTo(user))
                .body("type", equalTo("ADJUST"))
                .body("points", equalTo(50))
                .body("beforeBalance", equalTo(100))
                .body("afterBalance", equalTo(150))
                .body("available", equalTo(150))
                .body("frozen", equalTo(0))
                .body("pending", equalTo(0))
                .body("arrears", equalTo(0))
                .body("level", equalTo("NORMAL"))
                .body("version", equalTo(2))
                .body("reason", equalTo("a correction"))
                .body("expireAt", matchesPattern("\\d{4}-\\d\\d-\\d\\dT16:00:00\\.000Z"))
                .body("entries", hasSize(1))
                .body("entries[0].type", equalTo("ADJUST"))
                .body("entries[0].points", equalTo(50));
        String lastDay = new Validity(365, true).lastDay(time.today()).toString();
        get(Tokens.service(), "/accounts/{userId}/lots", user)
                .body("items.expiresOn", contains(lastDay))
                .body("items.remaining", contains(150));
    }

    @Test
    void takes_points_and_names_the_admin_in_the_entry() {
        // When
        var response = adjust(
                Tokens.admin("head-office"), newKey(), Map.of("userId", user, "points", -100, "reason", "a mistake"));

        // Then
        response.statusCode(201).body("points", equalTo(-100)).body("available", equalTo(0));
        get(Tokens.service(), "/accounts/{userId}/entries?type=ADJUST", user)
                .body("items.operator", contains("head-office"))
                .body("items.reason", contains("a mistake"))
                .body("items.points", contains(-100));
    }

    @Test
    void refuses_to_take_more_than_there_is_and_says_how_much_that_is() {
        // Given
        String key = newKey();

        // When
        var response = adjust(user, -101, key);

        // Then
        response.statusCode(409)
                .contentType(startsWith("application/problem+json"))
                .body("type", equalTo("urn:jifen:problem:insufficient-points"))
                .body("code", equalTo("insufficient-points"))
                .body("status", equalTo(409))
                .body("available", equalTo(100))
                .body("required", equalTo(101))
                .body("traceId", equalTo(key));
        get(Tokens.service(), "/accounts/{userId}", user).body("available", equalTo(100));
    }

    @Test
    void answers_a_repeat_with_the_same_bytes_and_200() {
        // Given
        String key = newKey();
        ExtractableResponse<?> first = adjust(user, 50, key).statusCode(201).extract();

        // When
        ExtractableResponse<?> repeat = adjust(user, 50, key).extract();

        // Then
        assertThat(repeat.statusCode()).isEqualTo(200);
        assertThat(repeat.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(repeat.asByteArray()).isEqualTo(first.asByteArray());
        get(Tokens.service(), "/accounts/{userId}", user).body("available", equalTo(150));
    }

    @Test
    void recognises_the_repeat_by_the_header_or_the_body_and_lets_the_header_win() {
        // Given
        String key = newKey();
        Map<String, Object> inBody = Map.of("userId", user, "points", 50, "reason", "a correction", "traceId", key);
        adjust(Tokens.admin(), null, inBody).statusCode(201).body("traceId", equalTo(key));

        // Then
        adjust(user, 50, key).statusCode(200);
        adjust(Tokens.admin(), newKey(), inBody).statusCode(201);
    }

    @Test
    void remembers_a_refusal_also_when_there_would_be_enough_later() {
        // Given
        String key = newKey();
        ExtractableResponse<?> refused = adjust(user, -150, key).statusCode(409).extract();
        adjust(user, 1_000);

        // When
        ExtractableResponse<?> repeat = adjust(user, -150, key).extract();

        // Then
        assertThat(repeat.statusCode()).isEqualTo(409);
        assertThat(repeat.contentType()).startsWith("application/problem+json");
        assertThat(repeat.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(repeat.asByteArray()).isEqualTo(refused.asByteArray());
    }

    @ParameterizedTest
    @CsvSource({"points, 51", "reason, another reason", "userId, somebody-else"})
    void refuses_a_key_that_was_used_for_something_else(String field, String other) {
        // Given
        String key = newKey();
        adjust(user, 50, key).statusCode(201);
        Map<String, Object> body = new HashMap<>(Map.of("userId", user, "points", 50, "reason", "a correction"));
        body.put(field, field.equals("points") ? Integer.valueOf(other) : other);

        // When
        var response = adjust(Tokens.admin(), key, body);

        // Then
        response.statusCode(422)
                .body("code", equalTo("idempotency-key-reused"))
                .body("traceId", equalTo(key))
                .header("Idempotency-Replayed", nullValue());
        get(Tokens.service(), "/accounts/{userId}", user).body("available", equalTo(150));
    }

    @Test
    void remembers_that_there_was_no_such_account() {
        // Given
        String nobody = "nobody-" + user;
        String key = newKey();

        // When
        var first = adjust(nobody, 50, key);
        var repeat = adjust(nobody, 50, key);

        // Then
        first.statusCode(404).body("code", equalTo("account-not-found")).header("Idempotency-Replayed", nullValue());
        repeat.statusCode(404).body("code", equalTo("account-not-found")).header("Idempotency-Replayed", "true");
    }

    @Test
    void requires_a_key() {
        adjust(Tokens.admin(), null, Map.of("userId", user, "points", 50, "reason", "a correction"))
                .statusCode(400)
                .body("code", equalTo("missing-idempotency-key"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "points | 0",
                "points | 1000000000001",
                "points | -1000000000001",
                "points | 1.5",
                "points | \"10\"",
                "points | true",
                "points | null",
                "points | 99999999999999999999",
                "reason | null",
                "reason | \"\"",
                "reason | \"  \"",
                "userId | null",
                "userId | \"two words\"",
                "traceId | \"two words\""
            })
    void refuses_what_is_no_correction_and_names_the_field(String field, String json) {
        // Given
        Map<String, String> body = new HashMap<>(
                Map.of("userId", '"' + user + '"', "points", "50", "reason", "\"why\"", "traceId", "\"k\""));
        body.put(field, json);
        StringBuilder text = new StringBuilder();
        body.forEach((name, value) -> text.append(text.isEmpty() ? "{" : ",").append('"' + name + "\":" + value));

        // When
        var response = given().auth()
                .oauth2(Tokens.admin())
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", newKey())
                .body(text + "}")
                .post("/api/v1/adjustments")
                .then();

        // Then
        response.statusCode(400).body("code", equalTo("invalid-request")).body("errors[0].field", equalTo(field));
    }

    @Test
    void is_for_admins_only() {
        Map<String, Object> body = Map.of("userId", user, "points", 50, "reason", "a correction");
        adjust(Tokens.user(user), newKey(), body).statusCode(403).body("code", equalTo("forbidden"));
        adjust(Tokens.service(), newKey(), body).statusCode(403);
    }
}
