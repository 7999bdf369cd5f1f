package io.jifen.ledger;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The invariants of the ledger, each as a question after what breaks it. Every answer has the columns invariant, user_id
 * (null: no single account), expected, actual and detail.
 *
 * <p>Tables are added up before they are joined: a join of two large tables over a column without an index is quadratic
 * on a server without hash joins.
 */
final class CheckerSql {

    /** The columns of an account against what its lots, entries and spends add up to. */
    private static final String AVAILABLE_IS_IN_LOTS = """
            SELECT 'available-equals-lots' AS invariant, a.user_id, COALESCE(l.remaining, 0) AS expected,
                   a.available AS actual, 'points remaining in lots; available' AS detail
              FROM account a
              LEFT JOIN (SELECT account_id, SUM(remaining) AS remaining FROM lot GROUP BY account_id) l
                ON l.account_id = a.id
             WHERE a.available <> COALESCE(l.remaining, 0)
             ORDER BY a.id
             LIMIT ?
            """;

    private static final String FROZEN_IS_HELD = """
            SELECT 'frozen-equals-holds' AS invariant, a.user_id, COALESCE(h.points, 0) AS expected,
                   a.frozen AS actual, 'points of open holds by lot; frozen' AS detail
              FROM account a
              LEFT JOIN (SELECT l.account_id, SUM(l.points) AS points
                           FROM hold o JOIN hold_lot l ON l.hold_id = o.id
                          WHERE o.status = 'OPEN' GROUP BY l.account_id) h
                ON h.account_id = a.id
             WHERE a.frozen <> COALESCE(h.points, 0)
             ORDER BY a.id
             LIMIT ?
            """;

    private static final String HOLDS_ARE_THEIR_LOTS = """
            SELECT 'hold-equals-lots' AS invariant, a.user_id, COALESCE(l.points, 0) AS expected,
                   h.points AS actual, CONCAT('hold ', h.id, ': what it holds by lot; the hold') AS detail
              FROM hold h
              LEFT JOIN (SELECT hold_id, SUM(points) AS points FROM hold_lot GROUP BY hold_id) l ON l.hold_id = h.id
              LEFT JOIN account a ON a.id = h.account_id
             WHERE h.points <> COALESCE(l.points, 0)
             ORDER BY h.id
             LIMIT ?
            """;

    /** A hold's entries say once how it ended: captured and released points together are what it held. */
    private static final String HOLDS_END_ONCE = """
            SELECT 'hold-ends-once' AS invariant, a.user_id, CASE h.status WHEN 'OPEN' THEN 0 ELSE h.points END AS expected,
                   COALESCE(e.points, 0) AS actual,
                   CONCAT('hold ', h.id, ', ', h.status, ': held; captured and released') AS detail
              FROM hold h
              LEFT JOIN (SELECT related_id, -SUM(frozen_change) AS points FROM entry
                          WHERE type IN ('CAPTURE', 'RELEASE') GROUP BY related_id) e
                ON e.related_id = CAST(h.id AS CHAR CHARACTER SET ascii) COLLATE ascii_bin
              LEFT JOIN account a ON a.id = h.account_id
             WHERE COALESCE(e.points, 0) <> CASE h.status WHEN 'OPEN' THEN 0 ELSE h.points END
             ORDER BY h.id
             LIMIT ?
            """;

    private static final String PENDING_IS_GRANTED = """
            SELECT 'pending-equals-grants' AS invariant, a.user_id, COALESCE(p.points, 0) AS expected,
                   a.pending AS actual, 'points of pending grants; pending' AS detail
              FROM account a
              LEFT JOIN (SELECT account_id, SUM(points) AS points FROM pending_grant GROUP BY account_id) p
                ON p.account_id = a.id
             WHERE a.pending <> COALESCE(p.points, 0)
             ORDER BY a.id
             LIMIT ?
            """;

