package io.jifen.ledger;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What is known of single accounts, and what changed of late: always by ids, so that it costs what they are. */
final class AccountCheckSql {

    /** By the key of the table: an index on the accounts' time of change would be written with every posting. */
    private static final String CHANGED =
            "SELECT id, account_id FROM entry WHERE id > ? AND id < ? ORDER BY id LIMIT ?";

    private static final String ACCOUNTS_AFTER = "SELECT id FROM account WHERE id > ? ORDER BY id LIMIT ?";

    private static final String USERS = "SELECT user_id FROM account WHERE id IN (%s)";

    private static final String SAYS = """
            SELECT id, user_id, available, frozen, pending, arrears, total_expired, version, last_entry_id, last_hash,
                   next_expires_on
            FROM account WHERE id IN (%s)""";

    private static final String LOTS = """
            SELECT account_id, SUM(remaining) AS remaining,
                   MIN(CASE WHEN remaining < 0 OR remaining > granted THEN expires_on END) AS wrong,
                   MIN(CASE WHEN remaining > 0 AND expires_on < '9999-12-31' THEN expires_on END) AS earliest
            FROM lot WHERE account_id IN (%s) GROUP BY account_id""";

    private static final String HELD = """
            SELECT h.account_id, SUM(l.points) AS points
            FROM hold h JOIN hold_lot l ON l.hold_id = h.id
            WHERE h.account_id IN (%s) AND h.status = 'OPEN' GROUP BY h.account_id""";

    private static final String PENDING =
            "SELECT account_id, SUM(points) AS points FROM pending_grant WHERE account_id IN (%s) GROUP BY account_id";

    private static final String CHECKPOINTS = """
            SELECT account_id, version, entry_id, available, frozen, pending, arrears, total_expired, hash
            FROM account_checkpoint WHERE account_id IN (%s)""";

    /** What is being copied is still in the hot table, too, and is read there. */
    private static final String ARCHIVED_AFTER = "SELECT " + Entries.COLUMNS + """
             FROM entry_archive a
            WHERE account_id = ? AND version > ?
              AND version < (SELECT COALESCE(MIN(e.version), 9223372036854775807) FROM entry e WHERE e.account_id = ?)
            ORDER BY version
            """;

    /** Also of a part that is still being copied: that costs a look, and nothing depends on how far it is. */
    private static final String ARCHIVED_END = "SELECT COALESCE(MAX(end_id), 0) FROM archive_part";

    private static final String AFTER = "SELECT " + Entries.COLUMNS + """
             FROM entry WHERE account_id = ? AND version > ? ORDER BY version, id
            """;

    private static final String KEEP = """
            INSERT INTO account_checkpoint (account_id, version, entry_id, available, frozen, pending, arrears,
                                            total_expired, hash, checked_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE version = VALUES(version), entry_id = VALUES(entry_id),
                available = VALUES(available), frozen = VALUES(frozen), pending = VALUES(pending),
                arrears = VALUES(arrears), total_expired = VALUES(total_expired), hash = VALUES(hash),
                checked_at = VALUES(checked_at)""";

    /** The ids of a day's entries are within an hour of it: clocks of pods differ by seconds, not by more. */
    static final String DAY = """
            SELECT 'daily-totals-equal-entries' AS invariant, NULL AS user_id,
                   SUM(e_points + e_frozen + e_pending - e_arrears + e_entries) AS expected,
                   SUM(t_points + t_frozen + t_pending - t_arrears + t_entries) AS actual,
                   CONCAT(?, ', ', type, ' ', biz_type, ': number, points, frozen, pending, arrears of the entries (',
                          CONCAT_WS(', ', SUM(e_entries), SUM(e_points), SUM(e_frozen), SUM(e_pending),
                                    SUM(e_arrears)), '); of the daily totals (',
                          CONCAT_WS(', ', SUM(t_entries), SUM(t_points), SUM(t_frozen), SUM(t_pending),
                                    SUM(t_arrears)), ')') AS detail
              FROM (SELECT type, COALESCE(biz_type, '') AS biz_type, COUNT(*) AS e_entries, SUM(points) AS e_points,
                           SUM(frozen_change) AS e_frozen, SUM(pending_change) AS e_pending,
                           SUM(arrears_change) AS e_arrears,
                           0 AS t_entries, 0 AS t_points, 0 AS t_frozen, 0 AS t_pending, 0 AS t_arrears
                      FROM entry
                     WHERE id >= ? AND id < ? AND created_at >= ? AND created_at < ?
                     GROUP BY type, biz_type
                    UNION ALL
                    SELECT type, biz_type, 0, 0, 0, 0, 0, SUM(entries), SUM(points), SUM(frozen_change),
                           SUM(pending_change), SUM(arrears_change)
                      FROM daily_total WHERE day = ? GROUP BY type, biz_type) both_sides
             GROUP BY type, biz_type
            HAVING SUM(e_entries) <> SUM(t_entries) OR SUM(e_points) <> SUM(t_points)
                OR SUM(e_frozen) <> SUM(t_frozen) OR SUM(e_pending) <> SUM(t_pending)
                OR SUM(e_arrears) <> SUM(t_arrears)
             ORDER BY type, biz_type
             LIMIT ?
            """;

    /**
     * Of entries between two ids, both excluded: what else was written with them. That no more is refunded than was spent,
     * and that a key has one outcome, the tables see to.
     */
    static final List<String> OF_ENTRIES = List.of(
            CheckerSql.usesAreWhatWasTaken(" AND entry_id > ? AND entry_id < ?"),
            CheckerSql.spendsAreEntries(" AND id > ? AND id < ?"),
            """
            SELECT 'earning-equals-entry' AS invariant, a.user_id, e.points + e.pending_change AS expected,
                   w.points AS actual,
                   CONCAT('rule ', w.rule_code, ' for ', w.biz_type, ' ', w.biz_no, ': the entry; the earning')
                       AS detail
              FROM entry e
              JOIN earning w ON w.account_id = e.account_id AND w.biz_type = e.biz_type AND w.biz_no = e.biz_no
                            AND w.rule_code = e.rule_code AND w.entry_id = e.id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.id > ? AND e.id < ? AND w.points < e.points + e.pending_change
             ORDER BY e.id
             LIMIT ?
            """);

