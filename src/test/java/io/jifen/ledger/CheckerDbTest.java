package io.jifen.ledger;

import static io.jifen.ledger.Fixture.adjust;
import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.openAccount;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import io.agroal.api.AgroalDataSource;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Damage is done by hand, found, and undone by hand: what the checker finds after that is a failure of the test. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class CheckerDbTest {

    @Inject
    Checker checker;

    @Inject
    Ledger ledger;

    @Inject
    AccountIds accounts;

    @Inject
    AgroalDataSource database;

    @Inject
    TestClock clock;

    @Inject
    Partitions partitions;

    @Inject
    Time time;

    private String user;
    private long account;

    /** One lot: 100 by a rule, 40 spent, 7 taken by hand, 10 held. Beside it, 20 that are not active yet. */
    @BeforeEach
    void account() {
        user = openAccount();
        account = accounts.require(user);
        post(user, new Operation.Spend(40));
        adjust(user, -7);
        post(user, new Operation.Hold(10, time.now().plus(Duration.ofDays(1))));
        Operation.Pending inAges =
                new Operation.Pending(Instant.parse("2090-01-01T00:00:00Z"), new Validity(365, true));
        post(user, new Operation.Grant(List.of(new Operation.Line(20, Lot.NEVER, null, null, inAges))));
    }

    @AfterEach
    void presentTime() {
        clock.reset();
    }

    @Test
    void finds_nothing_where_nothing_is_wrong() {
        assertThat(checker.check(true).violations()).isEmpty();
    }

    @ParameterizedTest(name = "{0} by {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "available-equals-lots       | UPDATE lot SET remaining = remaining + 1 WHERE account_id = ?"
                        + "                  | UPDATE lot SET remaining = remaining - 1 WHERE account_id = ?",
                "frozen-equals-holds         | UPDATE hold SET status = 'EXPIRED' WHERE account_id = ?"
                        + "                  | UPDATE hold SET status = 'OPEN' WHERE account_id = ?",
                "hold-equals-lots            | UPDATE hold_lot SET points = points + 1 WHERE account_id = ?"
                        + "                  | UPDATE hold_lot SET points = points - 1 WHERE account_id = ?",
                "hold-ends-once              | UPDATE hold SET status = 'CAPTURED' WHERE account_id = ?"
                        + "                  | UPDATE hold SET status = 'OPEN' WHERE account_id = ?",
                "pending-equals-grants       | UPDATE pending_grant SET points = points + 1 WHERE account_id = ?"
                        + "                  | UPDATE pending_grant SET points = points - 1 WHERE account_id = ?",
                "available-equals-entries    | UPDATE account SET available = available + 1 WHERE id = ?"
                        + "                  | UPDATE account SET available = available - 1 WHERE id = ?",
                "frozen-equals-entries       | UPDATE account SET frozen = frozen + 1 WHERE id = ?"
                        + "                  | UPDATE account SET frozen = frozen - 1 WHERE id = ?",
                "pending-equals-entries      | UPDATE account SET pending = pending + 1 WHERE id = ?"
                        + "                  | UPDATE account SET pending = pending - 1 WHERE id = ?",
                "total-expired-equals-entries| UPDATE account SET total_expired = 1 WHERE id = ?"
                        + "                  | UPDATE account SET total_expired = 0 WHERE id = ?",
                "version-equals-entries      | UPDATE account SET version = version + 1 WHERE id = ?"
                        + "                  | UPDATE account SET version = version - 1 WHERE id = ?",
                "total-consumed-covers-spends| UPDATE account SET total_consumed = 39 WHERE id = ?"
                        + "                  | UPDATE account SET total_consumed = 40 WHERE id = ?",
                "total-earned-covers-grants  | UPDATE account SET total_earned = 99 WHERE id = ?"
                        + "                  | UPDATE account SET total_earned = 100 WHERE id = ?",
                "next-expiry-not-late        | UPDATE account SET next_expires_on = next_expires_on + INTERVAL 1 DAY"
                        + " WHERE id = ?     | UPDATE account SET next_expires_on = next_expires_on - INTERVAL 1 DAY"
                        + " WHERE id = ?",
                "versions-without-gap        | UPDATE entry SET version = 9 WHERE account_id = ? AND version = 5"
                        + "                  | UPDATE entry SET version = 5 WHERE account_id = ? AND version = 9",
                "before-balance-continues    | UPDATE entry SET before_balance = before_balance + 1,"
                        + " after_balance = after_balance + 1 WHERE account_id = ? AND version = 3"
                        + "                  | UPDATE entry SET before_balance = before_balance - 1,"
                        + " after_balance = after_balance - 1 WHERE account_id = ? AND version = 3",
                "after-balance-adds-up       | UPDATE entry SET points = points - 1 WHERE account_id = ? AND version = 3"
                        + "                  | UPDATE entry SET points = points + 1 WHERE account_id = ? AND version = 3",
                "entries-in-order            | UPDATE entry SET created_at = created_at - INTERVAL 1 DAY"
                        + " WHERE account_id = ? AND version = 3"
                        + "                  | UPDATE entry SET created_at = created_at + INTERVAL 1 DAY"
                        + " WHERE account_id = ? AND version = 3",
                "last-entry                  | UPDATE account SET last_entry_id = last_entry_id + 1 WHERE id = ?"
                        + "                  | UPDATE account SET last_entry_id = last_entry_id - 1 WHERE id = ?",
                "hash-right                  | UPDATE entry SET reason = 'another' WHERE account_id = ? AND version = 3"
                        + "                  | UPDATE entry SET reason = 'a correction' WHERE account_id = ?"
                        + " AND version = 3",
                "lot-within-granted          | UPDATE lot SET granted = 42 WHERE account_id = ?"
                        + "                  | UPDATE lot SET granted = 100 WHERE account_id = ?",
                "uses-within-granted         | UPDATE lot SET granted = 99 WHERE account_id = ?"
                        + "                  | UPDATE lot SET granted = 100 WHERE account_id = ?",
                "uses-equal-taken            | UPDATE lot_use SET points = points - 1 WHERE account_id = ?"
                        + "                  | UPDATE lot_use SET points = points + 1 WHERE account_id = ?",
                "spend-equals-entry          | UPDATE spend SET points = 41 WHERE account_id = ?"
                        + "                  | UPDATE spend SET points = 40 WHERE account_id = ?",
                "earning-equals-entry        | UPDATE earning SET points = 101 WHERE account_id = ?"
                        + "                  | UPDATE earning SET points = 100 WHERE account_id = ?",
                "one-outcome-per-transaction | UPDATE request SET outcome = 'REFUSED' WHERE account_id = ?"
                        + "                  | UPDATE request SET outcome = 'POSTED' WHERE account_id = ?",
                "key-has-its-hash            | UPDATE request SET scope = 'x' WHERE account_id = ? AND scope = ''"
                        + "                  | UPDATE request SET scope = '' WHERE account_id = ? AND scope = 'x'",
            })
    void finds_damage_and_names_the_account(String invariant, String damage, String repair) throws SQLException {
        // When
        List<Violation> found = whileDamaged(damage, repair, account);

        // Then
        assertThat(found)
                .filteredOn(violation -> violation.invariant().equals(invariant))
                .isNotEmpty()
                .allSatisfy(violation -> {
                    assertThat(violation.userId()).isEqualTo(user);
                    assertThat(violation.detail()).isNotBlank();
                });
    }

    @Test
    void says_what_should_be_and_what_is() throws SQLException {
        assertThat(whileDamaged(
                        "UPDATE account SET available = 60 WHERE id = ?",
                        "UPDATE account SET available = 43 WHERE id = ?",
                        account))
                .contains(
                        new Violation("available-equals-lots", user, 43, 60, "points remaining in lots; available"),
                        new Violation(
                                "available-equals-entries", user, 43, 60, "what the entries add up to; the account"));
    }

    @Test
    void leaves_to_the_tables_what_they_refuse_by_themselves() throws SQLException {
        assertThatThrownBy(() -> change("UPDATE account SET arrears = 1 WHERE id = ?", account))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> change("UPDATE account SET available = -1 WHERE id = ?", account))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> change("UPDATE spend SET refunded = 41 WHERE account_id = ?", account))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void finds_totals_that_differ_from_the_entries() throws SQLException {
        assertThat(whileDamaged(
                        "UPDATE daily_total SET points = points + 1 WHERE type = 'ADJUST' LIMIT 1",
                        "UPDATE daily_total SET points = points - 1 WHERE type = 'ADJUST' LIMIT 1"))
                .extracting(Violation::invariant)
                .containsExactlyInAnyOrder("daily-totals-equal-entries", "books-balance");
    }

    @Test
    void finds_entries_of_an_account_that_is_gone() throws SQLException {
        assertThat(whileDamaged(
                        "UPDATE account SET id = id + 1 WHERE id = " + account,
                        "UPDATE account SET id = id - 1 WHERE id = " + (account + 1)))
                .extracting(Violation::invariant)
                .contains("account-exists");
    }

    @Test
    void finds_nothing_wrong_with_lots_that_expired() {
        // Given
        clock.plus(Period.ofDays(500));
        partitions.ensure(time.now());

        // When
        adjust(user, 5);

        // Then
        get(Tokens.service(), "/accounts/{userId}", user)
                .body("available", equalTo(5))
                .body("totalExpired", equalTo(53));
        assertThat(checker.check(true).violations()).isEmpty();
    }

    @Test
    void sees_no_posting_in_half_while_others_go_on() throws Exception {
        // Given
        List<CompletableFuture<Void>> posting = IntStream.range(0, 4)
                .mapToObj(i -> openAccount())
                .map(one -> CompletableFuture.runAsync(() -> postSome(one, 50)))
                .toList();

        // When
        List<TrialBalance> books = new ArrayList<>();
        do {
            books.add(checker.check(books.size() % 4 == 0));
        } while (!posting.stream().allMatch(CompletableFuture::isDone));
        posting.forEach(CompletableFuture::join);

        // Then
        assertThat(books).allSatisfy(one -> {
            assertThat(one.violations()).isEmpty();
            assertThat(one.byType().values().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(one.available() + one.frozen() + one.pending() - one.arrears());
        });
    }

    @Test
    void shows_the_books_in_the_trial_balance() {
        // When
        var response = get(Tokens.admin(), "/trial-balance");

        // Then
        response.statusCode(200).body("balanced", equalTo(true)).body("violations", hasSize(0));
        var books = response.extract().jsonPath();
        Map<String, Number> byType = books.getMap("byType");
        assertThat(books.getLong("accounts")).isPositive();
        assertThat(byType).containsKeys("GRANT", "SPEND", "ADJUST");
        assertThat(byType.values().stream().mapToLong(Number::longValue).sum())
                .isEqualTo(books.getLong("available")
                        + books.getLong("frozen")
                        + books.getLong("pending")
                        - books.getLong("arrears"));
    }

    @Test
    void shows_in_the_trial_balance_what_is_wrong() throws SQLException {
        change("UPDATE account SET available = 60 WHERE id = ?", account);
        try {
            get(Tokens.admin(), "/trial-balance?hashes=false")
                    .statusCode(200)
                    .body("balanced", equalTo(false))
                    .body("violations.invariant", hasItem("available-equals-lots"))
                    .body("violations.userId", hasItem(user));
        } finally {
            change("UPDATE account SET available = 43 WHERE id = ?", account);
        }
    }

    @Test
    void is_for_admins_only() {
        get(Tokens.service(), "/trial-balance").statusCode(403);
        get(Tokens.user(user), "/trial-balance").statusCode(403);
    }

    private List<Violation> whileDamaged(String damage, String repair, Object... arguments) throws SQLException {
        change(damage, arguments);
        try {
            return checker.check(true).violations();
        } finally {
            change(repair, arguments);
        }
    }

    private void change(String sql, Object... arguments) throws SQLException {
        try (Connection connection = database.getConnection()) {
            assertThat(Sql.update(connection, sql, arguments)).isPositive();
        }
    }

    private void postSome(String userId, int times) {
        for (int i = 0; i < times; i++) {
            ledger.post(List.of(
                    posting(userId, new Operation.Adjust(3, Lot.NEVER)), posting(userId, new Operation.Spend(2))));
        }
    }

    private void post(String userId, Operation operation) {
        assertThat(ledger.post(posting(userId, operation))).isInstanceOf(Answer.Posted.class);
    }

    private static Posting posting(String userId, Operation operation) {
        return Posting.of(
                new Key("", Fixture.newKey()),
                ContentHash.of("posting").bytes(),
                new Target.User(userId, false),
                operation);
    }
}
