package io.jifen.ledger;

import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Checks the invariants of the ledger, and those of rooms that build on it, over all accounts, as they were at one
 * moment: postings go on meanwhile, and none of them is seen in half. The time it takes grows with the number of entries.
 */
@Singleton
public class Checker {

    /** Enough to see what is wrong; where more is, it is one cause and not a hundred. */
    private static final int MAX_VIOLATIONS = 100;

    /** Before the first entry there can be. */
    private static final LocalDate EVER = LocalDate.of(2000, 1, 1);

    private final DataSource database;
    private final Time time;
    private final Iterable<Invariants> others;

    @Inject
    Checker(DataSource database, Time time, @Any Instance<Invariants> others) {
        this(database, time, (Iterable<Invariants>) others);
    }

    Checker(DataSource database, Time time, Iterable<Invariants> others) {
        this.database = database;
        this.time = time;
        this.others = others;
    }

    /** @param hashes computes the hash of every entry and every key anew as well, which takes most of the time */
    public TrialBalance check(boolean hashes) {
        return Snapshot.read(database, connection -> check(connection, hashes));
    }

    private TrialBalance check(Connection connection, boolean hashes) throws SQLException {
        List<Violation> violations = violations(connection, hashes);
        List<Violation> first = List.copyOf(violations.subList(0, Math.min(violations.size(), MAX_VIOLATIONS)));
        Map<EntryType, Long> byType = byType(connection);
        Books books = books(connection, EVER, time.today().plusDays(1)).summary();
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
                                books,
                                first))
                .orElseThrow();
    }

    /** What breaks the invariants that take all rows to see: all of them, but for the hashes. */
    public List<Violation> violations() {
        return Snapshot.read(database, connection -> violations(connection, false));
    }

    /**
     * What breaks the invariants of somebody else, at one moment.
     *
     * @param questions see {@link Invariants}
     * @param arguments of each question, before the limit
     */
    public List<Violation> ask(List<String> questions, List<?> arguments) {
        List<Object> all = new ArrayList<>(arguments);
        all.add(MAX_VIOLATIONS);
        return Snapshot.read(database, connection -> {
            List<Violation> violations = new ArrayList<>();
            for (String question : questions) {
                violations.addAll(Sql.list(connection, question, Checker::violation, all));
            }
            return violations;
        });
    }

    /** By how much the accounts' points are more than what came in less what went out; 0 where the books balance. */
    public long drift() {
        return Snapshot.read(database, connection -> Sql.first(connection, CheckerSql.DRIFT, row -> row.getLong(1))
                .orElse(0L));
    }

    /** What entries of a bizType brought and took, from and to other than the accounts; empty: entries without one. */
    public record Flow(String bizType, long issued, long consumed) {}

    /** What was issued and consumed between two moments, by bizType; for moments whose entries are not archived. */
    public List<Flow> flows(Instant from, Instant to) {
        return Reading.ask(
                database,
                connection -> Sql.list(
                        connection,
                        CheckerSql.FLOWS,
                        row -> new Flow(row.getString("biz"), row.getLong("issued"), row.getLong("consumed")),
                        Ids.firstAt(from),
                        Ids.firstAt(to)));
    }

    /** The figures of the books from {@code from} up to and including {@code to}, and of the points there are. */
    public Books books(LocalDate from, LocalDate to) {
        return Snapshot.read(database, connection -> books(connection, from, to));
    }

    private static Books books(Connection connection, LocalDate from, LocalDate to) throws SQLException {
        List<Books.OfDay> days = Sql.list(
                connection,
                CheckerSql.BY_DAY,
                row -> new Books.OfDay(
                        Sql.someDay(row, "day"),
                        EntryType.valueOf(row.getString("type")),
                        row.getLong("entries"),
                        row.getLong("points"),
                        row.getLong("frozen_change"),
                        row.getLong("pending_change"),
                        row.getLong("arrears_change")),
                from,
                to);
        List<Books.Liability> liability = Sql.list(
                connection,
                CheckerSql.LIABILITY,
                row -> new Books.Liability(row.getString("month"), row.getLong("points")));
        return Sql.first(
                        connection,
                        CheckerSql.SUMS,
                        row -> Books.of(
                                row.getLong("accounts"),
                                new Books.Points(
                                        row.getLong("available"),
                                        row.getLong("frozen"),
                                        row.getLong("pending"),
                                        row.getLong("arrears")),
                                days,
                                liability))
                .orElseThrow();
    }

    private List<Violation> violations(Connection connection, boolean hashes) throws SQLException {
        LocalDate today = time.today();
        boolean archived =
                Sql.first(connection, CheckerSql.ANY_ARCHIVED, row -> true).isPresent();
        List<Violation> violations = new ArrayList<>();
        for (CheckerSql.Question question : CheckerSql.QUESTIONS) {
            List<Object> arguments = question.byDay() ? List.of(today, MAX_VIOLATIONS) : List.of(MAX_VIOLATIONS);
            violations.addAll(
                    Sql.list(connection, CheckerSql.over(question.sql(), archived), Checker::violation, arguments));
        }
        for (Invariants room : others) {
            for (String question : room.questions()) {
                violations.addAll(
                        Sql.list(connection, CheckerSql.over(question, archived), Checker::violation, MAX_VIOLATIONS));
            }
        }
        if (hashes) {
            violations.addAll(
                    Sql.list(connection, CheckerSql.KEYS_ARE_THEIR_HASHES, Checker::violation, MAX_VIOLATIONS));
        }
        violations.addAll(new Chains(MAX_VIOLATIONS).check(connection, hashes, archived));
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

    static Violation violation(ResultSet row) throws SQLException {
        return new Violation(
                row.getString("invariant"),
                row.getString("user_id"),
                row.getLong("expected"),
                row.getLong("actual"),
                row.getString("detail"));
    }
}
