package io.jifen.ledger;

import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Checks the invariants of the ledger over all accounts, as they were at one moment: postings go on meanwhile, and none
 * of them is seen in half. The time it takes grows with the number of entries.
 */
@Singleton
public class Checker {

    /** Enough to see what is wrong; where more is, it is one cause and not a hundred. */
    private static final int MAX_VIOLATIONS = 100;

    private final DataSource database;
    private final Time time;

    Checker(DataSource database, Time time) {
        this.database = database;
        this.time = time;
    }

    /** @param hashes computes every entry's hash anew as well, which takes most of the time */
    public TrialBalance check(boolean hashes) {
        return Snapshot.read(database, connection -> check(connection, hashes));
    }

    private TrialBalance check(Connection connection, boolean hashes) throws SQLException {
        List<Violation> violations = violations(connection);
        if (hashes) {
            violations.addAll(wrongHashes(connection));
        }
        List<Violation> first = List.copyOf(violations.subList(0, Math.min(violations.size(), MAX_VIOLATIONS)));
        Map<EntryType, Long> byType = byType(connection);
        return Sql.first(
                        connection,
                        CheckerSql.SUMS,
                        row -> new TrialBalance(
                                first.isEmpty(),
                                row.getLong("accounts"),
                                byType,
                                row.getLong("available"),
                                row.getLong("frozen"),
                                row.getLong("pending"),
                                row.getLong("arrears"),
                                first))
                .orElseThrow();
    }

    private List<Violation> violations(Connection connection) throws SQLException {
        LocalDate today = time.today();
        List<Violation> violations = new ArrayList<>();
        for (CheckerSql.Question question : CheckerSql.QUESTIONS) {
            List<Object> arguments = question.byDay() ? List.of(today, MAX_VIOLATIONS) : List.of(MAX_VIOLATIONS);
            violations.addAll(Sql.list(connection, question.sql(), Checker::violation, arguments));
        }
        return violations;
    }

    private static Map<EntryType, Long> byType(Connection connection) throws SQLException {
        Map<EntryType, Long> byType = new EnumMap<>(EntryType.class);
        Sql.list(
                connection,
                CheckerSql.BY_TYPE,
                row -> byType.put(EntryType.valueOf(row.getString("type")), row.getLong("net")));
        return byType;
    }

    /** An account whose chain breaks: right up to {@code rightUpTo}, where {@code broken} should follow. */
    private record Break(Entry broken, long rightUpTo) {}

    /** The first entry of each account whose hash doesn't follow from what it says and from the hash before. */
    private static List<Violation> wrongHashes(Connection connection) throws SQLException {
        List<Violation> violations = new ArrayList<>();
        for (Break found : breaks(connection)) {
            violations.add(new Violation(
                    "hash-right",
                    userId(connection, found.broken().accountId()),
                    found.broken().version(),
                    found.rightUpTo(),
                    "entry " + found.broken().id() + ": its version; the last version whose hash is right"));
        }
        return violations;
    }

    private static List<Break> breaks(Connection connection) throws SQLException {
        List<Break> breaks = new ArrayList<>();
        try (Statement statement =
                connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            // Row by row from the server: all entries at once would not fit the memory.
            statement.setFetchSize(Integer.MIN_VALUE);
            try (ResultSet rows = statement.executeQuery(CheckerSql.CHAINS)) {
                Entry previous = null;
                boolean broken = false;
                while (rows.next() && breaks.size() < MAX_VIOLATIONS) {
                    Entry entry = Entries.read(rows);
                    if (previous == null || previous.accountId() != entry.accountId()) {
                        previous = null;
                        broken = false;
                    }
                    if (!broken && !follows(previous, entry)) {
                        broken = true;
                        breaks.add(new Break(entry, previous == null ? 0 : previous.version()));
                    }
                    previous = entry;
                }
            }
        }
        return breaks;
    }

    private static boolean follows(@Nullable Entry previous, Entry entry) {
        byte[] before = previous == null ? Chain.START : previous.hash();
        return Arrays.equals(Chain.hash(before, entry), entry.hash());
    }

    private static @Nullable String userId(Connection connection, long accountId) throws SQLException {
        return Sql.first(connection, CheckerSql.USER_ID, row -> row.getString(1), accountId)
                .orElse(null);
    }

    private static Violation violation(ResultSet row) throws SQLException {
        return new Violation(
                row.getString("invariant"),
                row.getString("user_id"),
                row.getLong("expected"),
                row.getLong("actual"),
                row.getString("detail"));
    }
}
