package io.jifen.reconciliation;

import io.jifen.ledger.Violation;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The SQL of tables {@code reconciliation_run} and {@code finding}. */
final class ReconciliationSql {

    private static final String RUN_COLUMNS =
            "id, kind, from_at, to_at, accounts, findings, figures, started_at, finished_at";

    private static final String BEGIN = """
            INSERT INTO reconciliation_run (id, kind, from_at, to_at, started_at) VALUES (?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE id = VALUES(id)""";

    /** The end of the last window that was gone through to its end; a clock set back does not go on from the future. */
    private static final String LAST_END = """
            SELECT MAX(to_at) AS to_at FROM reconciliation_run
            WHERE kind = 'CHANGES' AND to_at <= ? AND finished_at IS NOT NULL""";

    private static final String FIND = "SELECT " + RUN_COLUMNS + " FROM reconciliation_run WHERE id = ?";

    private static final String BEFORE =
            "SELECT " + RUN_COLUMNS + " FROM reconciliation_run WHERE id < ? ORDER BY id DESC LIMIT ?";

    private static final String COUNT_ACCOUNTS = "UPDATE reconciliation_run SET accounts = accounts + ? WHERE id = ?";

    private static final String COUNT_FINDINGS = """
            UPDATE reconciliation_run SET findings = (SELECT COUNT(*) FROM finding WHERE run_id = ?) WHERE id = ?""";

    private static final String END =
            "UPDATE reconciliation_run SET figures = ?, finished_at = ? WHERE id = ? AND finished_at IS NULL";

    private static final String FINDING_COLUMNS = """
            id, run_id, fingerprint, invariant, user_id, expected, actual, detail, state, reason, transaction_no,
            resolved_by, resolved_at, created_at""";

    private static final String ADD = """
            INSERT INTO finding (id, run_id, fingerprint, invariant, user_id, expected, actual, detail, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE detail = VALUES(detail)""";

    private static final String KNOWN = "SELECT invariant, user_id FROM finding WHERE user_id IN (%s) AND run_id = ?";

    private static final String NUMBER = "SELECT COUNT(*) FROM finding WHERE run_id = ?";

    private static final String FINDING = "SELECT " + FINDING_COLUMNS + " FROM finding WHERE id = ?";

    private static final String FINDINGS =
            "SELECT " + FINDING_COLUMNS + " FROM finding WHERE run_id = ? AND id < ? ORDER BY id DESC LIMIT ?";

    /** Those of other nights that say the same as well. */
    private static final String RESOLVE = """
            UPDATE finding SET state = 'RESOLVED', reason = ?, transaction_no = ?, resolved_by = ?, resolved_at = ?
            WHERE state = 'OPEN' AND fingerprint = ?""";

    private static final String OPEN = "SELECT COUNT(DISTINCT fingerprint) FROM finding WHERE state = 'OPEN'";

    private static final String OPEN_ACCOUNTS = "SELECT COUNT(DISTINCT user_id) FROM finding WHERE state = 'OPEN'";

    /** What is wrong with whom. */
    record Known(String invariant, String userId) {}

    private ReconciliationSql() {}

    static void begin(Connection connection, Run run) throws SQLException {
        Sql.update(connection, BEGIN, run.id(), run.kind(), run.from(), run.to(), run.startedAt());
    }

    static Optional<Instant> lastEnd(Connection connection, Instant upTo) throws SQLException {
        return Sql.list(connection, LAST_END, row -> Optional.ofNullable(Sql.instant(row, "to_at")), upTo)
                .getFirst();
    }

    static Optional<Run> find(Connection connection, long id) throws SQLException {
        return Sql.first(connection, FIND, ReconciliationSql::run, id);
    }

    static List<Run> before(Connection connection, long id, int limit) throws SQLException {
        return Sql.list(connection, BEFORE, ReconciliationSql::run, id, limit);
    }

    static void countAccounts(Connection connection, long runId, long more) throws SQLException {
        Sql.update(connection, COUNT_ACCOUNTS, more, runId);
    }

    static void end(Connection connection, long runId, String figures, Instant now) throws SQLException {
        Sql.update(connection, END, figures, now, runId);
    }

    static long number(Connection connection, long runId) throws SQLException {
        return Sql.first(connection, NUMBER, row -> row.getLong(1), runId).orElse(0L);
    }

    /** What this run has found of these users, whatever the figures were. */
    static Set<Known> known(Connection connection, long runId, Collection<String> users) throws SQLException {
        return Set.copyOf(Sql.listIn(
                connection,
                KNOWN,
                row -> new Known(row.getString("invariant"), row.getString("user_id")),
                users,
                runId));
    }

    /** Adds what is not there yet. */
    static void add(Connection connection, long runId, Collection<Finding> findings) throws SQLException {
        Sql.batch(connection, ADD, findings, one -> new Object[] {
            one.id(),
            one.runId(),
            one.fingerprint(),
            one.violation().invariant(),
            one.violation().userId(),
            one.violation().expected(),
            one.violation().actual(),
            one.violation().detail(),
            one.createdAt()
        });
        Sql.update(connection, COUNT_FINDINGS, runId, runId);
    }

    static Optional<Finding> finding(Connection connection, long id) throws SQLException {
        return Sql.first(connection, FINDING, ReconciliationSql::finding, id);
    }

    static List<Finding> findings(Connection connection, long runId, long before, int limit) throws SQLException {
        return Sql.list(connection, FINDINGS, ReconciliationSql::finding, runId, before, limit);
    }

    static boolean resolve(
            Connection connection,
            byte[] fingerprint,
            @Nullable String reason,
            @Nullable Long transactionNo,
            String by,
            Instant now)
            throws SQLException {
        return Sql.update(connection, RESOLVE, reason, transactionNo, by, now, fingerprint) > 0;
    }

    static long open(Connection connection) throws SQLException {
        return Sql.first(connection, OPEN, row -> row.getLong(1)).orElse(0L);
    }

    static long openAccounts(Connection connection) throws SQLException {
        return Sql.first(connection, OPEN_ACCOUNTS, row -> row.getLong(1)).orElse(0L);
    }

    private static Run run(ResultSet row) throws SQLException {
        return new Run(
                row.getLong("id"),
                Run.Kind.valueOf(row.getString("kind")),
                Sql.someInstant(row, "from_at"),
                Sql.someInstant(row, "to_at"),
                row.getLong("accounts"),
                row.getLong("findings"),
                row.getString("figures"),
                Sql.someInstant(row, "started_at"),
                Sql.instant(row, "finished_at"));
    }

    private static Finding finding(ResultSet row) throws SQLException {
        return new Finding(
                row.getLong("id"),
                row.getLong("run_id"),
                row.getBytes("fingerprint"),
                new Violation(
                        row.getString("invariant"),
                        row.getString("user_id"),
                        row.getLong("expected"),
                        row.getLong("actual"),
                        row.getString("detail")),
                Finding.State.valueOf(row.getString("state")),
                row.getString("reason"),
                Sql.number(row, "transaction_no"),
                row.getString("resolved_by"),
                Sql.instant(row, "resolved_at"),
                Sql.someInstant(row, "created_at"));
    }
}
