package io.jifen.spend;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.ledger.Partitions;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spending over HTTP: deductions, holds, transfers, refunds of orders. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class SpendDbTest {

    @Inject
    TestClock clock;

    @Inject
    Partitions partitions;

    private final String bob = "bob-" + UUID.randomUUID();
    private final String eve = "eve-" + UUID.randomUUID();

    @BeforeEach
    void accounts() {
        post("/accounts", Map.of("userId", bob)).statusCode(201);
        post("/accounts", Map.of("userId", eve)).statusCode(201);
    }

    @AfterEach
    void clock_is_back() {
        clock.reset();
    }

    @Test
    void a_deduction_and_its_refunds() {
        // When: 100 are there from the registration
        String spent = deduct(bob, 60)
                .statusCode(201)
                .body("type", equalTo("SPEND"))
                .body("points", equalTo(-60))
                .body("afterBalance", equalTo(40))
                .extract()
                .path("transactionNo");

        // Then
        post("/deductions/" + spent + "/refunds", Map.of("traceId", key(), "points", 20))
                .statusCode(201)
                .body("points", equalTo(20))
                .body("available", equalTo(60));
        post("/deductions/" + spent + "/refunds", Map.of("traceId", key(), "points", 41))
                .statusCode(409)
                .body("code", equalTo("insufficient-points"))
                .body("available", equalTo(40))
                .body("required", equalTo(41));
        post("/deductions/" + spent + "/refunds", Map.of("traceId", key()))
                .statusCode(201)
                .body("points", equalTo(40));
        post("/deductions/" + spent + "/refunds", Map.of("traceId", key()))
                .statusCode(409)
                .body("code", equalTo("illegal-state"));
    }

    @Test
    void a_repeat_gets_the_first_answer_byte_for_byte() {
        // Given
        Map<String, Object> body = deduction(bob, 60, key());
        byte[] first = post("/deductions", body).statusCode(201).extract().asByteArray();
        deduct(bob, 10).statusCode(201);

        // When
        byte[] again = post("/deductions", body)
                .statusCode(200)
                .header("Idempotency-Replayed", "true")
                .extract()
                .asByteArray();

        // Then
        assertThat(again).isEqualTo(first);
    }

    @Test
    void a_refusal_is_repeated_too_even_when_it_would_succeed_now() {
        // Given
        Map<String, Object> body = deduction(bob, 150, key());
        byte[] first = post("/deductions", body).statusCode(409).extract().asByteArray();
        post("/transfers", transfer(eve, bob, 100)).statusCode(201);

        // When
        var again = post("/deductions", body).statusCode(409).header("Idempotency-Replayed", "true");

        // Then
        assertThat(again.extract().asByteArray()).isEqualTo(first);
    }

    @Test
    void a_key_with_other_content_is_refused() {
        // Given
        String key = key();
        post("/deductions", deduction(bob, 10, key)).statusCode(201);

        // When / Then
        post("/deductions", deduction(bob, 11, key)).statusCode(422).body("code", equalTo("idempotency-key-reused"));
    }

    @Test
    void a_hold_is_captured_in_part_and_gives_back_the_rest() {
        // Given
        String hold = hold(bob, 80, 600)
                .statusCode(201)
                .body("status", equalTo("OPEN"))
                .body("points", equalTo(80))
                .body("result.frozen", equalTo(80))
                .body("result.available", equalTo(20))
                .extract()
                .path("holdId");
        deduct(bob, 21).statusCode(409).body("available", equalTo(20));

        // When
        post("/holds/" + hold + "/capture", Map.of("traceId", key(), "points", 50))
                .statusCode(200)
                .body("status", equalTo("CAPTURED"))
                .body("capturedPoints", equalTo(50))
                .body("result.points", equalTo(-50))
                .body("result.available", equalTo(50));

        // Then
        get("/holds/" + hold)
                .statusCode(200)
                .body("status", equalTo("CAPTURED"))
                .body("capturedPoints", equalTo(50));
        post("/holds/" + hold + "/release", Map.of("traceId", key()))
                .statusCode(409)
                .body("code", equalTo("illegal-state"))
                .body("state", equalTo("CAPTURED"));
    }

    @Test
    void a_hold_that_ran_out_can_not_be_captured_and_has_given_its_points_back() {
        // Given
        String hold = hold(bob, 80, 600).extract().path("holdId");

        // When
        clock.plus(Duration.ofMinutes(10));

        // Then
        post("/holds/" + hold + "/capture", Map.of("traceId", key()))
                .statusCode(409)
                .body("state", equalTo("EXPIRED"));
        get("/accounts/" + bob).body("available", equalTo(100)).body("frozen", equalTo(0));
    }

    @Test
    void the_usual_time_of_a_hold_is_the_same_request_said_or_not_said() {
        // Given
        Map<String, Object> body = new HashMap<>(
                Map.of("traceId", key(), "userId", bob, "points", 10, "bizNo", "o-1", "expiresInSeconds", 1800));
        post("/holds", body).statusCode(201);

        // When
        body.remove("expiresInSeconds");

        // Then
        post("/holds", body).statusCode(200).header("Idempotency-Replayed", "true");
    }

    @Test
    void a_request_without_a_key_is_told_so_before_anything_else() {
        post("/holds/1/capture", Map.of()).statusCode(400).body("code", equalTo("missing-idempotency-key"));
        post("/holds/1/release", Map.of()).statusCode(400).body("code", equalTo("missing-idempotency-key"));
        post("/deductions/1/refunds", Map.of()).statusCode(400).body("code", equalTo("missing-idempotency-key"));
        post("/holds/1/capture", Map.of("traceId", key())).statusCode(404).body("code", equalTo("not-found"));
        post("/deductions/1/refunds", Map.of("traceId", key())).statusCode(404).body("code", equalTo("not-found"));
    }

    @Test
    void the_job_releases_holds_that_nobody_touches() {
        // Given
        hold(eve, 80, 600).statusCode(201);

        // When
        clock.plus(Duration.ofMinutes(10));

        // Then
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> get("/accounts/" + eve)
                .body("frozen", equalTo(0)));
    }

    @Test
    void transfers_in_opposite_directions_at_once_lose_and_make_nothing() throws Exception {
        // When
        List<Integer> statuses =
                AtOnce.run(50, i -> post("/transfers", i % 2 == 0 ? transfer(bob, eve, 7) : transfer(eve, bob, 7))
                        .extract()
                        .statusCode());

        // Then
        assertThat(statuses).allMatch(status -> status == 201 || status == 409);
        assertThat(available(bob) + available(eve)).isEqualTo(200);
    }

    @Test
    void of_twenty_transfers_of_the_whole_balance_at_once_one_succeeds() throws Exception {
        // When
        List<Integer> statuses = AtOnce.run(
                20, i -> post("/transfers", transfer(bob, eve, 100)).extract().statusCode());

        // Then
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(1);
        assertThat(statuses.stream().filter(status -> status == 409)).hasSize(19);
        assertThat(available(bob)).isZero();
        assertThat(available(eve)).isEqualTo(200);
    }

    @Test
    void a_transfer_to_oneself_or_of_no_points_or_to_nobody_is_refused() {
        post("/transfers", transfer(bob, bob, 1)).statusCode(400).body("errors[0].field", equalTo("toUserId"));
        post("/transfers", transfer(bob, eve, 0)).statusCode(400).body("errors[0].field", equalTo("points"));
        post("/transfers", transfer(bob, "nobody-" + key(), 1))
                .statusCode(404)
                .body("code", equalTo("account-not-found"));
    }

    @Test
    void an_order_is_made_cheaper_by_points_and_its_refunds_give_them_back_to_the_point() {
        // Given: 100 points, of which an order of 10 yuan may take 5 yuan's worth
        post("/cash-quotes", Map.of("userId", bob, "orderAmount", 10))
                .statusCode(200)
                .body("available", equalTo(100))
                .body("maxPoints", equalTo(100))
                .body("maxAmount", equalTo(1.0f))
                .body("rate", equalTo(100));
        String order = "o-" + key();
        String hold = hold(bob, 100, order, Map.of("orderAmount", 30))
                .statusCode(201)
                .extract()
                .path("holdId");
        post("/cash-quotes", Map.of("userId", bob, "orderAmount", 10)).body("maxPoints", equalTo(0));
        String capture = post("/holds/" + hold + "/capture", Map.of("traceId", key()))
                .statusCode(200)
                .extract()
                .path("result.transactionNo");

        // When / Then: thirds of 100 points
        refundOrder(order, 10).body("available", equalTo(33));
        refundOrder(order, 10).body("available", equalTo(66));
        // by hand, ahead of what is due
        post("/deductions/" + capture + "/refunds", Map.of("traceId", key(), "points", 4))
                .body("available", equalTo(70));
        refundOrder(order, 5).body("available", equalTo(83));
        refundOrder(order, 5).body("available", equalTo(100));
        refundOrder(order, 5).body("available", equalTo(100)).body("entries", hasSize(0));
        get("/accounts/" + bob).body("totalConsumed", equalTo(0));
    }

    @Test
    void without_an_amount_the_points_of_an_order_come_back_by_what_it_earned_by() {
        // Given
        String order = "o-" + key();
        String hold = hold(bob, 90, order, Map.of()).extract().path("holdId");
        post("/holds/" + hold + "/capture", Map.of("traceId", key(), "points", 50))
                .statusCode(200);
        post("/grants", Map.of("traceId", key(), "userId", bob, "bizType", "ORDER", "bizNo", order, "amount", 40))
                .statusCode(201)
                .body("available", equalTo(90));

        // When / Then: half of 50 back, half of 40 taken; then the rest
        refundOrder(order, 20).body("available", equalTo(95)).body("points", equalTo(-20));
        refundOrder(order, 20).body("available", equalTo(100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OCR", "ORC", "COR", "CRO", "ROC", "RCO"})
    void order_capture_and_refund_come_in_any_order(String arrival) {
        for (Map<String, Object> amount : List.<Map<String, Object>>of(Map.of(), Map.of("orderAmount", 40))) {
            // Given
            String user = "carl-" + key();
            post("/accounts", Map.of("userId", user)).statusCode(201);
            String order = "o-" + key();
            String hold = hold(user, 90, order, amount).extract().path("holdId");

            // When
            for (char what : arrival.toCharArray()) {
                switch (what) {
                    case 'O' ->
                        post(
                                        "/grants",
                                        Map.of(
                                                "traceId", key(), "userId", user, "bizType", "ORDER", "bizNo", order,
                                                "amount", 40))
                                .statusCode(201);
                    case 'C' ->
                        post("/holds/" + hold + "/capture", Map.of("traceId", key()))
                                .statusCode(200);
                    default ->
                        post("/orders/" + order + "/refunds", Map.of("traceId", key(), "userId", user, "amount", 20))
                                .statusCode(201);
                }
            }

            // Then: half of 90 back, half of 40 taken
            get("/accounts/" + user)
                    .body("available", equalTo(100 - 90 + 40 + 45 - 20))
                    .body("arrears", equalTo(0))
                    .body("totalConsumed", equalTo(45));
        }
    }

    @Test
    void an_order_that_nobody_knows_and_holds_that_were_released_give_nothing_back() {
        // Given
        String order = "o-" + key();
        String released =
                hold(bob, 50, order, Map.of("orderAmount", 10)).extract().path("holdId");
        post("/holds/" + released + "/release", Map.of("traceId", key())).statusCode(200);
        String captured = hold(bob, 30, order, Map.of()).extract().path("holdId");
        post("/holds/" + captured + "/capture", Map.of("traceId", key())).statusCode(200);

        // When / Then
        refundOrder(order, 10).body("available", equalTo(70)).body("entries", hasSize(0));
        hold(bob, 1, order, Map.of("orderAmount", 0)).statusCode(400).body("errors[0].field", equalTo("orderAmount"));
    }

    @Test
    void a_quote_is_for_ones_own_account_and_a_sum_of_money() {
        post("/cash-quotes", Map.of("userId", "nobody-" + key(), "orderAmount", 10))
                .statusCode(404);
        post("/cash-quotes", Map.of("userId", bob, "orderAmount", -1))
                .statusCode(400)
                .body("errors[0].field", equalTo("orderAmount"));
        post("/cash-quotes", Map.of("userId", bob)).statusCode(400);
        given().auth()
                .oauth2(Tokens.user(eve))
                .contentType(ContentType.JSON)
                .body(Map.of("userId", bob, "orderAmount", 10))
                .post("/api/v1/cash-quotes")
                .then()
                .statusCode(403);
    }

    @Test
    void a_sender_has_so_many_points_to_transfer_a_day() {
        // Given: the default of a million
        given().auth()
                .oauth2(Tokens.admin("ann"))
                .contentType(ContentType.JSON)
                .body(Map.of("traceId", key(), "userId", bob, "points", 1000, "reason", "more"))
                .post("/api/v1/adjustments")
                .then()
                .statusCode(201);
        post("/transfers", transfer(bob, eve, 1_000_001))
                .statusCode(409)
                .body("code", equalTo("daily-limit-reached"))
                .body("limit", equalTo(1_000_000))
                .body("used", equalTo(0));

        // When / Then
        post("/transfers", transfer(bob, eve, 400)).statusCode(201);
        post("/transfers", transfer(bob, eve, 999_601))
                .statusCode(409)
                .body("code", equalTo("daily-limit-reached"))
                .body("used", equalTo(400));
        pass(Duration.ofDays(1));
        post("/transfers", transfer(bob, eve, 999_601)).statusCode(409).body("code", equalTo("insufficient-points"));
    }

    @Test
    void a_user_transfers_only_what_is_theirs() {
        given().auth()
                .oauth2(Tokens.user(eve))
                .contentType(ContentType.JSON)
                .body(transfer(bob, eve, 1))
                .post("/api/v1/transfers")
                .then()
                .statusCode(403)
                .body("code", equalTo("forbidden"));
    }

    @Test
    void a_blocked_account_spends_nothing_and_receives_no_transfer() {
        // Given
        given().auth()
                .oauth2(Tokens.admin())
                .contentType(ContentType.JSON)
                .body(Map.of("status", "BLOCKED"))
                .patch("/api/v1/accounts/" + bob)
                .then()
                .statusCode(200)
                .body("status", equalTo("BLOCKED"));

        // When / Then
        deduct(bob, 1).statusCode(409).body("code", equalTo("account-blocked"));
        post("/transfers", transfer(eve, bob, 1)).statusCode(409).body("code", equalTo("account-blocked"));
    }

    @Test
    void a_refunded_order_gives_back_what_it_earned_also_if_the_refund_came_first() {
        // Given
        String order = "o-" + key();
        post("/orders/" + order + "/refunds", Map.of("traceId", key(), "userId", bob, "amount", 25))
                .statusCode(201)
                .body("entries", hasSize(0));

        // When
        post("/grants", Map.of("traceId", key(), "userId", bob, "bizType", "ORDER", "bizNo", order, "amount", 100))
                .statusCode(201)
                .body("points", equalTo(100))
                .body("afterBalance", equalTo(175));
        post("/orders/" + order + "/refunds", Map.of("traceId", key(), "userId", bob, "amount", 75))
                .statusCode(201)
                .body("points", equalTo(-75))
                .body("available", equalTo(100));

        // Then
        post("/grants", Map.of("traceId", key(), "userId", bob, "bizType", "ORDER", "bizNo", order, "amount", 100))
                .statusCode(409)
                .body("code", equalTo("already-granted"));
    }

    @Test
    void expired_points_are_gone_with_the_first_moment_of_the_next_day_for_reads_and_spends() {
        // Given: the registration's points are good for a year, up to the month's end
        pass(Duration.ofDays(396));

        // When / Then
        get("/accounts/" + bob).body("available", equalTo(0)).body("totalExpired", equalTo(100));
        get("/accounts/" + bob + "/balance").body("available", equalTo(0));
        deduct(bob, 1).statusCode(409).body("available", equalTo(0));
        get("/accounts/" + bob + "/lots").body("items", hasSize(0));
    }

    @Test
    void the_balance_of_a_past_moment_leaves_out_what_had_run_out_by_then() {
        // Given
        String before = clock.instant().toString();
        deduct(bob, 40).statusCode(201);
        pass(Duration.ofDays(396));
        String after = clock.instant().toString();

        // When: the EXPIRE entry is written later than that moment
        pass(Duration.ofDays(1));
        deduct(bob, 1).statusCode(409);

        // Then
        given().auth()
                .oauth2(Tokens.service())
                .queryParam("time", before)
                .get("/api/v1/accounts/" + bob + "/balance-at")
                .then()
                .statusCode(200)
                .body("available", equalTo(100));
        given().auth()
                .oauth2(Tokens.service())
                .queryParam("time", after)
                .get("/api/v1/accounts/" + bob + "/balance-at")
                .then()
                .statusCode(200)
                .body("available", equalTo(0));
    }

    @Test
    void an_entry_is_explained_by_its_rule_and_its_lots() {
        // Given
        String entry = deduct(bob, 40).extract().path("entries[0].id");

        // When / Then
        get("/entries/" + entry + "/explain")
                .statusCode(200)
                .body("entry.id", equalTo(entry))
                .body("lots[0].points", equalTo(40))
                .body("earned", nullValue());
        get("/entries/1/explain").statusCode(404);
    }

    // ---- helpers ----

    /** Lets time pass; the job that makes partitions has run meanwhile. */
    private void pass(Duration time) {
        clock.plus(time);
        partitions.ensure(clock.instant());
    }

    private static String key() {
        return "k-" + UUID.randomUUID();
    }

    private static ValidatableResponse post(String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1" + path)
                .then();
    }

    private static ValidatableResponse get(String path) {
        return given().auth().oauth2(Tokens.service()).get("/api/v1" + path).then();
    }

    private static Map<String, Object> deduction(String user, long points, String key) {
        return Map.of("traceId", key, "userId", user, "points", points, "bizType", "COFFEE", "bizNo", "c-1");
    }

    private static ValidatableResponse deduct(String user, long points) {
        return post("/deductions", deduction(user, points, key()));
    }

    private static ValidatableResponse hold(String user, long points, long seconds) {
        return post(
                "/holds",
                Map.of(
                        "traceId",
                        key(),
                        "userId",
                        user,
                        "points",
                        points,
                        "bizNo",
                        "o-1",
                        "expiresInSeconds",
                        seconds));
    }

    private static ValidatableResponse hold(String user, long points, String order, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.putAll(Map.of("traceId", key(), "userId", user, "points", points, "bizNo", order));
        return post("/holds", body);
    }

    private ValidatableResponse refundOrder(String order, int amount) {
        return post("/orders/" + order + "/refunds", Map.of("traceId", key(), "userId", bob, "amount", amount))
                .statusCode(201);
    }

    private static Map<String, Object> transfer(String from, String to, long points) {
        return Map.of("traceId", key(), "fromUserId", from, "toUserId", to, "points", points);
    }

    private static int available(String user) {
        return get("/accounts/" + user).extract().path("available");
    }
}