    /** An account's id and an entry's. */
    record Change(long entryId, long accountId) {}

    private AccountCheckSql() {}

    static List<Change> changed(Connection connection, long afterId, long beforeId, int limit) throws SQLException {
        return Sql.list(
                connection,
                CHANGED,
                row -> new Change(row.getLong("id"), row.getLong("account_id")),
                afterId,
                beforeId,
                limit);
    }

    static List<Long> accountsAfter(Connection connection, long afterId, int limit) throws SQLException {
        return Sql.list(connection, ACCOUNTS_AFTER, row -> row.getLong(1), afterId, limit);
    }

    static List<String> users(Connection connection, Collection<Long> accounts) throws SQLException {
        return Sql.listIn(connection, USERS, row -> row.getString(1), accounts).stream()
                .distinct()
                .toList();
    }

    static Map<Long, Trail.Says> says(Connection connection, Collection<Long> accounts) throws SQLException {
        Map<Long, Trail.Says> found = new HashMap<>();
        Sql.listIn(connection, SAYS, AccountCheckSql::says, accounts).forEach(one -> found.put(one.accountId(), one));
        return found;
    }

    private static Trail.Says says(ResultSet row) throws SQLException {
        return new Trail.Says(
                row.getLong("id"),
                row.getString("user_id"),
                sums(row),
                row.getLong("version"),
                row.getLong("last_entry_id"),
                row.getBytes("last_hash"),
                Sql.day(row, "next_expires_on"));
    }

    private static Trail.Sums sums(ResultSet row) throws SQLException {
        return new Trail.Sums(
                row.getLong("available"),
                row.getLong("frozen"),
                row.getLong("pending"),
                row.getLong("arrears"),
                row.getLong("total_expired"));
    }

    static Map<Long, Trail.Holdings> holdings(Connection connection, Collection<Long> accounts) throws SQLException {
        Map<Long, Long> held = points(connection, HELD, accounts);
        Map<Long, Long> pending = points(connection, PENDING, accounts);
        Map<Long, Trail.Holdings> found = new HashMap<>();
        for (long account : accounts) {
            found.put(
                    account,
                    new Trail.Holdings(
                            0, null, null, held.getOrDefault(account, 0L), pending.getOrDefault(account, 0L)));
        }
        Sql.listIn(
                connection,
                LOTS,
                row -> {
                    long account = row.getLong("account_id");
                    LocalDate wrong = Sql.day(row, "wrong");
                    LocalDate earliest = Sql.day(row, "earliest");
                    long remaining = row.getLong("remaining");
                    return found.computeIfPresent(
                            account,
                            (_, rest) -> new Trail.Holdings(remaining, wrong, earliest, rest.held(), rest.pending()));
                },
                accounts);
        return found;
    }

    private static Map<Long, Long> points(Connection connection, String sql, Collection<Long> accounts)
            throws SQLException {
        Map<Long, Long> found = new HashMap<>();
        Sql.listIn(
                connection, sql, row -> found.put(row.getLong("account_id"), row.getLong("points")) == null, accounts);
        return found;
    }

    static Map<Long, Trail.Checkpoint> checkpoints(Connection connection, Collection<Long> accounts)
            throws SQLException {
        Map<Long, Trail.Checkpoint> found = new HashMap<>();
        Sql.listIn(
                        connection,
                        CHECKPOINTS,
                        row -> new Trail.Checkpoint(
                                row.getLong("account_id"),
                                row.getLong("version"),
                                row.getLong("entry_id"),
                                sums(row),
                                row.getBytes("hash")),
                        accounts)
                .forEach(one -> found.put(one.accountId(), one));
        return found;
    }

    /**
     * From this id on nothing is in the archive; 0: nothing is. An account's ids grow with its versions, so behind an entry
     * that lies there nothing of the account is.
     */
    static long archivedBefore(Connection connection) throws SQLException {
        return Sql.first(connection, ARCHIVED_END, row -> row.getLong(1)).orElse(0L);
    }

    /** Hands over the account's archived entries behind a version, one by one. */
    static void archivedAfter(Connection connection, long accountId, long version, Consumer<Entry> taker)
            throws SQLException {
        stream(connection, ARCHIVED_AFTER, taker, accountId, version, accountId);
    }

    /** The same of those that are not archived: those of a busy account don't fit the memory. */
    static void entriesAfter(Connection connection, long accountId, long version, Consumer<Entry> taker)
            throws SQLException {
        stream(connection, AFTER, taker, accountId, version);
    }

    private static void stream(Connection connection, String sql, Consumer<Entry> taker, long... arguments)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(Integer.MIN_VALUE);
            for (int i = 0; i < arguments.length; i++) {
                statement.setLong(i + 1, arguments[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    taker.accept(Entries.read(rows));
                }
            }
        }
    }

    static void keep(Connection connection, Collection<Trail.Checkpoint> checkpoints, Instant now) throws SQLException {
        Sql.batch(connection, KEEP, checkpoints, one -> new Object[] {
            one.accountId(),
            one.version(),
            one.entryId(),
            one.sums().available(),
            one.sums().frozen(),
            one.sums().pending(),
            one.sums().arrears(),
            one.sums().expired(),
            one.hash(),
            now
        });
    }
}
