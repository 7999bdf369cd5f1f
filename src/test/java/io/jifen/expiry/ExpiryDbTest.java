package io.jifen.expiry;

import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.newKey;
import static io.jifen.ledger.Fixture.openAccount;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.job.Job;
import io.jifen.job.JobsClient;
import io.jifen.ledger.AccountIds;
import io.jifen.ledger.Answer;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Partitions;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.outbox.Outbox;
import io.jifen.platform.Json;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.Messages;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class ExpiryDbTest {

    @Inject
    TestClock clock;

    @Inject
    Time time;

    @Inject
    Ledger ledger;

    @Inject
    AccountIds accounts;

    @Inject
    DataSource database;

    @Inject
    Outbox outbox;

    @Inject
    Partitions partitions;

    @Inject
    Json json;

    private LocalDate today;

    /** Small pages: a few lots are many batches. */
    private record Settings(int batch) implements ExpiryConfig {
        @Override
        public int yieldsAbove() {
            return 0;
        }

        @Override
        public int lanes() {
            return 2;
        }

        @Override
        public List<Integer> noticeDays() {
            return List.of(30, 7, 1);
        }

        @Override
        public int reinstatedDays() {
            return 30;
        }
    }

    @BeforeEach
    void today() {
        today = time.today();
    }

    @AfterEach
    void presentTime() {
        clock.reset();
    }

    @Test
    void expires_what_is_left_once_and_not_again_the_next_night() {
        // Given
        String user = openAccount();
        grant(user, 50, today.plusDays(3));
        grant(user, 30, today.plusDays(2));
        spend(user, 40);

        // When
        toTheEndOf(today.plusDays(3));
        JobsClient.run("expiry");
        JobsClient.run("expiry");
        clock.plus(Duration.ofDays(1));
        JobsClient.run("expiry");

        // Then: the 30 were spent first, and 10 of the 50
        get(Tokens.service(), "/accounts/{userId}", user)
                .body("available", equalTo(100))
                .body("totalExpired", equalTo(40))
                .body("totalConsumed", equalTo(40));
        get(Tokens.service(), "/accounts/{userId}/entries?type=EXPIRE", user)
                .body("items", hasSize(1))
                .body("items[0].points", equalTo(-40))
                .body("items[0].occurredAt", equalTo(shownEndOf(today.plusDays(3))));
    }

    @Test
    void writes_one_entry_for_each_day_and_removes_the_lots() throws SQLException {
        // Given
        String user = openAccount();
        grant(user, 5, today.plusDays(1));
        grant(user, 6, today.plusDays(2));
        grant(user, 7, today.plusDays(2));
        String spender = openAccount();
        grant(spender, 8, today.plusDays(2));
        spend(spender, 8);

        // When
        toTheEndOf(today.plusDays(2));
        JobsClient.run("expiry");

        // Then
        get(Tokens.service(), "/accounts/{userId}/entries?type=EXPIRE", user).body("items.points", contains(-13, -5));
        assertThat(lots(user)).as("those of the registration").isEqualTo(1);
        get(Tokens.service(), "/accounts/{userId}/entries?type=EXPIRE", spender).body("items", hasSize(0));
        assertThat(lots(spender)).as("emptied ones go as well").isEqualTo(1);
    }

    @Test
    void a_lot_that_its_account_does_not_know_of_is_left_to_reconciliation() throws SQLException {
        // Given
        String user = openAccount();
        grant(user, 5, today.plusDays(2));
        long account = accounts.require(user);
        change("UPDATE account SET next_expires_on = '2090-01-01' WHERE id = ?", account);

        // When
        toTheEndOf(today.plusDays(2));
        JobsClient.run("expiry");

        // Then
        assertThat(lots(user)).isEqualTo(2);
        change("UPDATE account SET next_expires_on = '2026-01-01' WHERE id = ?", account);
        JobsClient.run("expiry");
        assertThat(lots(user)).isEqualTo(1);
    }

    @Test
    void reads_and_spends_leave_expired_points_out_before_the_job_has_run() {
        // Given
        String user = openAccount();
        grant(user, 50, today.plusDays(3));
        balance(user).body("available", equalTo(150));

        // When
        toTheEndOf(today.plusDays(3));

        // Then
        balance(user).body("available", equalTo(100));
        get(Tokens.service(), "/accounts/{userId}", user)
                .body("available", equalTo(100))
                .body("totalExpired", equalTo(50));
        get(Tokens.service(), "/accounts/{userId}/lots", user).body("items.granted", contains(100));
        get(Tokens.service(), "/accounts/{userId}/expirations?days=3660", user).body("items.points", contains(100));
        get(
                        Tokens.service(),
                        "/accounts/{userId}/balance-at?time={now}",
                        user,
                        endOf(today.plusDays(3)).toString())
                .statusCode(200)
                .body("available", equalTo(100));
        given().auth()
                .oauth2(Tokens.service())
                .contentType("application/json")
                .body(Map.of("userId", user, "orderAmount", 1000))
                .post("/api/v1/cash-quotes")
                .then()
                .body("available", equalTo(100))
                .body("maxPoints", equalTo(100));
        deduct(user, 101).statusCode(409).body("available", equalTo(100));
    }

    @Test
    void a_run_beside_spends_and_other_runs_expires_nothing_twice_and_nothing_that_was_spent() throws Exception {
        // Given accounts of 100 that stay, 20 that run out and 10 that do so later
        int users = 12;
        List<String> all =
                IntStream.range(0, users).mapToObj(i -> openAccount()).toList();
        for (String user : all) {
            grant(user, 20, today.plusDays(1));
            grant(user, 10, today.plusDays(9));
        }
        toTheEndOf(today.plusDays(1));
        AtomicLong spent = new AtomicLong();

        // When
        AtOnce.run(6, thread -> {
            if (thread < 2) {
                runToTheEnd(new ExpiryJob(ledger, database, new Settings(7), time));
            } else {
                for (int i = 0; i < users; i++) {
                    if (ledger.post(spending(all.get((i * 7 + thread) % users), 3)) instanceof Answer.Posted) {
                        spent.addAndGet(3);
                    }
                }
            }
            return null;
        });

        // Then
        assertThat(spent.get()).isEqualTo(users * 4 * 3L);
        long available = 0;
        for (String user : all) {
            JsonPath account =
                    get(Tokens.service(), "/accounts/{userId}", user).extract().jsonPath();
            assertThat(account.getLong("totalExpired")).isEqualTo(20);
            available += account.getLong("available");
            get(Tokens.service(), "/accounts/{userId}/entries?type=EXPIRE", user)
                    .body("items.points", contains(-20));
        }
        assertThat(available).isEqualTo(users * 110L - spent.get());
    }

    @Test
    void a_run_that_died_goes_on_behind_its_last_page() throws SQLException {
        // Given
        List<String> all = IntStream.range(0, 5).mapToObj(i -> openAccount()).toList();
        all.forEach(user -> grant(user, 20, today.plusDays(1)));
        toTheEndOf(today.plusDays(1));
        ExpiryJob job = new ExpiryJob(ledger, database, new Settings(2), time);

        // When: the second page is written, and its checkpoint is not
        Job.Step.More first = (Job.Step.More) job.step(at(null));
        job.step(at(first.checkpoint()));
        Job.Step next = job.step(at(first.checkpoint()));
        while (next instanceof Job.Step.More(long rows, String checkpoint, Duration rest)) {
            next = job.step(at(checkpoint));
        }

        // Then
        for (String user : all) {
            get(Tokens.service(), "/accounts/{userId}/entries?type=EXPIRE", user)
                    .body("items.points", contains(-20));
        }
    }

    @Test
    void leaves_most_of_the_time_to_others_while_they_post() throws SQLException {
        // Given
        List<String> all = IntStream.range(0, 6).mapToObj(i -> openAccount()).toList();
        all.forEach(user -> grant(user, 20, today.plusDays(1)));
        toTheEndOf(today.plusDays(1));
        ExpiryJob job = new ExpiryJob(ledger, database, new Settings(2), time);

        // When
        Job.Step.More first = (Job.Step.More) job.step(at(null));
        Job.Step.More alone = (Job.Step.More) job.step(at(first.checkpoint()));
        spend(all.getFirst(), 1);
        Job.Step.More beside = (Job.Step.More) job.step(at(alone.checkpoint()));

        // Then
        assertThat(alone.rest()).isZero();
        assertThat(beside.rest()).isPositive();
    }

    @Test
    void tells_of_points_30_7_and_1_day_ahead_once_each() throws SQLException {
        // Given
        String user = openAccount();
        grant(user, 50, today.plusDays(40));

        // When
        List<Integer> days = List.of(5, 10, 11, 20, 33, 34, 39, 40);
        for (int day : days) {
            clock.reset();
            clock.plus(Duration.ofDays(day));
            JobsClient.run("expiring-soon");
            JobsClient.run("expiring-soon");
            if (day == 20) {
                spend(user, 15);
            }
        }

        // Then
        List<JsonNode> notices = await().until(() -> notices(user), found -> found.size() >= 3);
        assertThat(notices)
                .extracting(notice -> notice.get("daysAhead").asInt())
                .containsExactly(30, 7, 1);
        assertThat(notices).extracting(notice -> notice.get("daysLeft").asInt()).containsExactly(30, 7, 1);
        assertThat(notices).extracting(notice -> notice.get("points").asInt()).containsExactly(50, 35, 35);
        assertThat(notices.getFirst().get("date").asText())
                .isEqualTo(today.plusDays(40).toString());
        assertThat(notices.getFirst().get("expireAt").asText()).isEqualTo(shownEndOf(today.plusDays(40)));
        assertThat(notices.getFirst().get("userId").asText()).isEqualTo(user);
    }

    @Test
    void a_notice_that_was_missed_is_late_and_not_left_out() {
        // Given
        String user = openAccount();
        LocalDate day = today.plusDays(80);
        grant(user, 50, day);

        // When nobody looked on the 30th day before, nor on the 7th
        passDays(60);
        JobsClient.run("expiring-soon");
        passDays(16);
        JobsClient.run("expiring-soon");

        // Then
        List<JsonNode> notices = await().until(() -> notices(user), found -> found.size() >= 2);
        assertThat(notices)
                .extracting(notice -> notice.get("daysAhead").asInt())
                .containsExactly(30, 7);
        assertThat(notices).extracting(notice -> notice.get("daysLeft").asInt()).containsExactly(20, 4);
    }

    @Test
    void two_pods_tell_everybody_once() throws Exception {
        // Given
        List<String> all = IntStream.range(0, 10).mapToObj(i -> openAccount()).toList();
        all.forEach(user -> grant(user, 20, today.plusDays(120)));
        passDays(100);

        // When
        AtOnce.run(3, pod -> {
            runToTheEnd(new ExpiringSoonJob(database, outbox, new Settings(3), json, time));
            return null;
        });

        // Then
        Map<String, List<JsonNode>> told = await().until(
                        () -> Messages.byKey("points.expiring-soon"),
                        topic -> topic.keySet().containsAll(all));
        assertThat(all).allSatisfy(user -> assertThat(told.get(user)).hasSize(1));
    }

    @Test
    void an_admin_gives_expired_points_back_with_a_new_day() {
        // Given
        String user = openAccount();
        grant(user, 50, today);
        toTheEndOf(today);
        String key = newKey();

        // When
        LocalDate lastDay = today.plusDays(10);
        Map<String, ?> body = Map.of("points", 30, "reason", "the shop was closed", "expiresOn", lastDay.toString());
        JsonPath first = reinstate(Tokens.admin(), user, key, body)
                .statusCode(201)
                .body("type", equalTo("REINSTATE"))
                .body("points", equalTo(30))
                .body("available", equalTo(130))
                .body("expireAt", equalTo(shownEndOf(lastDay)))
                .body("reason", equalTo("the shop was closed"))
                .extract()
                .jsonPath();

        // Then
        reinstate(Tokens.admin(), user, key, body)
                .statusCode(200)
                .header("Idempotency-Replayed", "true")
                .body("transactionNo", equalTo(first.getString("transactionNo")));
        reinstate(Tokens.admin(), user, key, Map.of("points", 31, "reason", "more"))
                .statusCode(422)
                .body("code", equalTo("idempotency-key-reused"));
        get(Tokens.service(), "/accounts/{userId}", user)
                .body("totalExpired", equalTo(20))
                .body("available", equalTo(130));
        get(Tokens.service(), "/accounts/{userId}/lots", user)
                .body("items.expiresOn[0]", equalTo(lastDay.toString()))
                .body("items.remaining[0]", equalTo(30));
    }

    @Test
    void gives_no_more_back_than_expired_and_nothing_that_is_over_at_once() {
        // Given
        String user = openAccount();
        grant(user, 50, today);
        toTheEndOf(today);

        // Then
        reinstate(Tokens.admin(), user, newKey(), Map.of("points", 51, "reason", "r"))
                .statusCode(409)
                .body("code", equalTo("insufficient-points"))
                .body("available", equalTo(50))
                .body("required", equalTo(51));
        Map<String, Map<String, ?>> wrong = Map.of(
                "points", Map.of("points", 0, "reason", "r"),
                "reason", Map.of("points", 5),
                "expiresOn", Map.of("points", 5, "reason", "r", "expiresOn", today.toString()));
        wrong.forEach((field, body) -> reinstate(Tokens.admin(), user, newKey(), body)
                .statusCode(400)
                .body("errors[0].field", equalTo(field)));
        reinstate(Tokens.admin(), user, newKey(), Map.of("points", 5, "reason", "r", "expiresOn", "2999-01-01"))
                .statusCode(400)
                .body("errors[0].field", equalTo("expiresOn"));
        reinstate(Tokens.admin(), user, null, Map.of("points", 5, "reason", "r"))
                .statusCode(400)
                .body("code", equalTo("missing-idempotency-key"));
        reinstate(Tokens.admin(), "nobody-" + user, newKey(), Map.of("points", 5, "reason", "r"))
                .statusCode(404);
        reinstate(Tokens.service(), user, newKey(), Map.of("points", 5, "reason", "r"))
                .statusCode(403);
        reinstate(Tokens.admin(), user, newKey(), Map.of("points", 50, "reason", "r"))
                .statusCode(201)
                .body("expireAt", equalTo(shownEndOf(time.today().plusDays(30))));
    }

    // ---- what tests are made of ----

    private static void runToTheEnd(Job job) throws SQLException {
        String checkpoint = null;
        while (job.step(at(checkpoint)) instanceof Job.Step.More(long rows, String next, Duration rest)) {
            checkpoint = next;
        }
    }

    private static Job.Progress at(String checkpoint) {
        return new Job.Progress(1, Instant.EPOCH, checkpoint, 0);
    }

    private void grant(String user, long points, LocalDate lastDay) {
        Answer answer = ledger.post(Posting.of(
                new Key("", newKey()),
                ContentHash.of("grant").with("points", points).bytes(),
                new Target.User(user, false),
                new Operation.Grant(List.of(new Operation.Line(points, lastDay, null, null)))));
        assertThat(answer).isInstanceOf(Answer.Posted.class);
    }

    private static Posting spending(String user, long points) {
        return Posting.of(
                new Key("", newKey()),
                ContentHash.of("spend").with("points", points).bytes(),
                new Target.User(user, false),
                new Operation.Spend(points));
    }

    private void spend(String user, long points) {
        assertThat(ledger.post(spending(user, points))).isInstanceOf(Answer.Posted.class);
    }

    private static ValidatableResponse deduct(String user, long points) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType("application/json")
                .header("Idempotency-Key", newKey())
                .body(Map.of("userId", user, "points", points, "bizType", "COFFEE", "bizNo", newKey()))
                .post("/api/v1/deductions")
                .then();
    }

    private static ValidatableResponse reinstate(String token, String user, String key, Map<String, ?> body) {
        var request =
                given().auth().oauth2(token).contentType("application/json").body(body);
        return (key == null ? request : request.header("Idempotency-Key", key))
                .post("/api/v1/accounts/{userId}/reinstatements", user)
                .then();
    }

    private static ValidatableResponse balance(String user) {
        return get(Tokens.service(), "/accounts/{userId}/balance", user).statusCode(200);
    }

    private static List<JsonNode> notices(String user) {
        return Messages.of("points.expiring-soon", user);
    }

    private long lots(String user) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(
                            connection,
                            "SELECT COUNT(*) FROM lot WHERE account_id = ?",
                            row -> row.getLong(1),
                            accounts.require(user))
                    .orElseThrow();
        }
    }

    private void change(String sql, long account) throws SQLException {
        try (Connection connection = database.getConnection()) {
            assertThat(Sql.update(connection, sql, account)).isEqualTo(1);
        }
    }

    private Instant endOf(LocalDate day) {
        return day.plusDays(1).atStartOfDay(time.zone()).toInstant();
    }

    /** Far enough for what others have left behind to be settled there, which makes entries. */
    private void passDays(int days) {
        clock.plus(Duration.ofDays(days));
        partitions.ensure(clock.instant());
    }

    private String shownEndOf(LocalDate day) {
        return endOf(day).toString().replace("Z", ".000Z");
    }

    private void toTheEndOf(LocalDate day) {
        clock.moveTo(endOf(day));
    }
}
