package io.jifen.expiry;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Which lots are over, and which soon will be; the index on (expires_on, account_id) answers both. */
final class ExpirySql {

    /**
     * Also those with nothing left, which are swept away: the index alone has all of it. Two ranges of it, so that what
     * the pages before have deleted, and the database has not yet forgotten, is not gone through again.
     */
    private static final String PAST = """
            SELECT expires_on, account_id FROM lot FORCE INDEX (lot_expiry)
            WHERE (expires_on = ? AND account_id > ?) OR (expires_on > ? AND expires_on < ?)
            ORDER BY expires_on, account_id LIMIT ?""";

    private static final String ENDING = """
            SELECT l.account_id, a.user_id, l.remaining
            FROM lot l FORCE INDEX (lot_expiry) JOIN account a ON a.id = l.account_id
            WHERE l.expires_on = ? AND l.account_id > ? ORDER BY l.account_id LIMIT ?""";

    /** Alone in its statement: what is read next must not be older than the lock. */
    private static final String LOCK_NOTICE =
            "SELECT account_id, done FROM expiry_notice WHERE expires_on = ? AND days_ahead = ? FOR UPDATE";

    private static final String BEGIN_NOTICE = """
            INSERT INTO expiry_notice (expires_on, days_ahead, account_id, done) VALUES (?, ?, 0, FALSE)
            ON DUPLICATE KEY UPDATE done = done""";

    private static final String PUT_NOTICE =
            "UPDATE expiry_notice SET account_id = ?, done = ? WHERE expires_on = ? AND days_ahead = ?";

    private static final String DONE =
            "SELECT expires_on FROM expiry_notice WHERE days_ahead = ? AND done AND expires_on BETWEEN ? AND ?";

    /** All pods' together, and a few hundred rows: each is added to by many postings. */
    private static final String ENTRIES_OF_OTHERS =
            "SELECT COALESCE(SUM(entries), 0) FROM daily_total WHERE day = ? AND type <> 'EXPIRE'";

    /** A lot, by its place in the index. */
    record Place(LocalDate expiresOn, long accountId) {}

    /** What an account has left in a lot. */
    record Ending(long accountId, String userId, long remaining) {}

    /** How far the accounts have been told. */
    record Notice(long lastAccount, boolean done) {}

    private ExpirySql() {}

    /** Lots whose day has passed, behind the place given, in the order of the index. */
    static List<Place> past(Connection connection, LocalDate today, Place after, int limit) throws SQLException {
        return Sql.list(
                connection,
                PAST,
                row -> new Place(Sql.someDay(row, "expires_on"), row.getLong("account_id")),
                after.expiresOn(),
                after.accountId(),
                after.expiresOn(),
                today,
                limit);
    }

    static List<Ending> ending(Connection connection, LocalDate day, long afterAccount, int limit) throws SQLException {
        return Sql.list(connection, ENDING, ExpirySql::ending, day, afterAccount, limit);
    }

    /** How many entries this day has, but for those of expiry. */
    static long entriesOfOthers(Connection connection, LocalDate day) throws SQLException {
        return Sql.first(connection, ENTRIES_OF_OTHERS, row -> row.getLong(1), day)
                .orElse(0L);
    }

    static void beginNotice(Connection connection, LocalDate day, int ahead) throws SQLException {
        Sql.update(connection, BEGIN_NOTICE, day, ahead);
    }

    static Optional<Notice> lockNotice(Connection connection, LocalDate day, int ahead) throws SQLException {
        return Sql.first(
                connection,
                LOCK_NOTICE,
                row -> new Notice(row.getLong("account_id"), row.getBoolean("done")),
                day,
                ahead);
    }

    static void putNotice(Connection connection, LocalDate day, int ahead, Notice notice) throws SQLException {
        Sql.update(connection, PUT_NOTICE, notice.lastAccount(), notice.done(), day, ahead);
    }

    /** Of these days, those of which everybody has been told. */
    static List<LocalDate> done(Connection connection, int ahead, LocalDate first, LocalDate last) throws SQLException {
        return Sql.list(connection, DONE, row -> Sql.someDay(row, "expires_on"), ahead, first, last);
    }

    private static Ending ending(ResultSet row) throws SQLException {
        return new Ending(row.getLong("account_id"), row.getString("user_id"), row.getLong("remaining"));
    }
}