    /** All that an account says of its entries, by one look at them. Imported accounts earned elsewhere as well. */
    private static final String ACCOUNT_IS_ITS_ENTRIES = """
            SELECT f.name AS invariant, user_id,
                   CASE f.name WHEN 'available-equals-entries' THEN e_available
                               WHEN 'frozen-equals-entries' THEN e_frozen
                               WHEN 'pending-equals-entries' THEN e_pending
                               WHEN 'arrears-equals-entries' THEN e_arrears
                               WHEN 'total-expired-equals-entries' THEN e_expired
                               WHEN 'total-earned-covers-grants' THEN e_earned ELSE e_version END AS expected,
                   CASE f.name WHEN 'available-equals-entries' THEN available
                               WHEN 'frozen-equals-entries' THEN frozen
                               WHEN 'pending-equals-entries' THEN pending
                               WHEN 'arrears-equals-entries' THEN arrears
                               WHEN 'total-expired-equals-entries' THEN total_expired
                               WHEN 'total-earned-covers-grants' THEN total_earned ELSE version END AS actual,
                   CASE f.name WHEN 'total-earned-covers-grants' THEN 'at least this; the account'
                               ELSE 'what the entries add up to; the account' END AS detail
              FROM (SELECT a.id, a.user_id, a.available, a.frozen, a.pending, a.arrears, a.total_expired,
                           a.total_earned, a.version,
                           COALESCE(e.points, 0) AS e_available, COALESCE(e.frozen_change, 0) AS e_frozen,
                           COALESCE(e.pending_change, 0) AS e_pending, COALESCE(e.arrears_change, 0) AS e_arrears,
                           COALESCE(e.expired, 0) AS e_expired, COALESCE(e.earned, 0) AS e_earned,
                           COALESCE(e.entries, 0) AS e_version
                      FROM account a
                      LEFT JOIN (SELECT account_id, SUM(points) AS points, SUM(frozen_change) AS frozen_change,
                                        SUM(pending_change) AS pending_change, SUM(arrears_change) AS arrears_change,
                                        SUM(CASE WHEN type IN ('EXPIRE', 'REINSTATE') THEN -points ELSE 0 END)
                                            AS expired,
                                        SUM(CASE WHEN type IN ('GRANT', 'ACTIVATE') AND rule_code IS NOT NULL
                                                 THEN points ELSE 0 END) AS earned,
                                        COUNT(*) AS entries
                                   FROM entry GROUP BY account_id) e
                        ON e.account_id = a.id
                     WHERE COALESCE(e.points, 0) <> a.available OR COALESCE(e.frozen_change, 0) <> a.frozen
                        OR COALESCE(e.pending_change, 0) <> a.pending OR COALESCE(e.arrears_change, 0) <> a.arrears
                        OR COALESCE(e.expired, 0) <> a.total_expired OR COALESCE(e.earned, 0) > a.total_earned
                        OR COALESCE(e.entries, 0) <> a.version) both_sides
              JOIN (SELECT 'available-equals-entries' AS name UNION ALL SELECT 'frozen-equals-entries'
                    UNION ALL SELECT 'pending-equals-entries' UNION ALL SELECT 'arrears-equals-entries'
                    UNION ALL SELECT 'total-expired-equals-entries' UNION ALL SELECT 'total-earned-covers-grants'
                    UNION ALL SELECT 'version-equals-entries') f
             WHERE CASE f.name WHEN 'available-equals-entries' THEN e_available <> available
                               WHEN 'frozen-equals-entries' THEN e_frozen <> frozen
                               WHEN 'pending-equals-entries' THEN e_pending <> pending
                               WHEN 'arrears-equals-entries' THEN e_arrears <> arrears
                               WHEN 'total-expired-equals-entries' THEN e_expired <> total_expired
                               WHEN 'total-earned-covers-grants' THEN e_earned > total_earned
                               ELSE e_version <> version END
             ORDER BY id
             LIMIT ?
            """;

