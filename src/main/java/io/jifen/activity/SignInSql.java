package io.jifen.activity;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** SQL of table {@code sign_in}. Its rows are written by whoever holds the account's lock, and nobody else. */
final class SignInSql {

    /** Which day of which account. */
    record Key(long accountId, LocalDate day) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparingLong(Key::accountId).thenComparing(Key::day);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * A day's sign-in.
     *
     * @param transactionNo of its posting; null for those from before it was kept
     */
    record SignedIn(Streak streak, @Nullable Long transactionNo) {}

    private static final String STREAKS = """
            SELECT account_id, day, streak, transaction_no FROM sign_in
            WHERE account_id IN (%s) AND day BETWEEN ? AND ?""";

    private static final String INSERT =
            "INSERT INTO sign_in (account_id, day, streak, transaction_no, created_at) VALUES (?, ?, ?, ?, ?)";

    private static final String DAYS =
            "SELECT day FROM sign_in WHERE account_id = ? AND day BETWEEN ? AND ? ORDER BY day";

    private static final String LAST = "SELECT day, streak FROM sign_in WHERE account_id = ? ORDER BY day DESC LIMIT 1";

    private SignInSql() {}

    static Map<Key, SignedIn> signIns(
            Connection connection, Collection<Long> accountIds, LocalDate first, LocalDate last) throws SQLException {
        Map<Key, SignedIn> signIns = new HashMap<>();
        Sql.listIn(
                connection,
                STREAKS,
                row -> {
                    Streak streak = streak(row);
                    return signIns.put(
                            new Key(row.getLong("account_id"), streak.lastDay()),
                            new SignedIn(streak, Sql.number(row, "transaction_no")));
                },
                accountIds,
                first,
                last);
        return signIns;
    }

    static void insert(Connection connection, Map<Key, SignedIn> signIns, Instant now) throws SQLException {
        Sql.batch(connection, INSERT, signIns.entrySet(), one -> new @Nullable Object[] {
            one.getKey().accountId(),
            one.getKey().day(),
            one.getValue().streak().days(),
            one.getValue().transactionNo(),
            now
        });
    }

    static List<LocalDate> days(Connection connection, long accountId, LocalDate first, LocalDate last)
            throws SQLException {
        return Sql.list(connection, DAYS, row -> Sql.someDay(row, "day"), accountId, first, last);
    }

    static Optional<Streak> last(Connection connection, long accountId) throws SQLException {
        return Sql.first(connection, LAST, SignInSql::streak, accountId);
    }

    private static Streak streak(ResultSet row) throws SQLException {
        return new Streak(Sql.someDay(row, "day"), row.getInt("streak"));
    }
}
