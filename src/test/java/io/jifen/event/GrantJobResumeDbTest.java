package io.jifen.event;

import static io.jifen.event.EventsClient.PATIENCE;
import static io.jifen.event.EventsClient.admin;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.fresh;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Requests;
import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
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
                    "jifen.grant-jobs.rows-max", Integer.toString(ROWS),
                    // A caller is told to come again while its posting still waits for a lock.
                    "jifen.ledger.deadline", "3s",
                    "quarkus.datasource.jdbc.new-connection-sql", "SET innodb_lock_wait_timeout=20, wait_timeout=120");
        }
    }

    @Inject
    GrantJobRunner runner;

    @Inject
    GrantJobCleaning cleaning;

    @Inject
    DataSource database;

    @Inject
    TestClock clock;

    @Inject
    Ledger ledger;

    @Inject
    Intake intake;

    @Inject
    Requests requests;

    @AfterEach
    void back_to_now() {
        clock.reset();
    }

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
            runToItsEnd();
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
        cleaning.run();
        assertThat(count("grant_job_row WHERE job_id = 17")).isEqualTo(2);

        // When
        clock.plus(Duration.ofHours(2));
        cleaning.run();

        // Then
        assertThat(count("grant_job_row WHERE job_id = 17")).isZero();
        assertThat(count("grant_job WHERE id = 17")).isZero();
    }

    @Test
    void a_start_that_is_committed_late_leads_to_a_job_that_is_there() throws Exception {
        // Given: somebody else is about to take the key, so that the start waits for it with everything else written
        String user = fresh("user");
        String key = fresh("key");
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
                Connection other = database.getConnection()) {
            other.setAutoCommit(false);
            Sql.update(other, """
                    INSERT INTO request (key_hash, scope, trace_id, content_hash, outcome, status, created_at)
                    VALUES (UNHEX(LEFT(SHA2(CONCAT('', CHAR(0), ?), 256), 32)), '', ?, REPEAT('0', 16), 'DEAD', 0, NOW(3))""", key, key);

            // When
            Future<Response> told = callers.submit(() -> upload(few(user, 3), key));
            await().atMost(PATIENCE).until(() -> told.isDone() || waitingForLocks() > 1);
            other.rollback();
            other.setAutoCommit(true);

            // Then
            assertThat(told.get().statusCode()).isEqualTo(503);
        }
        Response again = await().atMost(PATIENCE).until(() -> upload(few(user, 3), key), r -> r.statusCode() != 503);
        assertThat(again.statusCode()).isEqualTo(200);
        String job = again.path("jobId");
        admin().get("/api/v1/grants/jobs/{id}", job).then().statusCode(200).body("status", equalTo("RUNNING"));
        runToItsEnd();
        admin().get("/api/v1/grants/jobs/{id}", job)
                .then()
                .body("status", equalTo("DONE"))
                .body("posted", equalTo(3));
        assertThat(available(user)).isEqualTo(103);
    }

    @Test
    void rows_that_the_broker_lost_are_sent_again_after_a_standstill() throws Exception {
        // Given
        String user = fresh("user");
        String job = upload(few(user, 3), fresh("key")).path("jobId");
        sql("UPDATE grant_job SET sent = last_row WHERE id = " + job);
        runner.step();
        runner.step();
        assertThat(figure(job, "settled")).isZero();

        // When
        clock.plus(Duration.ofMinutes(2));
        runner.step();

        // Then
        runToItsEnd();
        admin().get("/api/v1/grants/jobs/{id}", job)
                .then()
                .body("status", equalTo("DONE"))
                .body("posted", equalTo(3));
        assertThat(available(user)).isEqualTo(103);
    }

    @Test
    void a_dead_row_that_is_replayed_is_not_dead_any_more() throws Exception {
        // Given: a row whose key another request has put aside
        String user = fresh("user");
        String job = upload(few(user, 3), fresh("key")).path("jobId");
        ledger.markDead(Intake.key(GrantJob.traceId(Long.parseLong(job), 2)), user, "invalid-request");
        runToItsEnd();
        admin().get("/api/v1/grants/jobs/{id}", job)
                .then()
                .body("status", equalTo("DONE"))
                .body("posted", equalTo(2))
                .body("dead", equalTo(1));

        // When: its message is sent again
        Key key = Intake.key(GrantJob.traceId(Long.parseLong(job), 2));
        Event event = intake.read("""
                {"traceId":"%s","userId":"%s","bizType":"COMPAT","points":1}""".formatted(key.traceId(), user).getBytes(StandardCharsets.UTF_8));
        ledger.post(intake.earning(event, requests.forReplay(key), event.contentHash()));
        AtOnce.run(4, i -> admin().get("/api/v1/grants/jobs/{id}", job).statusCode());

        // Then
        admin().get("/api/v1/grants/jobs/{id}", job)
                .then()
                .body("posted", equalTo(3))
                .body("dead", equalTo(0));
        admin().get("/api/v1/grants/jobs/{id}/rows", job)
                .then()
                .body("items[1].status", equalTo("POSTED"))
                .body("items[1].transactionNo", notNullValue())
                .body("items[1].code", nullValue());
    }

    @Test
    void an_upload_that_takes_too_long_is_removed_with_all_of_its_rows() throws Exception {
        // Given: it has sent its first rows, and then nothing for an hour
        int rows = count("grant_job_row");
        byte[] begin = few(fresh("user"), 1_200).getBytes(StandardCharsets.UTF_8);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
                PipedOutputStream sender = new PipedOutputStream();
                PipedInputStream file = new PipedInputStream(sender, 1 << 20)) {
            Future<Integer> status = callers.submit(() -> streamed(file));
            sender.write(begin, 0, begin.length - 1);
            sender.flush();
            await().atMost(PATIENCE).until(() -> count("grant_job_row") > rows);
            clock.plus(Duration.ofHours(2));
            cleaning.run();

            // When
            try (sender) {
                sender.write(("," + few(fresh("user"), 1_200).substring(1)).getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It has been told already.
            }

            // Then
            assertThat(status.get()).isEqualTo(409);
        }
        assertThat(count("grant_job_row")).isEqualTo(rows);
    }

    /** Until the running jobs are done. */
    private void runToItsEnd() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> !runner.step());
    }

    private static String few(String user, int rows) {
        String row = "{\"userId\":\"%s\",\"bizType\":\"COMPAT\",\"points\":1}".formatted(user);
        return "[" + String.join(",", Collections.nCopies(rows, row)) + "]";
    }

    private static Response upload(String file, String key) {
        return admin().header("Idempotency-Key", key).body(file).post("/api/v1/grants/jobs");
    }

    /** Sends it as it comes; RestAssured would read it first. */
    private static int streamed(InputStream file) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + RestAssured.port + "/api/v1/grants/jobs"))
                .header("Authorization", "Bearer " + Tokens.admin())
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", fresh("key"))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> file))
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private int waitingForLocks() throws SQLException {
        return count("information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'");
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