    /** Imported accounts bring along what they spent elsewhere: their totals may be more than this. */
    private static final String TOTALS_COVER_SPENDS = """
            SELECT 'total-consumed-covers-spends' AS invariant, a.user_id, s.consumed AS expected,
                   a.total_consumed AS actual, 'at least this; the account' AS detail
              FROM (SELECT account_id, SUM(points - refunded) AS consumed FROM spend GROUP BY account_id) s
              JOIN account a ON a.id = s.account_id
             WHERE a.total_consumed < s.consumed
             ORDER BY a.id
             LIMIT ?
            """;

    private static final String BALANCES_ARE_POSSIBLE = """
            SELECT CASE WHEN LEAST(available, frozen, pending, arrears) < 0 THEN 'not-negative'
                        ELSE 'arrears-before-available' END AS invariant,
                   user_id, 0 AS expected,
                   CASE WHEN LEAST(available, frozen, pending, arrears) < 0
                        THEN LEAST(available, frozen, pending, arrears) ELSE available END AS actual,
                   CASE WHEN LEAST(available, frozen, pending, arrears) < 0 THEN 'at least this; the lowest balance'
                        ELSE CONCAT('available while arrears are ', arrears) END AS detail
              FROM account
             WHERE LEAST(available, frozen, pending, arrears) < 0 OR (arrears > 0 AND available <> 0)
             ORDER BY id
             LIMIT ?
            """;

    /** Postings skip the look for past lots until this day: a day too late would let expired points be spent. */
    private static final String NEXT_EXPIRY_IS_NOT_LATE = """
            SELECT 'next-expiry-not-late' AS invariant, a.user_id, DATE_FORMAT(l.earliest, '%Y%m%d') + 0 AS expected,
                   COALESCE(DATE_FORMAT(a.next_expires_on, '%Y%m%d') + 0, 0) AS actual,
                   'at most the day of the earliest lot with points left (yyyymmdd); the account, 0: none' AS detail
              FROM account a
              JOIN (SELECT account_id, MIN(expires_on) AS earliest FROM lot
                     WHERE remaining > 0 AND expires_on < '9999-12-31' GROUP BY account_id) l
                ON l.account_id = a.id
             WHERE a.next_expires_on IS NULL OR a.next_expires_on > l.earliest
             ORDER BY a.id
             LIMIT ?
            """;

    private static final String ACCOUNT_HAS_LAST_ENTRY = """
            SELECT 'last-entry' AS invariant, a.user_id, COALESCE(e.id, 0) AS expected, a.last_entry_id AS actual,
                   'the entry of the version of the account; what the account says (or its hash differs)' AS detail
              FROM account a
              LEFT JOIN entry e ON e.account_id = a.id AND e.version = a.version
             WHERE COALESCE(e.id, 0) <> a.last_entry_id
                OR COALESCE(e.hash, '') <> COALESCE(a.last_hash, '')
             ORDER BY a.id
             LIMIT ?
            """;

    private static final String ROWS_HAVE_ACCOUNTS = """
            SELECT 'account-exists' AS invariant, NULL AS user_id, 0 AS expected, COUNT(*) AS actual,
                   CONCAT('rows in ', name, ' of account ', account_id, ', which is not there') AS detail
              FROM (SELECT 'entry' AS name, o.account_id
                      FROM entry o LEFT JOIN account a ON a.id = o.account_id WHERE a.id IS NULL
                    UNION ALL
                    SELECT 'lot', o.account_id
                      FROM lot o LEFT JOIN account a ON a.id = o.account_id WHERE a.id IS NULL
                    UNION ALL
                    SELECT 'spend', o.account_id
                      FROM spend o LEFT JOIN account a ON a.id = o.account_id WHERE a.id IS NULL
                    UNION ALL
                    SELECT 'earning', o.account_id
                      FROM earning o LEFT JOIN account a ON a.id = o.account_id WHERE a.id IS NULL) orphans
             GROUP BY name, account_id
             ORDER BY account_id
             LIMIT ?
            """;

