package io.jifen.risk;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Corrections above the threshold wait for a second person. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class ApprovalDbTest {

    private static final String ANN = Tokens.admin("ann");
    private static final String BEN = Tokens.admin("ben");

    @Inject
    TestClock clock;

    @Inject
    DataSource database;

    @Inject
    ApprovalGauges gauges;

    @Inject
    ApprovalJob job;

    private final String user = "risk-" + UUID.randomUUID();

    @BeforeEach
    void account() {
        post(Tokens.service(), "/accounts", Map.of("userId", user)).statusCode(201);
    }

    @AfterEach
    void clock_is_back() {
        clock.reset();
    }

    @Test
    void up_to_the_threshold_one_person_is_enough() {
        adjust(1000).statusCode(201).body("afterBalance", equalTo(1100));
    }

    @Test
    void above_it_nothing_changes_until_another_admin_approves() {
        // Given
        String approval = adjust(1001)
                .statusCode(202)
                .body("status", equalTo("PENDING"))
                .body("kind", equalTo("ADJUSTMENT"))
                .body("points", equalTo(1001))
                .body("requestedBy", equalTo("ann"))
                .body("result", nullValue())
                .extract()
                .path("approvalId");
        assertThat(available()).isEqualTo(100);

        // When
        approve(ANN, approval).statusCode(403).body("code", equalTo("forbidden"));
        approve(BEN, approval)
                .statusCode(200)
                .body("status", equalTo("APPROVED"))
                .body("decidedBy", equalTo("ben"))
                .body("result.points", equalTo(1001));

        // Then
        assertThat(available()).isEqualTo(1101);
        approve(BEN, approval).statusCode(409).body("state", equalTo("APPROVED"));
    }

    @Test
    void what_waits_is_counted_and_what_has_waited_too_long_is_not() {
        // Given
        gauges.look();
        double before = waiting();
        adjust(1001).statusCode(202);

        // When / Then
        gauges.look();
        assertThat(waiting()).isEqualTo(before + 1);
        clock.plus(Duration.ofDays(30)); // others moved the clock as well
        gauges.look();
        assertThat(waiting()).isZero();
    }

    private static double waiting() {
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("jifen_approvals_waiting "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    @Test
    void many_who_approve_at_once_make_one_effect() throws Exception {
        // Given
        String approval = adjust(5000).extract().path("approvalId");

        // When
        List<Integer> statuses = AtOnce.run(
                20, i -> approve(Tokens.admin("admin-" + i), approval).extract().statusCode());

        // Then
        assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 409);
        assertThat(available()).isEqualTo(5100);
    }

    @Test
    void what_is_rejected_never_happens() {
        // Given
        String approval = adjust(-5000).extract().path("approvalId");

        // When
        post(BEN, "/approvals/" + approval + "/reject", Map.of("reason", "no"))
                .statusCode(200)
                .body("status", equalTo("REJECTED"));

        // Then
        approve(BEN, approval).statusCode(409).body("state", equalTo("REJECTED"));
        assertThat(available()).isEqualTo(100);
    }

    @Test
    void of_many_who_reject_at_once_one_is_told_so() throws Exception {
        // Given
        String approval = adjust(5000).extract().path("approvalId");

        // When
        List<Integer> statuses =
                AtOnce.run(10, i -> post(Tokens.admin("admin-" + i), "/approvals/" + approval + "/reject", Map.of())
                        .extract()
                        .statusCode());

        // Then
        assertThat(statuses).containsOnlyOnce(200).contains(409);
    }

    @Test
    void an_effect_that_a_dying_pod_left_out_is_made_up_for() throws Exception {
        // Given: approved in the table, and nothing posted
        String approval = adjust(5000).extract().path("approvalId");
        String broken = adjust(4000).extract().path("approvalId");
        left("kind = 'NO_SUCH'", broken);
        left("decided_by = 'zoe'", approval);
        approve(BEN, approval).statusCode(409).body("state", equalTo("APPROVED"));
        assertThat(available()).isEqualTo(100);

        // When
        AtOnce.run(4, i -> {
            job.run();
            return i;
        });

        // Then: once, and though another one can't be done
        assertThat(available()).isEqualTo(5100);
        approve(BEN, approval).statusCode(409).body("state", equalTo("APPROVED"));
        left("settled = TRUE", broken);
    }

    @Test
    void whoever_approved_and_got_no_answer_asks_again() throws Exception {
        // Given
        String approval = adjust(5000).extract().path("approvalId");
        left("decided_by = 'ben'", approval);

        // When / Then
        approve(BEN, approval).statusCode(200).body("result.points", equalTo(5000));
        approve(BEN, approval).statusCode(409).body("state", equalTo("APPROVED"));
        assertThat(available()).isEqualTo(5100);
    }

    private void left(String change, String approval) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Sql.update(
                    connection,
                    "UPDATE approval SET status = 'APPROVED', decided_at = '2020-01-01', " + change + " WHERE id = ?",
                    approval);
        }
    }

    @Test
    void what_nobody_decides_in_time_has_expired() {
        // Given
        String approval = adjust(5000).extract().path("approvalId");

        // When
        clock.plus(Duration.ofDays(7));

        // Then
        assertThat(idsOf("EXPIRED")).contains(approval);
        assertThat(idsOf("PENDING")).doesNotContain(approval);
        approve(BEN, approval).statusCode(409).body("state", equalTo("EXPIRED"));
    }

    @Test
    void an_approved_effect_that_the_ledger_refuses_says_so() {
        // Given
        String approval = adjust(-5000).extract().path("approvalId");

        // When / Then
        approve(BEN, approval)
                .statusCode(409)
                .body("code", equalTo("insufficient-points"))
                .body("available", equalTo(100));
        assertThat(available()).isEqualTo(100);
    }

    @Test
    void the_same_request_asks_once() {
        // Given
        Map<String, Object> body = correction(5000);
        String first = post(ANN, "/adjustments", body).statusCode(202).extract().path("approvalId");

        // When / Then
        post(ANN, "/adjustments", body)
                .statusCode(200)
                .header("Idempotency-Replayed", "true")
                .body("approvalId", equalTo(first));
    }

    @Test
    void points_given_by_a_person_wait_and_those_of_a_service_do_not() {
        // Given
        Map<String, Object> body =
                Map.of("traceId", key(), "userId", user, "bizType", "COMPAT", "points", 2000, "reason", "thanks");

        // When
        String approval = post(ANN, "/grants", body)
                .statusCode(202)
                .body("kind", equalTo("GRANT"))
                .extract()
                .path("approvalId");

        // Then
        approve(BEN, approval).statusCode(200).body("result.points", equalTo(2000));
        post(Tokens.service(), "/grants", Map.of("traceId", key(), "userId", user, "bizType", "COMPAT", "points", 2000))
                .statusCode(201);
        assertThat(available()).isEqualTo(4100);
    }

    private static List<String> idsOf(String status) {
        return given().auth()
                .oauth2(BEN)
                .queryParam("status", status)
                .queryParam("limit", 100)
                .get("/api/v1/approvals")
                .then()
                .statusCode(200)
                .extract()
                .path("items.approvalId");
    }

    private ValidatableResponse adjust(long points) {
        return post(ANN, "/adjustments", correction(points));
    }

    private Map<String, Object> correction(long points) {
        return Map.of("traceId", key(), "userId", user, "points", points, "reason", "a correction");
    }

    private static ValidatableResponse approve(String token, String approval) {
        return post(token, "/approvals/" + approval + "/approve", Map.of("reason", "checked"));
    }

    private int available() {
        return given().auth()
                .oauth2(Tokens.service())
                .get("/api/v1/accounts/" + user)
                .then()
                .extract()
                .path("available");
    }

    private static ValidatableResponse post(String token, String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(token)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1" + path)
                .then();
    }

    private static String key() {
        return "k-" + UUID.randomUUID();
    }
}
