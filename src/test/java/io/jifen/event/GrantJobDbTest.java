package io.jifen.event;

import static io.jifen.event.EventsClient.PATIENCE;
import static io.jifen.event.EventsClient.admin;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.fresh;
import static io.jifen.event.EventsClient.service;
import static io.jifen.event.EventsClient.statusOf;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class GrantJobDbTest {

    @Inject
    DataSource database;

    private final String bob = fresh("bob");
    private final String eve = fresh("eve");

    @Test
    void a_list_of_grants_is_applied_row_by_row() {
        // Given: the third row is refused by the rules, the others can't be events
        String file = """
                [{"userId":"%s","bizType":"ORDER","bizNo":"1","amount":10.50},
                 {"userId":"%s","bizType":"COMPAT","points":7,"reason":"生日"},
                 {"userId":"%s","bizType":"NO_SUCH_RULE"},
                 {"userId":"%s","bizType":"ORDER","amount":-1},
                 {"userId":"%s","bizType":"COMPAT","points":"7"},
                 {"userId":"%s","bizType":"COMPAT","points":7,"action":"sub"},
                 {"userId":"%s","bizType":"COMPAT","points":7,"traceId":"mine"},
                 17]""".formatted(bob, eve, bob, bob, bob, bob, bob);

        // When
        String job = upload(file, fresh("key"))
                .statusCode(202)
                .body("status", equalTo("RUNNING"))
                .body("rows", equalTo(8))
                .body("rejected", equalTo(5))
                .body("points", equalTo(7))
                .extract()
                .path("jobId");

        // Then
        done(job).body("posted", equalTo(2)).body("refused", equalTo(1)).body("dead", equalTo(0));
        assertThat(available(bob)).isEqualTo(110);
        assertThat(available(eve)).isEqualTo(107);
        admin().get("/api/v1/grants/jobs/{id}/rows", job)
                .then()
                .statusCode(200)
                .body("items.row", contains(1, 2, 3, 4, 5, 6, 7, 8))
                .body("items.status[0]", equalTo("POSTED"))
                .body("items.status[1]", equalTo("POSTED"))
                .body("items.status[2]", equalTo("REFUSED"))
                .body("items.status[3..7]", everyItem(equalTo("REJECTED")))
                .body("items[0].transactionNo", not(nullValue()))
                .body("items[2].code", equalTo("rule-not-found"))
                .body("items[3].detail", containsString("amount"))
                .body("items[4].detail", containsString("points"))
                .body("items[5].detail", containsString("action"))
                .body("items[6].detail", containsString("traceId"))
                .body("nextCursor", nullValue());
        assertThat(statusOf("job-" + job + "-1")).isEqualTo("POSTED");
    }

    @Test
    void a_csv_file_means_the_same() {
        // Given: columns in any order, and lines that are empty or wrong
        String file = """
                bizType,userId,amount,points,bizNo,reason,occurredAt,attributes
                ORDER,%s,10.50,,1,"Order 1, the first",,"{""channel"":""APP""}"

                COMPAT,%s,,7,,,2026-11-01T08:00:00Z,
                COMPAT,%s,,seven,,,,
                ORDER,%s,10.505,,,,,
                ORDER,no user!,1,,,,,
                """.formatted(bob, eve, bob, bob);

        // When
        String job = csv(file, fresh("key"))
                .statusCode(202)
                .body("rows", equalTo(5))
                .body("rejected", equalTo(3))
                .extract()
                .path("jobId");

        // Then
        done(job).body("posted", equalTo(2));
        assertThat(available(bob)).isEqualTo(110);
        assertThat(available(eve)).isEqualTo(107);
        admin().get("/api/v1/grants/jobs/{id}/rows?limit=2", job)
                .then()
                .body("items.row", contains(2, 4))
                .body("nextCursor", not(nullValue()));
        service()
                .get("/api/v1/accounts/{id}/entries?bizType=ORDER", bob)
                .then()
                .body("items[0].reason", equalTo("Order 1, the first"));
    }

    @Test
    void a_line_that_would_spend_or_bring_a_key_of_its_own_is_rejected() {
        String job = csv("""
                        userId,bizType,points,action,traceId
                        %1$s,COMPAT,7,sub,
                        %1$s,COMPAT,7,,mine
                        %1$s,COMPAT,7,,
                        """.formatted(bob), fresh("key"))
                .statusCode(202)
                .body("rejected", equalTo(2))
                .extract()
                .path("jobId");

        done(job).body("posted", equalTo(1));
        assertThat(available(bob)).isEqualTo(107);
        admin().get("/api/v1/grants/jobs/{id}/rows", job)
                .then()
                .body("items[0].detail", containsString("action: does not belong here"))
                .body("items[1].detail", containsString("traceId: does not belong here"));
    }

    @Test
    void the_same_file_under_its_key_is_the_same_job() throws Exception {
        // Given
        String key = fresh("key");
        String file = file(bob, 3, 10);

        // When: several times at once, and once more
        List<String> jobs = AtOnce.run(6, i -> upload(file, key).extract().<String>path("jobId"));
        byte[] again = upload(file, key)
                .statusCode(200)
                .header("Idempotency-Replayed", "true")
                .extract()
                .asByteArray();

        // Then
        assertThat(jobs).containsOnly(jobs.getFirst());
        assertThat(new String(again, StandardCharsets.UTF_8)).contains(jobs.getFirst());
        done(jobs.getFirst()).body("posted", equalTo(3));
        assertThat(available(bob)).isEqualTo(130);
        upload(file(bob, 4, 10), key).statusCode(422).body("code", equalTo("idempotency-key-reused"));
        assertThat(count("SELECT COUNT(*) FROM grant_job WHERE status = 'UPLOADING'"))
                .isZero();
        assertThat(count("SELECT COUNT(*) FROM grant_job_row r LEFT JOIN grant_job j ON j.id = r.job_id"
                        + " WHERE j.id IS NULL"))
                .isZero();
    }

    @Test
    void a_file_that_can_not_be_read_starts_nothing() throws SQLException {
        String user = "{\"userId\":\"%s\",\"bizType\":\"ORDER\",\"amount\":1}".formatted(bob);

        refused("", "body");
        refused("{}", "must be a list");
        refused("[]", "must have a row");
        refused("[" + user, "valid JSON");
        refused("[" + user + "] x", "it is not at line 1, column");
        refused("[{\"userId\":\"" + bob + "\"}]", "bizType");
        refused("[{\"reason\":\"" + "x".repeat(70_000) + "\"}]", "has a text of more than 65536 characters");
        String rows = "\"reason\":\"" + "x".repeat(60_000) + "\"";
        refused(
                "[{" + rows + "," + rows.replace("reason", "bizNo") + "}]",
                "has a row, the 1th, of more than 65536 bytes");
        csv("userId\nbob\n", fresh("key")).statusCode(400).body("detail", containsString("biztype"));
        admin().body("[" + user + "]")
                .post("/api/v1/grants/jobs")
                .then()
                .statusCode(400)
                .body("code", equalTo("missing-idempotency-key"));
        service()
                .header("Idempotency-Key", fresh("key"))
                .body("[" + user + "]")
                .post("/api/v1/grants/jobs")
                .then()
                .statusCode(403);
        assertThat(count("SELECT COUNT(*) FROM grant_job WHERE status = 'UPLOADING'"))
                .isZero();
        admin().get("/api/v1/grants/jobs/17").then().statusCode(404);
        admin().get("/api/v1/grants/jobs/x/rows").then().statusCode(404);
    }

    @Test
    void many_given_points_wait_for_another_admin() {
        // Given: one row above what a person may give alone
        String job = upload(file(bob, 1, 1001), fresh("key"))
                .statusCode(202)
                .body("status", equalTo("WAITING"))
                .extract()
                .path("jobId");
        String approval = job(job).body("status", equalTo("WAITING")).extract().path("approvalId");
        admin().get("/api/v1/approvals?status=PENDING")
                .then()
                .body("items.find { it.approvalId == '" + approval + "' }.kind", equalTo("GRANT_JOB"))
                .body("items.find { it.approvalId == '" + approval + "' }.points", equalTo(1001));

        // When
        decide(approval, "approve", "admin").statusCode(403);
        decide(approval, "approve", "second").statusCode(200).body("status", equalTo("APPROVED"));

        // Then
        done(job).body("posted", equalTo(1)).body("approvalId", equalTo(approval));
        assertThat(available(bob)).isEqualTo(1101);
        decide(approval, "approve", "second").statusCode(409);
    }

    @Test
    void many_rows_of_few_points_wait_too_and_a_rejected_job_grants_nothing() {
        // Given: 101 rows of 1,000 points, the last one of another user
        String carl = fresh("carl");
        String rows =
                file(bob, 100, 1000).replace("]", "," + file(carl, 1, 1000).substring(1));
        String job = upload(rows, fresh("key")).extract().path("jobId");
        String approval = job(job).body("status", equalTo("WAITING")).extract().path("approvalId");

        // When
        decide(approval, "approve", carl).statusCode(403).body("code", equalTo("forbidden"));
        decide(approval, "reject", "second").statusCode(200);

        // Then: what will never be sent is not kept
        job(job).body("status", equalTo("REJECTED")).body("posted", equalTo(0));
        await().atMost(PATIENCE).until(() -> admin().get("/api/v1/grants/jobs/{id}/rows", job)
                .path("items.size()")
                .equals(0));
        job(job).body("status", equalTo("REJECTED"))
                .body("approvalId", equalTo(approval))
                .body("rows", equalTo(101));
        service().get("/api/v1/accounts/{id}", bob).then().body("available", equalTo(0));
    }

    // ---- helpers ----

    private static String file(String user, int rows, int points) {
        String row = "{\"userId\":\"%s\",\"bizType\":\"COMPAT\",\"points\":%d}".formatted(user, points);
        return "[" + String.join(",\n", Collections.nCopies(rows, row)) + "]";
    }

    private static void refused(String file, String why) {
        upload(file, fresh("key"))
                .statusCode(400)
                .body("code", equalTo("invalid-request"))
                .body("detail", containsString(why));
    }

    private static ValidatableResponse upload(String file, String key) {
        return admin().header("Idempotency-Key", key)
                .body(file.getBytes(StandardCharsets.UTF_8))
                .post("/api/v1/grants/jobs")
                .then();
    }

    private static ValidatableResponse csv(String file, String key) {
        return given().auth()
                .oauth2(Tokens.admin())
                .contentType("text/csv")
                .header("Idempotency-Key", key)
                .body(file.getBytes(StandardCharsets.UTF_8))
                .post("/api/v1/grants/jobs")
                .then();
    }

    private static ValidatableResponse job(String id) {
        return admin().get("/api/v1/grants/jobs/{id}", id).then().statusCode(200);
    }

    private static ValidatableResponse done(String id) {
        await().atMost(PATIENCE).until(() -> job(id).extract().path("status").equals("DONE"));
        return job(id).body("finishedAt", not(nullValue()));
    }

    private static ValidatableResponse decide(String approval, String how, String who) {
        return given().auth()
                .oauth2(Tokens.admin(who))
                .contentType("application/json")
                .body(Map.of())
                .post("/api/v1/approvals/{id}/" + how, approval)
                .then();
    }

    private long count(String sql) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(connection, sql, row -> row.getLong(1)).orElseThrow();
        }
    }
}