    /** Sums that were kept when the entries were written, against the entries. */
    private static final String TOTALS_ARE_THE_ENTRIES = """
            SELECT 'daily-totals-equal-entries' AS invariant, NULL AS user_id,
                   CASE f.name WHEN 'entries' THEN e_entries WHEN 'points' THEN e_points WHEN 'frozen' THEN e_frozen
                               WHEN 'pending' THEN e_pending ELSE e_arrears END AS expected,
                   CASE f.name WHEN 'entries' THEN t_entries WHEN 'points' THEN t_points WHEN 'frozen' THEN t_frozen
                               WHEN 'pending' THEN t_pending ELSE t_arrears END AS actual,
                   CONCAT(f.name, ' of ', s.type, ' ', s.biz_type, ': the entries; the daily totals') AS detail
              FROM (SELECT type, biz_type, SUM(e_entries) AS e_entries, SUM(t_entries) AS t_entries,
                           SUM(e_points) AS e_points, SUM(t_points) AS t_points, SUM(e_frozen) AS e_frozen,
                           SUM(t_frozen) AS t_frozen, SUM(e_pending) AS e_pending, SUM(t_pending) AS t_pending,
                           SUM(e_arrears) AS e_arrears, SUM(t_arrears) AS t_arrears
                      FROM (SELECT type, COALESCE(biz_type, '') AS biz_type, COUNT(*) AS e_entries,
                                   SUM(points) AS e_points, SUM(frozen_change) AS e_frozen,
                                   SUM(pending_change) AS e_pending, SUM(arrears_change) AS e_arrears,
                                   0 AS t_entries, 0 AS t_points, 0 AS t_frozen, 0 AS t_pending, 0 AS t_arrears
                              FROM entry GROUP BY type, biz_type
                            UNION ALL
                            SELECT type, biz_type, 0, 0, 0, 0, 0, SUM(entries), SUM(points), SUM(frozen_change),
                                   SUM(pending_change), SUM(arrears_change)
                              FROM daily_total GROUP BY type, biz_type) rows_of_both
                     GROUP BY type, biz_type) s
              JOIN (SELECT 'entries' AS name UNION ALL SELECT 'points' UNION ALL SELECT 'frozen'
                    UNION ALL SELECT 'pending' UNION ALL SELECT 'arrears') f
             WHERE CASE f.name WHEN 'entries' THEN e_entries <> t_entries WHEN 'points' THEN e_points <> t_points
                               WHEN 'frozen' THEN e_frozen <> t_frozen WHEN 'pending' THEN e_pending <> t_pending
                               ELSE e_arrears <> t_arrears END
             ORDER BY s.type, s.biz_type
             LIMIT ?
            """;

    private static final String BOOKS_BALANCE = """
            SELECT 'books-balance' AS invariant, NULL AS user_id, t.net AS expected, a.net AS actual,
                   'what came in less what went out, by the daily totals; available + frozen + pending - arrears'
                       AS detail
              FROM (SELECT COALESCE(SUM(points + frozen_change + pending_change - arrears_change), 0) AS net
                      FROM daily_total) t
              JOIN (SELECT COALESCE(SUM(available + frozen + pending - arrears), 0) AS net FROM account) a
             WHERE a.net <> t.net
             LIMIT ?
            """;

    private static final String LOTS_ARE_POSSIBLE = """
            SELECT 'lot-within-granted' AS invariant, a.user_id, l.granted AS expected, l.remaining AS actual,
                   CONCAT('lot of ', l.expires_on, ': 0 to granted; remaining') AS detail
              FROM lot l
              LEFT JOIN account a ON a.id = l.account_id
             WHERE l.remaining < 0 OR l.remaining > l.granted
             ORDER BY l.account_id, l.expires_on
             LIMIT ?
            """;

