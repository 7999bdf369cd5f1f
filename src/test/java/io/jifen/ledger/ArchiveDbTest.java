package io.jifen.ledger;

import static io.jifen.ledger.Fixture.adjust;
import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.openAccount;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jifen.job.Job;
import io.jifen.job.JobsClient;
import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives what all tests have written up to now, and brings it back. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class ArchiveDbTest {

    @Inject
    Partitions partitions;

    @Inject
    Checker checker;

    @Inject
    AccountCheck checks;

    @Inject
    AccountIds accounts;

    @Inject
    DataSource database;

    @Inject
    Ids ids;

    @Inject
    TestClock clock;

    @Inject
    Time time;

    private String user;
    private String coffee;
    private Instant earlier;

    private record Settings(int batch) implements ArchiveConfig {
        @Override
        public int months() {
            return 12;
        }
    }

    /** Some entries of today, and some of more than a year later. */
    @BeforeEach
    void oldEntries() throws SQLException {
        user = openAccount();
        adjust(user, 5);
        adjust(user, 6);
        assertThat(checks.check(List.of(accounts.require(user)), false)).isEmpty();
        adjust(user, 7);
        adjust(user, 8);
        adjust(user, 9);
        coffee = post(
                        Tokens.service(),
                        "/deductions",
                        Map.of("userId", user, "points", 3, "bizType", "COFFEE", "bizNo", "1"))
                .statusCode(201)
                .extract()
                .path("transactionNo");
        earlier = time.now();
        clock.plus(Period.ofMonths(14));
        partitions.ensure(time.now());
        adjust(user, 7);
        adjust(user, -3);
    }

    @AfterEach
    void presentTime() throws SQLException {
        clock.reset();
        ArchivedEntries.bringBack(database);
    }

    @Test
    void lists_balances_of_the_past_chains_and_explanations_stay_as_they_were() throws SQLException {
        // Given
        String begun = get(Tokens.service(), "/accounts/{userId}/entries?limit=1", user)
                .extract()
                .path("nextCursor");
        Map<String, Object> before = seen();
        List<Map<String, Object>> behind = entries("&cursor=" + begun);

        long young = number(
                "SELECT COUNT(*) FROM entry WHERE account_id = ? AND created_at > ?",
                accounts.require(user),
                earlier.plus(Duration.ofDays(1)));

        // When
        JobsClient.run("archive");

        // Then
        assertThat(number("SELECT COUNT(*) FROM entry WHERE account_id = ?", accounts.require(user)))
                .isEqualTo(young)
                .isLessThan(entries("").size());
        assertThat(seen()).isEqualTo(before);
        assertThat(entries("&cursor=" + begun)).isEqualTo(behind);
        assertThat(checker.check(true).violations()).isEmpty();
        assertThat(checks.check(List.of(accounts.require(user)), true)).isEmpty();
        adjust(user, 2);
        assertThat(checks.check(List.of(accounts.require(user)), false)).isEmpty();
    }

    @Test
    void what_was_found_right_in_the_middle_of_what_is_archived_is_found_right_behind_it() throws SQLException {
        // When
        JobsClient.run("archive");

        // Then
        assertThat(checks.check(List.of(accounts.require(user)), false)).isEmpty();
    }

    @Test
    void a_spend_that_is_archived_is_still_of_its_business() {
        // When
        JobsClient.run("archive");

        // Then
        String refunds = "/deductions/" + coffee + "/refunds";
        post(Tokens.serviceFor("[\"TEA\"]"), refunds, Map.of()).statusCode(403);
        post(Tokens.serviceFor("[\"COFFEE\"]"), refunds, Map.of()).statusCode(201);
    }

    @Test
    void goes_on_wherever_it_stopped_and_nothing_is_seen_of_it_on_the_way() throws SQLException {
        // Given
        Map<String, Object> before = seen();
        Set<ArchiveSql.State> checked = EnumSet.noneOf(ArchiveSql.State.class);

        // When each batch is done by another pod
        Job.Step step;
        do {
            step = job().step(progress());
            Optional<ArchiveSql.Part> part = part();
            ArchiveSql.State state = part.map(ArchiveSql.Part::state).orElse(ArchiveSql.State.DONE);
            boolean halfWay = part.isEmpty() || part.get().copiedId() > 0;

            // Then
            if (halfWay && checked.add(state)) {
                assertThat(seen()).as("%s", state).isEqualTo(before);
                assertThat(checker.check(true).violations()).as("%s", state).isEmpty();
                assertThat(checks.check(List.of(accounts.require(user)), true))
                        .as("%s", state)
                        .isEmpty();
            }
        } while (step instanceof Job.Step.More);
        assertThat(checked).isEqualTo(EnumSet.allOf(ArchiveSql.State.class));
    }

    @Test
    void two_pods_archive_everything_once_and_readers_see_no_difference() throws Exception {
        // Given
        Map<String, Object> before = seen();
        AtomicBoolean over = new AtomicBoolean();

        // When
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> reader = readers.submit(() -> {
                int times = 0;
                while (!over.get()) {
                    assertThat(seen()).isEqualTo(before);
                    times++;
                }
                return times;
            });
            try {
                AtOnce.run(2, pod -> {
                    while (job().step(progress()) instanceof Job.Step.More) {
                        assertThat(reader.isDone()).isFalse();
                    }
                    return pod;
                });
            } finally {
                over.set(true);
            }

            // Then
            assertThat(reader.get()).isPositive();
        }
        assertThat(seen()).isEqualTo(before);
        assertThat(checker.check(true).violations()).isEmpty();
    }

    @ParameterizedTest(name = "at its connection {0}")
    @ValueSource(ints = {2, 3, 4})
    void a_pod_that_is_overtaken_while_it_verifies_finds_nothing_wrong(int asked) throws SQLException {
        // Given
        Map<String, Object> before = seen();
        do {
            assertThat(job().step(progress())).isInstanceOf(Job.Step.More.class);
        } while (part().orElseThrow().state() == ArchiveSql.State.COPYING);
        DataSource overtaken = atConnection(asked, () -> {
            while (part().isPresent()) {
                job().step(progress());
            }
        });

        // When
        Job.Step step = new ArchiveJob(partitions, overtaken, new Settings(100_000), ids, time).step(progress());

        // Then
        assertThat(part()).isEmpty();
        assertThat(step).isInstanceOf(Job.Step.More.class);
        assertThat(checker.check(true).violations()).isEmpty();
        assertThat(seen()).isEqualTo(before);
    }

    private interface Meanwhile {
        void run() throws SQLException;
    }

    /** The database; when it is asked for a connection for the nth time, something else comes first. */
    private DataSource atConnection(int nth, Meanwhile meanwhile) {
        AtomicInteger asked = new AtomicInteger();
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection") && asked.incrementAndGet() == nth) {
                        meanwhile.run();
                    }
                    return method.invoke(database, arguments);
                });
    }

    @Test
    void a_partition_that_is_gone_already_is_not_followed_by_the_next_one() throws SQLException {
        // Given: a pod that died when it had dropped it
        Map<String, Object> before = seen();
        untilMoved();
        assertThat(partitions.drop(partitions.oldest())).isTrue();
        String next = partitions.oldest().name();
        long there = number("SELECT COUNT(*) FROM entry");

        // When
        job().step(progress());

        // Then
        assertThat(part()).isEmpty();
        assertThat(partitions.oldest().name()).isEqualTo(next);
        assertThat(number("SELECT COUNT(*) FROM entry")).isEqualTo(there);
        assertThat(seen()).isEqualTo(before);
    }

    @Test
    void a_partition_that_somebody_reads_stays_until_later_and_postings_go_on() throws SQLException {
        // Given
        untilMoved();
        String oldest = partitions.oldest().name();
        try (Connection reading = database.getConnection()) {
            reading.setAutoCommit(false);
            Sql.first(reading, "SELECT COUNT(*) FROM entry", row -> row.getLong(1));

            // When
            Job.Step step = job().step(progress());

            // Then
            assertThat(step).isInstanceOf(Job.Step.More.class);
            assertThat(partitions.oldest().name()).isEqualTo(oldest);
            adjust(user, 1);
            reading.rollback();
            reading.setAutoCommit(true);
        }
        job().step(progress());
        assertThat(partitions.oldest().name()).isNotEqualTo(oldest);
        assertThat(part()).isEmpty();
    }

    private void untilMoved() throws SQLException {
        do {
            assertThat(job().step(progress())).isInstanceOf(Job.Step.More.class);
        } while (part().orElseThrow().state() != ArchiveSql.State.MOVED);
    }

    @Test
    void a_copy_that_is_not_what_was_written_keeps_the_partition() throws SQLException {
        // Given
        long account = accounts.require(user);
        do {
            assertThat(job().step(progress())).isInstanceOf(Job.Step.More.class);
        } while (part().orElseThrow().state() == ArchiveSql.State.COPYING);
        String oldest = partitions.oldest().name();

        // When, then
        refusesWhile(
                "UPDATE entry_archive SET points = points + 1 WHERE account_id = ? AND version = 2",
                "UPDATE entry_archive SET points = points - 1 WHERE account_id = ? AND version = 2",
                account);
        refusesWhile(
                "UPDATE entry_archive SET reason = 'another' WHERE account_id = ? AND version = 2",
                "UPDATE entry_archive SET reason = 'a correction' WHERE account_id = ? AND version = 2",
                account);
        refusesWhile(
                "UPDATE entry_archive SET derivation = 'x' WHERE account_id = ? AND version = 2",
                "UPDATE entry_archive SET derivation = NULL WHERE account_id = ? AND version = 2",
                account);
        refusesWhile(
                "UPDATE entry_archive SET version = 900 WHERE account_id = ? AND version = 2",
                "UPDATE entry_archive SET version = 2 WHERE account_id = ? AND version = 900",
                account);
        refusesWhile(
                "INSERT INTO entry_archive SELECT id + 1, account_id, 901, " + REST
                        + " FROM entry_archive WHERE account_id = ? AND version = 2",
                "DELETE FROM entry_archive WHERE account_id = ? AND version = 901",
                account);
        assertThat(partitions.oldest().name()).isEqualTo(oldest);

        // And it goes on when the damage is mended
        change("UPDATE archive_part SET account_id = 0, version = 0, entries = 0");
        while (part().isPresent()) {
            job().step(progress());
        }
        assertThat(partitions.oldest().name()).isNotEqualTo(oldest);
    }

    private static final String REST =
            Entries.COLUMNS.substring(Entries.COLUMNS.indexOf("transaction_no")) + ", part_id";

    private void refusesWhile(String damage, String repair, long account) throws SQLException {
        change("UPDATE archive_part SET account_id = 0, version = 0, entries = 0");
        change(damage, account);
        try {
            assertThatThrownBy(() -> {
                        while (part().orElseThrow().state() == ArchiveSql.State.CHECKING) {
                            job().step(progress());
                        }
                    })
                    .as(damage)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("partition stays");
        } finally {
            change(repair, account);
        }
    }

    private static ValidatableResponse post(String token, String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(token)
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", Fixture.newKey())
                .body(body)
                .post("/api/v1" + path)
                .then();
    }

    /** What callers can see of the account. */
    private Map<String, Object> seen() {
        List<Map<String, Object>> all = entries("");
        String oldest = all.getLast().get("id").toString();
        return Map.of(
                "entries",
                all,
                "filtered",
                entries("&type=ADJUST&to=" + earlier),
                "verified",
                json("/accounts/" + user + "/entries/verify"),
                "balance",
                json("/accounts/" + user + "/balance-at?time=" + earlier),
                "explained",
                json("/entries/" + oldest + "/explain"));
    }

    private static Map<String, Object> json(String path) {
        return get(Tokens.admin(), path).statusCode(200).extract().jsonPath().getMap("");
    }

    /** Page by page, three at a time. */
    private List<Map<String, Object>> entries(String more) {
        List<Map<String, Object>> all = new ArrayList<>();
        String next = more;
        while (next != null) {
            JsonPath page = get(Tokens.service(), "/accounts/" + user + "/entries?limit=3" + next)
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            all.addAll(page.getList("items"));
            String cursor = page.getString("nextCursor");
            String filters = more.contains("cursor") ? "" : more;
            next = cursor == null ? null : filters + "&cursor=" + cursor;
        }
        return all;
    }

    private ArchiveJob job() {
        return new ArchiveJob(partitions, database, new Settings(500), ids, time);
    }

    private Job.Progress progress() {
        return new Job.Progress(1, time.now(), null, 0);
    }

    private Optional<ArchiveSql.Part> part() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ArchiveSql.open(connection);
        }
    }

    private long number(String sql, Object... arguments) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(connection, sql, row -> row.getLong(1), arguments).orElseThrow();
        }
    }

    private void change(String sql, Object... arguments) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, sql, arguments);
        }
    }
}
