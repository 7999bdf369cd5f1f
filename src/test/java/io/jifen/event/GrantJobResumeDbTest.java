package io.jifen.event;

import static io.jifen.event.EventsClient.PATIENCE;
import static io.jifen.event.EventsClient.admin;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.fresh;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A job of many rows, whose runner goes only as far as the test lets it. */
@QuarkusTest
@TestProfile(GrantJobResumeDbTest.ByHand.class)
@ExtendWith(InvariantsCheck.class)
class GrantJobResumeDbTest {

    private static final int ROWS = 5_000;
    private static final int USERS = 20;

    public static final class ByHand implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "jifen.grant-jobs-every", "off",
                    "jifen.grant-jobs.in-flight-max", "1500",
                    "jifen.grant-jobs.rows-max", Integer.toString(ROWS));
        }
    }

    @Inject
    GrantJobRunner runner;

    @Inject
    DataSource database;

    @Inject
    TestClock clock;

    @Test
    void a_job_that_was_stopped_in_the_middle_goes_on_and_grants_each_row_once() throws Exception {
        // Given: each tenth row is wrong, each other tenth is refused; 20 users share the rest
        String suffix = UUID.randomUUID().toString();
        String file = "userId,bizType,points\n"
                + IntStream.rangeClosed(1, ROWS).mapToObj(i -> row(i, suffix)).collect(Collectors.joining("\n"));
        String job = given().auth()
                .oauth2(Tokens.admin())
                .contentType("text/csv")
                .header("Idempotency-Key", fresh("key"))
                .body(file)
                .post("/api/v1/grants/jobs")
                .then()
                .statusCode(202)
                .body("rows", equalTo(ROWS))
                .body("rejected", equalTo(ROWS / 10))
                .extract()
                .path("jobId");

        // When: it stops after some chunks, and forgets that it has sent the last ones
        for (int i = 0; i < 4; i++) {
            runner.step();
        }
        assertThat(figure(job, "sent")).isBetween(1_000, 2_500);
        assertThat(figure(job, "settled")).isLessThan(ROWS / 2);
        sql("UPDATE grant_job SET sent = settled WHERE id = " + job);
        admin().get("/api/v1/grants/jobs/{id}", job).then().body("status", equalTo("RUNNING"));

        // When: it is taken up again, by two who don't know of each other
        AtOnce.run(2, i -> {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> !runner.step());
            return i;
        });

        // Then
        admin().get("/api/v1/grants/jobs/{id}", job)
                .then()
                .body("status", equalTo("DONE"))
                .body("posted", equalTo(ROWS * 8 / 10))
                .body("refused", equalTo(ROWS / 10))
                .body("dead", equalTo(0));
        long points = IntStream.range(0, USERS)
                .mapToLong(user -> available("u" + user + "-" + suffix))
                .sum();
        assertThat(points).isEqualTo(USERS * 100L + ROWS * 8 / 10 * 3);
        List<String> lines = given().auth()
                .oauth2(Tokens.admin())
                .accept("text/csv")
                .get("/api/v1/grants/jobs/{id}/rows", job)
                .then()
                .statusCode(200)
                .contentType("text/csv")
                .extract()
                .asString()
                .lines()
                .toList();
        assertThat(lines).hasSize(ROWS + 1);
        assertThat(lines.getFirst()).isEqualTo("row,userId,status,code,detail,transactionNo,traceId");
        assertThat(lines.stream().filter(line -> line.contains(",POSTED,"))).hasSize(ROWS * 8 / 10);
        assertThat(lines.stream().filter(line -> line.contains(",REFUSED,points-not-allowed,")))
                .hasSize(ROWS / 10);
        assertThat(lines.stream().filter(line -> line.contains(",REJECTED,invalid-request,")))
                .hasSize(ROWS / 10);
    }

    @Test
    void a_file_of_one_row_too_many_is_refused_and_leaves_nothing() throws Exception {
        // Given
        int before = count("grant_job_row");
        String file = IntStream.rangeClosed(0, ROWS)
                .mapToObj(i -> """
                        {"userId":"u%d","bizType":"ORDER","amount":1}""".formatted(i))
                .collect(Collectors.joining(",", "[", "]"));

        // When / Then
        given().auth()
                .oauth2(Tokens.admin())
                .contentType("application/json")
                .header("Idempotency-Key", fresh("key"))
                .body(file)
                .post("/api/v1/grants/jobs")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("body"));
        assertThat(count("grant_job_row")).isEqualTo(before);
        assertThat(count("grant_job WHERE status = 'UPLOADING'")).isZero();
    }

    @Test
    void an_upload_that_was_given_up_is_removed() throws Exception {
        // Given: what a pod that died in the middle of it leaves
        sql("INSERT INTO grant_job (id, status, requested_by, created_at) VALUES (17, 'UPLOADING', 'admin', NOW(3))");
        sql("INSERT INTO grant_job_row (job_id, row_no, status) VALUES (17, 1, 'WAITING'), (17, 2, 'WAITING')");
        runner.run();
        assertThat(count("grant_job_row WHERE job_id = 17")).isEqualTo(2);

        // When
        clock.plus(Duration.ofHours(2));
        try {
            runner.run();
        } finally {
            clock.reset();
        }

        // Then
        assertThat(count("grant_job_row WHERE job_id = 17")).isZero();
        assertThat(count("grant_job WHERE id = 17")).isZero();
    }

    private static String row(int number, String suffix) {
        String user = "u" + number / 10 % USERS + "-" + suffix;
        return switch (number % 10) {
            case 3 -> user + ",COMPAT,-3";
            case 7 -> user + ",ORDER,3";
            default -> user + ",COMPAT,3";
        };
    }

    private int figure(String job, String column) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(connection, "SELECT " + column + " FROM grant_job WHERE id = " + job, row -> row.getInt(1))
                    .orElseThrow();
        }
    }

    private int count(String what) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(connection, "SELECT COUNT(*) FROM " + what, row -> row.getInt(1))
                    .orElseThrow();
        }
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, statement);
        }
    }
}