    /** Past lots are deleted once empty, and may begin again with a late grant: only those still in use are complete. */
    private static final String USES_ARE_WITHIN_GRANTS = """
            SELECT 'uses-within-granted' AS invariant, a.user_id, l.granted AS expected,
                   l.remaining + u.points AS actual,
                   CONCAT('lot of ', l.expires_on, ': granted; remaining, held and used') AS detail
              FROM lot l
              JOIN (SELECT account_id, expires_on, SUM(points) AS points
                      FROM (SELECT account_id, expires_on, points FROM lot_use
                            UNION ALL
                            SELECT p.account_id, p.expires_on, p.points
                              FROM hold h JOIN hold_lot p ON p.hold_id = h.id WHERE h.status = 'OPEN') taken
                     GROUP BY account_id, expires_on) u
                ON u.account_id = l.account_id AND u.expires_on = l.expires_on
              LEFT JOIN account a ON a.id = l.account_id
             WHERE l.expires_on >= ? AND l.remaining + u.points > l.granted
             ORDER BY l.account_id, l.expires_on
             LIMIT ?
            """;

    /**
     * Asked of all entries at once, or of a range of them: a condition on ids is a constant of the caller's.
     *
     * @param andRange a condition on {@code entry_id} with its AND; empty: of all
     */
    static String usesAreWhatWasTaken(String andRange) {
        return """
            SELECT 'uses-equal-taken' AS invariant, a.user_id,
                   -(e.points + CASE e.type WHEN 'CAPTURE' THEN e.frozen_change ELSE 0 END) AS expected,
                   u.points AS actual,
                   CONCAT('entry ', e.id, ': taken; used of lots') AS detail
              FROM (SELECT entry_id, SUM(points) AS points FROM lot_use WHERE TRUE%s GROUP BY entry_id) u
              JOIN entry e ON e.id = u.entry_id AND e.type <> 'REFUND'
              LEFT JOIN account a ON a.id = e.account_id
             WHERE u.points <> -(e.points + CASE e.type WHEN 'CAPTURE' THEN e.frozen_change ELSE 0 END)
             ORDER BY e.id
             LIMIT ?
            """.formatted(andRange);
    }

    private static final String REFUNDS_ARE_WITHIN_SPENDS = """
            SELECT 'refunds-within-spend' AS invariant, a.user_id, s.points AS expected, s.refunded AS actual,
                   CONCAT('transaction ', s.transaction_no, ': spent; refunded') AS detail
              FROM spend s
              LEFT JOIN account a ON a.id = s.account_id
             WHERE s.refunded < 0 OR s.refunded > s.points
             ORDER BY s.transaction_no
             LIMIT ?
            """;

    /**
     * Imported history has spends without a row in table spend: they can't be refunded.
     *
     * @param andRange a condition on {@code id} with its AND; empty: of all
     */
    static String spendsAreEntries(String andRange) {
        return """
            SELECT 'spend-equals-entry' AS invariant, a.user_id, e.points AS expected, s.points AS actual,
                   CONCAT('transaction ', s.transaction_no, ': the entry; the spend') AS detail
              FROM (SELECT transaction_no,
                           -SUM(CASE type WHEN 'CAPTURE' THEN frozen_change ELSE points END) AS points
                      FROM entry WHERE type IN ('SPEND', 'CAPTURE')%s GROUP BY transaction_no) e
              JOIN spend s ON s.transaction_no = e.transaction_no
              LEFT JOIN account a ON a.id = s.account_id
             WHERE s.points <> e.points
             ORDER BY s.transaction_no
             LIMIT ?
            """.formatted(andRange);
    }

