package io.jifen.reconciliation;

import static io.jifen.ledger.Fixture.adjust;
import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.newKey;
import static io.jifen.ledger.Fixture.openAccount;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.oneOf;

import io.jifen.job.Job;
import io.jifen.job.JobsClient;
import io.jifen.ledger.AccountCheck;
import io.jifen.ledger.AccountIds;
import io.jifen.ledger.Checker;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Damage is done by hand, found and named, and undone by hand. Other tests' accounts may be looked at, too. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class ReconciliationDbTest {

    @Inject
    AccountIds accounts;

    @Inject
    DataSource database;

    @Inject
    TestClock clock;

    @Inject
    Time time;

    @Inject
    RedisDataSource redis;

    @Inject
    AccountCheck checks;

    @Inject
    Checker checker;

    @Inject
    @Any
    Instance<Copies> copies;

    @Inject
    FindingGauges gauges;

    @Inject
    MeterRegistry metrics;

    @Inject
    ReconciliationConfig config;

    @Inject
    Ids ids;

    @Inject
    Json json;

    /** Runs of the test before looked some seconds ahead; in life a window ends a minute ago. This one begins there. */
    @BeforeEach
    void behindTheTestBefore() throws SQLException {
        try (Connection connection = database.getConnection()) {
            ReconciliationSql.lastEnd(connection, time.now().plus(Duration.ofHours(1)))
                    .filter(end -> end.isAfter(time.now()))
                    .ifPresent(end -> clock.moveTo(end.plusMillis(1)));
        }
    }

    @AfterEach
    void presentTime() {
        clock.reset();
    }

    /** What is broken, how, and how it is mended. */
    private record Damage(String invariant, String damage, String repair) {}

    private static final List<Damage> DAMAGES = List.of(
            new Damage(
                    "available-equals-lots",
                    "UPDATE lot SET remaining = remaining - 1 WHERE account_id = ?",
                    "UPDATE lot SET remaining = remaining + 1 WHERE account_id = ?"),
            new Damage(
                    "lot-within-granted",
                    "UPDATE lot SET granted = granted - 99 WHERE account_id = ?",
                    "UPDATE lot SET granted = granted + 99 WHERE account_id = ?"),
            new Damage(
                    "frozen-equals-holds",
                    "UPDATE hold SET status = 'EXPIRED' WHERE account_id = ?",
                    "UPDATE hold SET status = 'OPEN' WHERE account_id = ?"),
            new Damage(
                    "available-equals-entries",
                    "UPDATE account SET available = available + 1 WHERE id = ?",
                    "UPDATE account SET available = available - 1 WHERE id = ?"),
            new Damage(
                    "frozen-equals-entries",
                    "UPDATE account SET frozen = frozen + 1 WHERE id = ?",
                    "UPDATE account SET frozen = frozen - 1 WHERE id = ?"),
            new Damage(
                    "pending-equals-entries",
                    "UPDATE account SET pending = pending + 1 WHERE id = ?",
                    "UPDATE account SET pending = pending - 1 WHERE id = ?"),
            new Damage(
                    "total-expired-equals-entries",
                    "UPDATE account SET total_expired = 1 WHERE id = ?",
                    "UPDATE account SET total_expired = 0 WHERE id = ?"),
            new Damage(
                    "version-equals-entries",
                    "UPDATE account SET version = version + 1 WHERE id = ?",
                    "UPDATE account SET version = version - 1 WHERE id = ?"),
            new Damage(
                    "last-entry",
                    "UPDATE account SET last_entry_id = last_entry_id + 1 WHERE id = ?",
                    "UPDATE account SET last_entry_id = last_entry_id - 1 WHERE id = ?"),
            new Damage(
                    "last-hash",
                    "UPDATE account SET nickname = HEX(last_hash), last_hash = NULL WHERE id = ?",
                    "UPDATE account SET last_hash = UNHEX(nickname), nickname = NULL WHERE id = ?"),
            new Damage(
                    "next-expiry-not-late",
                    "UPDATE account SET next_expires_on = next_expires_on + INTERVAL 1 DAY WHERE id = ?",
                    "UPDATE account SET next_expires_on = next_expires_on - INTERVAL 1 DAY WHERE id = ?"),
            new Damage(
                    "versions-without-gap",
                    "UPDATE entry SET version = 9 WHERE account_id = ? AND version = 3",
                    "UPDATE entry SET version = 3 WHERE account_id = ? AND version = 9"),
            new Damage(
                    "before-balance-continues",
                    "UPDATE entry SET before_balance = before_balance + 1 WHERE account_id = ? AND version = 2",
                    "UPDATE entry SET before_balance = before_balance - 1 WHERE account_id = ? AND version = 2"),
            new Damage(
                    "after-balance-adds-up",
                    "UPDATE entry SET after_balance = after_balance + 1 WHERE account_id = ? AND version = 2",
                    "UPDATE entry SET after_balance = after_balance - 1 WHERE account_id = ? AND version = 2"),
            new Damage(
                    "uses-equal-taken",
                    "UPDATE lot_use SET points = points + 1 WHERE account_id = ?",
                    "UPDATE lot_use SET points = points - 1 WHERE account_id = ?"),
            new Damage(
                    "spend-equals-entry",
                    "UPDATE spend SET points = points + 1 WHERE account_id = ?",
                    "UPDATE spend SET points = points - 1 WHERE account_id = ?"),
            new Damage(
                    "earning-equals-entry",
                    "UPDATE earning SET points = points - 1 WHERE account_id = ?",
                    "UPDATE earning SET points = points + 1 WHERE account_id = ?"),
            new Damage(
                    "hash-right",
                    "UPDATE entry SET reason = 'another' WHERE account_id = ? AND version = 2",
                    "UPDATE entry SET reason = 'a correction' WHERE account_id = ? AND version = 2"));

    @Test
    void finds_each_kind_of_damage_of_accounts_names_it_and_repairs_nothing() throws SQLException {
        // Given
        Map<Damage, String> users = new LinkedHashMap<>();
        for (Damage damage : DAMAGES) {
            users.put(damage, account());
        }
        for (Map.Entry<Damage, String> one : users.entrySet()) {
            change(one.getKey().damage(), accounts.require(one.getValue()));
        }

        // When
        String run;
        try {
            run = reconcile("reconciliation");
        } finally {
            for (Map.Entry<Damage, String> one : users.entrySet()) {
                change(one.getKey().repair(), accounts.require(one.getValue())); // fails if the run has changed it
            }
        }

        // Then
        List<Map<String, Object>> findings = findings(run);
        for (Map.Entry<Damage, String> one : users.entrySet()) {
            assertThat(findings)
                    .filteredOn(finding -> one.getValue().equals(finding.get("userId")))
                    .extracting(finding -> finding.get("invariant"))
                    .as(one.getKey().damage())
                    .contains(one.getKey().invariant());
        }
        assertThat(metrics.get("jifen.findings.accounts").gauge().value()).isGreaterThanOrEqualTo(users.size());
        assertThat(metrics.get("jifen.findings.open").gauge().value()).isGreaterThanOrEqualTo(users.size());
    }

    @Test
    void finds_nothing_beside_load_and_looks_only_at_what_changed_since() throws Exception {
        // Given: a day of its own, as other tests move the clock in the middle of postings, which then are of two days
        clock.plus(Duration.ofDays(3));
        List<String> users = IntStream.range(0, 6).mapToObj(i -> account()).toList();
        reconcile("reconciliation");
        AtomicBoolean over = new AtomicBoolean();

        // When
        List<String> beside;
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> load = IntStream.range(0, users.size())
                    .mapToObj(i -> callers.submit(() -> {
                        int rounds = 0;
                        for (; !over.get(); rounds++) {
                            postOfEachKind(users.get(i), users.get((i + 1) % users.size()));
                        }
                        return rounds;
                    }))
                    .toList();
            try {
                beside = Stream.of("reconciliation", "reconciliation-full", "reconciliation")
                        .map(this::reconcile)
                        .toList();
            } finally {
                over.set(true);
            }
            for (Future<Integer> caller : load) {
                assertThat(caller.get()).isPositive();
            }
        }
        clock.plus(Duration.ofMinutes(5));
        String quiet = reconcile("reconciliation");
        adjust(users.getFirst(), 7);
        String last = reconcile("reconciliation");

        // Then
        assertThat(beside).allSatisfy(run -> assertThat(findings(run)).isEmpty());
        assertThat(findings(quiet)).isEmpty();
        assertThat(findings(last)).isEmpty();
        reconciliation(last)
                .body("kind", equalTo("CHANGES"))
                .body("accounts", lessThan(4)) // one, and whose hold has just timed out
                .body("finishedAt", notNullValue())
                .body("books.owed", notNullValue());
    }

    @Test
    void an_account_that_is_wrong_in_many_batches_is_found_once() throws SQLException {
        // Given: several entries, each of which makes a batch look at the account again
        reconcile("reconciliation");
        String user = account();
        change("UPDATE account SET available = available + 1 WHERE id = ?", accounts.require(user));
        clock.plus(Duration.ofSeconds(62));
        Reconciler reconciler =
                new Reconciler(checks, checker, copies, database, gauges, new OneByOne(config), ids, json, time);

        // When
        Job.Progress progress = new Job.Progress(ids.next(), time.now(), null, 0);
        int batches = 0;
        try {
            while (reconciler.step(progress, Run.Kind.CHANGES) instanceof Job.Step.More more) {
                progress = new Job.Progress(progress.runId(), progress.startedAt(), more.checkpoint(), 0);
                batches += more.checkpoint().startsWith("ACCOUNTS") ? 1 : 0;
            }
        } finally {
            change("UPDATE account SET available = available - 1 WHERE id = ?", accounts.require(user));
        }

        // Then
        assertThat(batches).isGreaterThan(3);
        assertThat(findings(Long.toString(progress.runId())))
                .filteredOn(finding -> finding.get("invariant").equals("available-equals-entries"))
                .singleElement()
                .satisfies(finding -> assertThat(finding).containsEntry("userId", user));
    }

    /** The settings, but for batches of one. */
    private record OneByOne(ReconciliationConfig config) implements ReconciliationConfig {
        @Override
        public int batch() {
            return 1;
        }

        @Override
        public Duration settled() {
            return config.settled();
        }

        @Override
        public Duration first() {
            return config.first();
        }

        @Override
        public Duration exchanges() {
            return config.exchanges();
        }

        @Override
        public int sample() {
            return config.sample();
        }

        @Override
        public int findings() {
            return config.findings();
        }

        @Override
        public boolean warehouse() {
            return config.warehouse();
        }
    }

    @Test
    void a_full_run_finds_what_was_damaged_after_it_was_found_right() throws SQLException {
        // Given
        String user = account();
        reconcile("reconciliation");
        change("UPDATE entry SET reason = 'x' WHERE account_id = ? AND version = 2", accounts.require(user));

        // When
        String full;
        try {
            full = reconcile("reconciliation-full");
        } finally {
            change(
                    "UPDATE entry SET reason = 'a correction' WHERE account_id = ? AND version = 2",
                    accounts.require(user));
        }

        // Then
        assertThat(findings(full))
                .filteredOn(finding -> user.equals(finding.get("userId")))
                .singleElement()
                .satisfies(finding -> assertThat(finding)
                        .containsEntry("invariant", "hash-right")
                        .containsEntry("expected", 2)
                        .containsEntry("actual", 1));
    }

    @Test
    void finds_daily_totals_that_differ_from_the_entries() throws SQLException {
        // Given
        account();
        String day = time.today().toString();
        change("UPDATE daily_total SET points = points + 3 WHERE type = 'ADJUST' AND day = ? LIMIT 1", day);

        // When
        String run;
        try {
            run = reconcile("reconciliation");
        } finally {
            change("UPDATE daily_total SET points = points - 3 WHERE type = 'ADJUST' AND day = ? LIMIT 1", day);
        }

        // Then
        assertThat(findings(run))
                .extracting(finding -> finding.get("invariant"))
                .contains("daily-totals-equal-entries", "books-balance");
        assertThat(findings(run))
                .filteredOn(finding -> finding.get("invariant").equals("daily-totals-equal-entries"))
                .extracting(finding -> finding.get("detail").toString())
                .anyMatch(detail -> detail.startsWith(day + ", ADJUST"));
    }

    @Test
    void finds_exchanges_without_spends_messages_and_orders_and_orders_without_exchanges() throws SQLException {
        // Given
        String user = account();
        long account = accounts.require(user);
        long id = Ids.firstAt(time.now()) + 1;
        String columns = "INSERT INTO exchange (id, account_id, goods_id, quantity, points_cost, status, message_id,"
                + " waybill_no, created_at, updated_at) VALUES (?, ?, 'none', 1, ?, ?, ?, ?, NOW(3), NOW(3))";
        change(columns, id, account, 5, "CANCELLED", null, null);
        change(columns, id + 1, account, 0, "CREATED", id + 1, null);
        change(columns, id + 2, account, 0, "SHIPPED", id + 2, "W1");
        change(
                columns,
                id + 5,
                account,
                0,
                "SHIPPING_REQUESTED",
                id + 5,
                null); // settled so long ago that it is removed
        change(
                "INSERT INTO outbox_message (id, topic, message_key, state, tries, next_try_at, created_at)"
                        + " VALUES (?, 't', 'k', 'CONFIRMED', 1, NOW(3), NOW(3))",
                id + 2);
        change(
                "INSERT INTO shipping_order (id, exchange_id, message_id, type, goods_id, quantity, status, tries,"
                        + " next_try_at, created_at, updated_at)"
                        + " VALUES (?, ?, ?, 2, 'none', 1, 'DELIVERED', 1, '2099-01-01', NOW(3), NOW(3))",
                id + 3,
                id + 3,
                id + 3);
        change(
                "INSERT INTO spend (transaction_no, account_id, points, refunded, bound) VALUES (?, ?, 5, 0, TRUE)",
                id + 4,
                account);

        // When
        String run;
        try {
            run = reconcile("reconciliation");
        } finally {
            change("DELETE FROM exchange WHERE account_id = ?", account);
            change("DELETE FROM outbox_message WHERE id = ?", id + 2);
            change("DELETE FROM shipping_order WHERE id = ?", id + 3);
            change("DELETE FROM spend WHERE transaction_no = ?", id + 4);
        }

        // Then
        assertThat(findings(run))
                .filteredOn(finding -> user.equals(finding.get("userId")))
                .extracting(finding -> finding.get("invariant"))
                .contains(
                        "exchange-has-its-spend",
                        "exchange-has-its-message",
                        "confirmed-message-has-its-order",
                        "shipped-exchange-has-its-order",
                        "spend-has-its-exchange");
        assertThat(findings(run))
                .extracting(finding -> finding.get("invariant"))
                .contains("shipping-order-has-its-exchange");
        assertThat(findings(run))
                .extracting(finding -> finding.get("detail").toString())
                .noneMatch(detail -> detail.contains("exchange " + (id + 5)));
    }

    @Test
    void finds_a_balance_in_redis_that_differs_from_the_database() {
        // Given: few accounts that changed, so that the sample is all of them; and a copy of the last version
        reconcile("reconciliation");
        String user = account();
        await().until(() -> get(Tokens.service(), "/accounts/{userId}/balance", user)
                .extract()
                .path("version")
                .toString()
                .equals(redis.hash(String.class).hget("user:points:" + user, "version")));
        redis.hash(String.class).hset("user:points:" + user, "balance", "4711");

        // When
        String run = reconcile("reconciliation");
        redis.key().del("user:points:" + user);

        // Then
        assertThat(findings(run))
                .filteredOn(finding -> user.equals(finding.get("userId")))
                .singleElement()
                .satisfies(finding -> assertThat(finding)
                        .containsEntry("invariant", "redis-equals-database")
                        .containsEntry("actual", 4711));
    }

    @Test
    void a_finding_is_resolved_once_with_a_reason_or_with_an_adjustment_of_its_account() throws SQLException {
        // Given
        String user = account();
        String other = account();
        long account = accounts.require(user);
        change("UPDATE account SET total_expired = 1 WHERE id = ?", account);
        String run;
        try {
            run = reconcile("reconciliation");
        } finally {
            change("UPDATE account SET total_expired = 0 WHERE id = ?", account);
        }
        String id = findings(run).stream()
                .filter(finding -> user.equals(finding.get("userId")))
                .map(finding -> finding.get("findingId").toString())
                .findFirst()
                .orElseThrow();
        String mended = adjust(user, 1, newKey()).extract().path("transactionNo");
        String ofAnother = adjust(other, 1, newKey()).extract().path("transactionNo");

        // Then
        resolve(Tokens.service(), id, Map.of("reason", "x")).statusCode(403);
        resolve(id, Map.of()).statusCode(400).body("errors.field", equalTo(List.of("reason")));
        resolve(id, Map.of("transactionNo", ofAnother))
                .statusCode(400)
                .body("errors.field", equalTo(List.of("transactionNo")));
        resolve(id, Map.of("transactionNo", "x")).statusCode(400);
        resolve("1", Map.of("reason", "x")).statusCode(404);
        resolve("x", Map.of("reason", "x")).statusCode(404);
        resolve(id, Map.of("reason", "set right by hand", "transactionNo", mended))
                .statusCode(200)
                .body("state", equalTo("RESOLVED"))
                .body("reason", equalTo("set right by hand"))
                .body("transactionNo", equalTo(mended))
                .body("resolvedBy", equalTo("admin"));
        resolve(id, Map.of("reason", "again")).statusCode(409).body("code", equalTo("illegal-state"));
    }

    @Test
    void reconciliations_are_listed_newest_first_for_admins_only() {
        // Given
        String first = reconcile("reconciliation");
        String second = reconcile("reconciliation");

        // Then
        get(Tokens.admin(), "/reconciliations?limit=1")
                .statusCode(200)
                .body("items", hasSize(1))
                .body("nextCursor", notNullValue());
        assertThat(get(Tokens.admin(), "/reconciliations?limit=100")
                        .extract()
                        .jsonPath()
                        .getList("items.reconciliationId"))
                .containsSubsequence(second, first);
        get(Tokens.service(), "/reconciliations").statusCode(403);
        get(Tokens.admin(), "/reconciliations/1").statusCode(404);
        get(Tokens.admin(), "/reconciliations/x/findings").statusCode(404);
        get(Tokens.admin(), "/reconciliations?limit=0").statusCode(400);
    }

    /** 100 of the registration, 7 taken by hand, 10 held, 5 spent. */
    private static String account() {
        String user = openAccount();
        adjust(user, -7);
        post("/holds", Map.of("traceId", newKey(), "userId", user, "points", 10, "bizNo", newKey()));
        post(
                "/deductions",
                Map.of(
                        "traceId", newKey(), "userId", user, "points", 5, "bizType", "SHOP", "bizNo", newKey(),
                        "reason", "bought"));
        return user;
    }

    /** What the user has is as much in the end as at the beginning, so that it never runs out. */
    private static void postOfEachKind(String user, String other) {
        String order = newKey();
        post("/grants", Map.of("traceId", newKey(), "userId", user, "bizType", "ORDER", "bizNo", order, "amount", 3));
        String spent = post(
                        "/deductions",
                        Map.of(
                                "traceId", newKey(), "userId", user, "points", 5, "bizType", "SHOP", "bizNo", newKey(),
                                "reason", "bought"))
                .extract()
                .path("transactionNo");
        post("/deductions/" + spent + "/refunds", Map.of("traceId", newKey()));
        String hold = post("/holds", Map.of("traceId", newKey(), "userId", user, "points", 4, "bizNo", newKey()))
                .extract()
                .path("holdId");
        post("/holds/" + hold + "/release", Map.of("traceId", newKey()));
        post("/transfers", Map.of("traceId", newKey(), "fromUserId", user, "toUserId", other, "points", 1));
        post("/orders/" + order + "/refunds", Map.of("traceId", newKey(), "userId", user, "amount", 3));
    }

    private static ValidatableResponse post(String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1" + path)
                .then()
                .statusCode(oneOf(200, 201));
    }

    /** What was posted up to now is in its window. */
    private String reconcile(String job) {
        clock.plus(Duration.ofSeconds(62));
        return JobsClient.run(job).getString("runId");
    }

    private static ValidatableResponse reconciliation(String id) {
        return get(Tokens.admin(), "/reconciliations/{id}", id).statusCode(200);
    }

    private static List<Map<String, Object>> findings(String run) {
        List<Map<String, Object>> all = new ArrayList<>();
        String cursor = null;
        do {
            var page = get(
                            Tokens.admin(),
                            "/reconciliations/{id}/findings?limit=100" + (cursor == null ? "" : "&cursor=" + cursor),
                            run)
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            all.addAll(page.getList("items"));
            cursor = page.getString("nextCursor");
        } while (cursor != null);
        return all;
    }

    private static ValidatableResponse resolve(String id, Map<String, ?> body) {
        return resolve(Tokens.admin(), id, body);
    }

    private static ValidatableResponse resolve(String token, String id, Map<String, ?> body) {
        return given().auth()
                .oauth2(token)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/findings/{id}/resolve", id)
                .then();
    }

    private void change(String sql, Object... arguments) throws SQLException {
        try (Connection connection = database.getConnection()) {
            assertThat(Sql.update(connection, sql, arguments)).isPositive();
        }
    }
}
