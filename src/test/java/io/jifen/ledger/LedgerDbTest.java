package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ledger on a real database, with real threads. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class LedgerDbTest {

    private static final LocalDate FAR = LocalDate.of(2090, 12, 31);

    @Inject
    Ledger ledger;

    @Inject
    AgroalDataSource database;

    @Inject
    MeterRegistry metrics;

    @Inject
    TestClock clock;

    @Inject
    Time time;

    private final String user = "u-" + UUID.randomUUID();

    @AfterEach
    void present_time() {
        clock.reset();
    }

    @Test
    void the_same_key_twice_in_one_batch_is_applied_once() throws Exception {
        // Given
        Posting grant = grant(user, "k-" + UUID.randomUUID(), 100);

        // When
        List<Answer> answers = ledger.post(List.of(grant, grant));

        // Then
        assertThat(answers.get(0)).isInstanceOfSatisfying(Answer.Posted.class, a -> assertThat(a.replayed())
                .isFalse());
        assertThat(answers.get(1)).isInstanceOfSatisfying(Answer.Posted.class, a -> {
            assertThat(a.replayed()).isTrue();
            assertThat(a.body()).isEqualTo(((Answer.Posted) answers.get(0)).body());
        });
        assertThat(available(user)).isEqualTo(100);
    }

    @Test
    void fifty_at_once_with_one_key_are_applied_once() throws Exception {
        // Given
        Posting grant = grant(user, "k-" + UUID.randomUUID(), 100);

        // When
        List<Answer> answers = AtOnce.run(50, i -> patiently(List.of(grant)).getFirst());

        // Then
        assertThat(answers).allMatch(Answer.Posted.class::isInstance);
        assertThat(answers.stream().filter(a -> !((Answer.Posted) a).replayed()))
                .hasSize(1);
        assertThat(available(user)).isEqualTo(100);
    }

    @Test
    void one_key_on_two_accounts_at_once_is_applied_to_one_of_them() throws Exception {
        // Given
        String key = "k-" + UUID.randomUUID();
        String other = user + "-other";

        // When
        List<Answer> answers = AtOnce.run(20, i -> patiently(List.of(grant(i % 2 == 0 ? user : other, key, 100)))
                .getFirst());

        // Then
        assertThat(answers.stream().filter(a -> a instanceof Answer.Posted p && !p.replayed()))
                .hasSize(1);
        assertThat(answers.stream().filter(Answer.Rejected.class::isInstance)).hasSize(10);
        assertThat(available(user) + available(other)).isEqualTo(100);
    }

    @Test
    void a_refusal_is_remembered_even_when_it_could_succeed_later() {
        // Given
        Posting spend = spend(user, "s-" + UUID.randomUUID(), 10);
        ledger.post(List.of(grant(user, "k-" + UUID.randomUUID(), 5)));
        Answer first = ledger.post(List.of(spend)).getFirst();
        ledger.post(List.of(grant(user, "k-" + UUID.randomUUID(), 100)));

        // When
        Answer again = ledger.post(List.of(spend)).getFirst();

        // Then
        assertThat(first).isInstanceOfSatisfying(Answer.Refused.class, a -> assertThat(a.code())
                .isEqualTo("insufficient-points"));
        assertThat(again).isInstanceOfSatisfying(Answer.Refused.class, a -> {
            assertThat(a.replayed()).isTrue();
            assertThat(a.body()).isEqualTo(((Answer.Refused) first).body());
        });
    }

    @Test
    void two_hundred_spenders_of_what_is_enough_for_a_hundred() throws Exception {
        // Given
        for (int lot = 0; lot < 10; lot++) {
            ledger.post(List.of(grant(user, "k-" + UUID.randomUUID(), 100, FAR.minusDays(lot))));
        }

        // When
        List<Answer> answers = AtOnce.run(200, i -> ledger.post(spend(user, "s-" + user + i, 10)));

        // Then
        assertThat(answers.stream().filter(Answer.Posted.class::isInstance)).hasSize(100);
        assertThat(answers.stream()
                        .filter(a -> a instanceof Answer.Refused r && r.code().equals("insufficient-points")))
                .hasSize(100);
        assertThat(available(user)).isZero();
    }

    @Test
    void spenders_beside_expiry_take_nothing_that_has_expired_and_it_expires_once() throws Exception {
        // Given: the last day of one lot, and another that stays
        ledger.post(List.of(
                grant(user, "k-" + UUID.randomUUID(), 300, time.today()),
                grant(user, "k-" + UUID.randomUUID(), 300, FAR)));
        AtomicInteger spends = new AtomicInteger();

        // When: the day ends in the middle of twelve spenders, who spend five times each
        List<List<Answer>> answers = AtOnce.run(12, i -> {
            List<Answer> own = new ArrayList<>();
            for (int j = 0; j < 5; j++) {
                own.addAll(patiently(List.of(spend(user, "s-" + user + i + "-" + j, 5))));
                if (spends.incrementAndGet() == 20) {
                    clock.plus(Duration.ofDays(1));
                }
            }
            return own;
        });

        // Then: what was under way when the day ended may still have counted as of that day
        assertThat(answers).allSatisfy(own -> assertThat(own).allMatch(Answer.Posted.class::isInstance));
        List<Long> expired = expired(user);
        assertThat(expired).hasSize(1);
        assertThat(-expired.getFirst()).isBetween(300L - (20 + 11) * 5, 300L - 20 * 5);
        assertThat(available(user)).isEqualTo(600 - 60 * 5 + expired.getFirst());
        assertThat(spentAfterTheirDay(user)).isEmpty();
    }

    @Test
    void a_repeat_gets_the_first_answer_also_after_its_entries_were_archived() throws Exception {
        // Given
        Posting spend = spend(user, "s-" + UUID.randomUUID(), 7).answering(result -> result);
        ledger.post(List.of(grant(user, "k-" + UUID.randomUUID(), 10)));
        Answer.Posted first = (Answer.Posted) ledger.post(List.of(spend)).getFirst();
        String ofUser = "WHERE account_id = (SELECT id FROM account WHERE user_id = '%s')".formatted(user);

        // When
        Answer again;
        sql("CREATE TABLE archived_entry AS SELECT * FROM entry " + ofUser);
        try {
            sql("DELETE FROM entry " + ofUser);
            again = ledger.post(List.of(spend)).getFirst();
        } finally {
            sql("INSERT INTO entry SELECT * FROM archived_entry");
            sql("DROP TABLE archived_entry");
        }

        // Then
        assertThat(again).isInstanceOfSatisfying(Answer.Posted.class, posted -> {
            assertThat(posted.replayed()).isTrue();
            assertThat(posted.body()).isNotEmpty().isEqualTo(first.body());
        });
        assertThat(available(user)).isEqualTo(3);
    }

    @Test
    void opposite_transfers_wait_for_each_other_and_never_deadlock() throws Exception {
        // Given: accounts whose ids and names are in opposite order
        List<String> users = List.of(user + "-b", user + "-a");
        for (String one : users) {
            ledger.post(List.of(grant(one, "k-" + one, 1000)));
        }
        double deadlocksBefore = deadlocks();

        // When
        List<Answer> answers = AtOnce.run(50, i -> {
            Posting transfer = transfer(users.get(i % 2), users.get(1 - i % 2), "t-" + user + i, 3);
            Posting back = transfer(users.get(1 - i % 2), users.get(i % 2), "b-" + user + i, 2);
            return patiently(List.of(transfer, back)).getFirst();
        });

        // Then
        assertThat(answers).allMatch(Answer.Posted.class::isInstance);
        assertThat(available(users.get(0)) + available(users.get(1))).isEqualTo(2000);
        assertThat(deadlocks()).isEqualTo(deadlocksBefore);
    }

    @Test
    void a_posting_whose_answer_can_not_be_made_fails_alone_and_changes_nothing() throws Exception {
        // Given
        Posting bad = grant(user, "k-" + UUID.randomUUID(), 1000).answering(result -> {
            throw new IllegalStateException("no answer today");
        });

        // When
        List<Answer> answers = ledger.post(
                List.of(grant(user, "k-" + UUID.randomUUID(), 10), bad, spend(user, "s-" + UUID.randomUUID(), 2)));

        // Then
        assertThat(answers.get(0)).isInstanceOf(Answer.Posted.class);
        assertThat(answers.get(1)).isInstanceOf(Answer.Rejected.class);
        assertThat(answers.get(2)).isInstanceOf(Answer.Posted.class);
        assertThat(available(user)).isEqualTo(8);
    }

    @Test
    void a_connection_gives_its_locks_back_soon_if_its_pod_is_gone() throws Exception {
        try (Connection connection = database.getConnection()) {
            assertThat(Sql.first(
                            connection,
                            "SELECT CONCAT(@@wait_timeout, ' ', @@innodb_lock_wait_timeout)",
                            row -> row.getString(1)))
                    .contains("30 3");
        }
    }

    @Test
    void a_posting_that_can_not_be_written_fails_alone() throws Exception {
        // Given: a reason longer than its column
        Posting bad = spend(user, "s-" + UUID.randomUUID(), 1).because("x".repeat(300));
        List<Posting> batch = new ArrayList<>(List.of(grant(user, "k-" + UUID.randomUUID(), 10)));
        batch.add(bad);
        batch.add(spend(user, "s-" + UUID.randomUUID(), 2));

        // When
        List<Answer> answers = ledger.post(batch);

        // Then
        assertThat(answers.get(0)).isInstanceOf(Answer.Posted.class);
        assertThat(answers.get(1)).isInstanceOf(Answer.Rejected.class);
        assertThat(answers.get(2)).isInstanceOf(Answer.Posted.class);
        assertThat(available(user)).isEqualTo(8);
    }

    @Test
    void a_spend_reaches_beyond_the_lots_read_at_first() throws Exception {
        // Given
        List<Posting> grants = new ArrayList<>();
        for (int lot = 0; lot < 50; lot++) {
            grants.add(grant(user, "k-" + UUID.randomUUID(), 1, FAR.minusDays(lot)));
        }
        ledger.post(grants);

        // When
        List<Answer> answers = ledger.post(List.of(
                spend(user, "s-" + UUID.randomUUID(), 3),
                spend(user, "s-" + UUID.randomUUID(), 30),
                spend(user, "s-" + UUID.randomUUID(), 17)));

        // Then
        assertThat(answers).allMatch(Answer.Posted.class::isInstance);
        assertThat(available(user)).isZero();
    }

    @Test
    void spends_never_open_an_account() throws Exception {
        // When
        Answer answer = ledger.post(spend(user, "s-" + UUID.randomUUID(), 1));

        // Then
        assertThat(answer).isInstanceOfSatisfying(Answer.Refused.class, a -> assertThat(a.code())
                .isEqualTo("account-not-found"));
        try (Connection connection = database.getConnection()) {
            assertThat(LedgerSql.accountsOfUsers(connection, List.of(user))).isEmpty();
        }
    }

    private Posting grant(String userId, String key, long points) {
        return grant(userId, key, points, FAR);
    }

    private Posting grant(String userId, String key, long points, LocalDate expiresOn) {
        return Posting.of(
                new Key("", key),
                ContentHash.of("test")
                        .with("user", userId)
                        .with("points", points)
                        .bytes(),
                new Target.User(userId, true),
                PureLedger.grant(points, expiresOn));
    }

    private Posting spend(String userId, String key, long points) {
        return Posting.of(
                new Key("", key),
                ContentHash.of("test")
                        .with("user", userId)
                        .with("points", -points)
                        .bytes(),
                new Target.User(userId, false),
                new Operation.Spend(points));
    }

    private long available(String userId) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(
                            connection,
                            "SELECT available FROM account WHERE user_id = ?",
                            row -> row.getLong(1),
                            userId)
                    .orElse(0L);
        }
    }

    private static Posting transfer(String from, String to, String key, long points) {
        return Posting.of(
                new Key("", key),
                ContentHash.of("test").with("from", from).with("to", to).bytes(),
                new Target.User(from, false),
                new Operation.Transfer(to, points, new Operation.DailyLimit(1000, 1_000_000)));
    }

    /** As lanes and consumers do it: where so many wait for one account, some wait too long for a busy machine. */
    private List<Answer> patiently(List<Posting> postings) {
        while (true) {
            try {
                return ledger.post(postings);
            } catch (LedgerUnavailableException e) {
                assertThat(e).rootCause().hasMessageContaining("Lock wait timeout");
            }
        }
    }

    private double deadlocks() {
        return metrics.find("jifen.ledger.batch.failures").tag("kind", "DEADLOCK").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** The points of each EXPIRE entry. */
    private List<Long> expired(String userId) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.list(
                    connection,
                    "SELECT e.points FROM entry e JOIN account a ON a.id = e.account_id"
                            + " WHERE a.user_id = ? AND e.type = 'EXPIRE'",
                    row -> row.getLong(1),
                    userId);
        }
    }

    /** The lots that a spend took from when their day was over. */
    private List<LocalDate> spentAfterTheirDay(String userId) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.list(
                            connection,
                            "SELECT u.expires_on, e.created_at FROM lot_use u JOIN entry e ON e.id = u.entry_id"
                                    + " JOIN account a ON a.id = e.account_id WHERE a.user_id = ? AND e.type = 'SPEND'",
                            row -> LocalDate.ofInstant(Sql.someInstant(row, "created_at"), time.zone())
                                            .isAfter(Sql.someDay(row, "expires_on"))
                                    ? Optional.of(Sql.someDay(row, "expires_on"))
                                    : Optional.<LocalDate>empty(),
                            userId)
                    .stream()
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, statement);
        }
    }
}