    /**
     * What a rule granted is what its entry says, or more where it grants again for the same business. Only entries that
     * are still here, as old ones may be archived.
     */
    private static final String EARNINGS_ARE_ENTRIES = """
            SELECT 'earning-equals-entry' AS invariant, a.user_id, e.points + e.pending_change AS expected,
                   w.points AS actual,
                   CONCAT('rule ', w.rule_code, ' for ', w.biz_type, ' ', w.biz_no, ': the entry; the earning')
                       AS detail
              FROM earning w
              JOIN entry e ON e.id = w.entry_id
              LEFT JOIN rule_version v ON v.code = w.rule_code AND v.version = w.rule_version
              LEFT JOIN account a ON a.id = w.account_id
             WHERE w.points < e.points + e.pending_change
                OR (w.points > e.points + e.pending_change AND COALESCE(v.once_per_biz_no, TRUE))
             ORDER BY w.account_id, w.biz_type, w.biz_no
             LIMIT ?
            """;

    /**
     * What was posted under a key has exactly one accepted outcome. Compared account by account, by number and by sum of
     * the transactions: one by one would need an index that only this check would use.
     */
    private static final String ONE_OUTCOME_PER_TRANSACTION = """
            SELECT 'one-outcome-per-transaction' AS invariant, a.user_id, COALESCE(e.number, 0) AS expected,
                   COALESCE(r.number, 0) AS actual,
                   'postings under a key; accepted outcomes (the same number: of others)' AS detail
              FROM account a
              LEFT JOIN (SELECT account_id, COUNT(*) AS number, SUM(id) AS transactions
                           FROM entry
                          WHERE trace_id IS NOT NULL AND id = transaction_no
                          GROUP BY account_id) e
                ON e.account_id = a.id
              LEFT JOIN (SELECT p.account_id, COUNT(*) AS number, SUM(p.id) AS transactions
                           FROM request q
                           JOIN entry p ON p.id = q.transaction_no
                          WHERE q.outcome = 'POSTED' AND p.trace_id IS NOT NULL
                          GROUP BY p.account_id) r
                ON r.account_id = a.id
             WHERE COALESCE(e.number, 0) <> COALESCE(r.number, 0)
                OR COALESCE(e.transactions, 0) <> COALESCE(r.transactions, 0)
             ORDER BY a.id
             LIMIT ?
            """;

    /** The hash is the key: where it isn't the key's own, the same key could have a second outcome. */
    static final String KEYS_ARE_THEIR_HASHES = """
            SELECT 'key-has-its-hash' AS invariant, COALESCE(r.user_id, a.user_id) AS user_id, 1 AS expected,
                   0 AS actual, CONCAT('key ', r.trace_id, ' in scope ', r.scope) AS detail
              FROM request r
              LEFT JOIN account a ON a.id = r.account_id
             WHERE r.key_hash <> UNHEX(LEFT(SHA2(CONCAT(r.scope, CHAR(0), r.trace_id), 256), 32))
             ORDER BY r.key_hash
             LIMIT ?
            """;

    /** A question about all rows at this moment; {@code byDay}: it takes the program's day before the limit. */
    record Question(String sql, boolean byDay) {}

    static final List<Question> QUESTIONS = List.of(
            new Question(BALANCES_ARE_POSSIBLE, false),
            new Question(AVAILABLE_IS_IN_LOTS, false),
            new Question(FROZEN_IS_HELD, false),
            new Question(HOLDS_ARE_THEIR_LOTS, false),
            new Question(HOLDS_END_ONCE, false),
            new Question(PENDING_IS_GRANTED, false),
            new Question(ACCOUNT_IS_ITS_ENTRIES, false),
            new Question(TOTALS_COVER_SPENDS, false),
            new Question(NEXT_EXPIRY_IS_NOT_LATE, false),
            new Question(ACCOUNT_HAS_LAST_ENTRY, false),
            new Question(ROWS_HAVE_ACCOUNTS, false),
            new Question(TOTALS_ARE_THE_ENTRIES, false),
            new Question(BOOKS_BALANCE, false),
            new Question(LOTS_ARE_POSSIBLE, false),
            new Question(USES_ARE_WITHIN_GRANTS, true),
            new Question(usesAreWhatWasTaken(""), false),
            new Question(REFUNDS_ARE_WITHIN_SPENDS, false),
            new Question(spendsAreEntries(""), false),
            new Question(EARNINGS_ARE_ENTRIES, false),
            new Question(ONE_OUTCOME_PER_TRANSACTION, false));

    static final String SUMS = """
            SELECT COUNT(*) AS accounts, COALESCE(SUM(available), 0) AS available, COALESCE(SUM(frozen), 0) AS frozen,
                   COALESCE(SUM(pending), 0) AS pending, COALESCE(SUM(arrears), 0) AS arrears
              FROM account
            """;

    /** What each type of entry brought in, less what it took out. */
    static final String BY_TYPE = """
            SELECT type, SUM(points + frozen_change + pending_change - arrears_change) AS net
              FROM daily_total
             GROUP BY type
             ORDER BY type
            """;

    /** Every account's chain from its start, with all that its hashes are made of. */
    static final String CHAINS = "SELECT " + Entries.COLUMNS + " FROM entry ORDER BY account_id, version, id";

    /** Whether the archive has entries of its own, or soon will. */
    static final String ANY_ARCHIVED = "SELECT 1 FROM archive_part WHERE state IN ('MOVED', 'DONE') LIMIT 1";

    static final String DRIFT = """
            SELECT a.net - t.net
              FROM (SELECT COALESCE(SUM(points + frozen_change + pending_change - arrears_change), 0) AS net
                      FROM daily_total) t
              JOIN (SELECT COALESCE(SUM(available + frozen + pending - arrears), 0) AS net FROM account) a
            """;

    /** Grants that wait count when they are made: that is when somebody can still do something about them. */
    static final String FLOWS = """
            SELECT COALESCE(biz_type, '') AS biz,
                   SUM(CASE WHEN type IN ('GRANT', 'PENDING', 'REINSTATE') THEN points + pending_change
                            WHEN type = 'ADJUST' AND points > 0 THEN points ELSE 0 END) AS issued,
                   SUM(CASE WHEN type = 'SPEND' THEN -points WHEN type = 'CAPTURE' THEN -frozen_change
                            WHEN type = 'ADJUST' AND points < 0 THEN -points ELSE 0 END) AS consumed
              FROM entry WHERE id >= ? AND id < ? GROUP BY biz_type ORDER BY biz
            """;

    static final String BY_DAY = """
            SELECT day, type, SUM(entries) AS entries, SUM(points) AS points, SUM(frozen_change) AS frozen_change,
                   SUM(pending_change) AS pending_change, SUM(arrears_change) AS arrears_change
              FROM daily_total WHERE day BETWEEN ? AND ? GROUP BY day, type ORDER BY day, type
            """;

    /** By the month at whose end, at the latest, the points are gone; null: they stay. */
    static final String LIABILITY = """
            SELECT CASE WHEN expires_on < '9999-12-31' THEN DATE_FORMAT(expires_on, '%Y-%m') END AS month,
                   SUM(remaining) AS points
              FROM lot WHERE remaining > 0 GROUP BY month ORDER BY month
            """;

    private static final Pattern HOT = Pattern.compile("\\b(FROM|JOIN) entry\\b");

    /** The same without: rows so narrow that the server sorts them several times as fast. */
    static final String LINKS = """
            SELECT id, account_id, version, points, before_balance, after_balance, created_at
              FROM entry ORDER BY account_id, version, id
            """;

    static final String USER_ID = "SELECT user_id FROM account WHERE id = ?";

    private CheckerSql() {}

    /** The question, over the archive as well; a view of both tables is slower, so only where there is something in it. */
    static String over(String question, boolean archived) {
        return archived ? HOT.matcher(question).replaceAll("$1 entry_all") : question;
    }
}
