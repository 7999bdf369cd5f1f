package io.jifen.level;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The room's SQL: versions of levels, the history of accounts, and whom the jobs have to look at. */
final class LevelSql {

    private static final String INSERT_VERSION = """
            INSERT INTO level_version (code, version, name, min_points, privileges, updated_by, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)""";

    private static final String VERSIONS = """
            SELECT code, version, name, min_points, privileges, updated_by FROM level_version
            WHERE code = ? AND version < ? ORDER BY version DESC LIMIT ?""";

    private static final String LAST_EDIT = "SELECT MAX(updated_at) AS updated_at FROM level";

    private static final String HISTORY = """
            SELECT id, from_code, to_code, cause, level_basis, valid_until, created_at FROM level_history
            WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?""";

    private static final String ACCOUNTS_AFTER =
            "SELECT id, level_code, level_basis, level_until FROM account WHERE id > ? ORDER BY id LIMIT ?";

    /** Days that have left the period: two ranges of the index, behind the place given. */
    private static final String LEFT_PERIOD = """
            SELECT day, account_id FROM level_earned
            WHERE (day = ? AND account_id > ?) OR (day > ? AND day < ?)
            ORDER BY day, account_id LIMIT ?""";

    private static final String ENDED = """
            SELECT level_until AS day, id AS account_id FROM account
            WHERE (level_until = ? AND id > ?) OR (level_until > ? AND level_until < ?)
            ORDER BY level_until, id LIMIT ?""";

    /** What an account's level hangs on. */
    record Rank(
            long accountId,
            String level,
            long basis,
            @Nullable LocalDate until) {}

    /** An account under a day: a place in an index. */
    record Place(LocalDate day, long accountId) {}

    private LevelSql() {}

    static void insertVersion(Connection connection, Level level) throws SQLException {
        Sql.update(
                connection,
                INSERT_VERSION,
                level.code,
                level.version,
                level.name,
                level.minPoints,
                level.privileges,
                level.updatedBy,
                level.updatedAt);
    }

    static List<LevelView> versionsBefore(Connection connection, String code, long version, int limit)
            throws SQLException {
        return Sql.list(
                connection,
                VERSIONS,
                row -> new LevelView(
                        row.getString("code"),
                        row.getString("name"),
                        row.getLong("min_points"),
                        row.getString("privileges"),
                        row.getInt("version"),
                        row.getString("updated_by"),
                        null),
                code,
                version,
                limit);
    }

    static Optional<Instant> lastEdit(Connection connection) throws SQLException {
        return Sql.first(connection, LAST_EDIT, row -> Sql.someInstant(row, "updated_at"));
    }

    static List<LevelHistoryResource.LevelChangeView> historyBefore(
            Connection connection, long accountId, long id, int limit) throws SQLException {
        return Sql.list(
                connection,
                HISTORY,
                row -> new LevelHistoryResource.LevelChangeView(
                        Long.toString(row.getLong("id")),
                        row.getString("from_code"),
                        row.getString("to_code"),
                        row.getString("cause"),
                        row.getLong("level_basis"),
                        Sql.day(row, "valid_until"),
                        Sql.someInstant(row, "created_at")),
                accountId,
                id,
                limit);
    }

    static List<Rank> accountsAfter(Connection connection, long id, int limit) throws SQLException {
        return Sql.list(
                connection,
                ACCOUNTS_AFTER,
                row -> new Rank(
                        row.getLong("id"),
                        row.getString("level_code"),
                        row.getLong("level_basis"),
                        Sql.day(row, "level_until")),
                id,
                limit);
    }

    static List<Place> leftPeriod(Connection connection, LocalDate before, Place after, int limit) throws SQLException {
        return places(connection, LEFT_PERIOD, before, after, limit);
    }

    static List<Place> ended(Connection connection, LocalDate before, Place after, int limit) throws SQLException {
        return places(connection, ENDED, before, after, limit);
    }

    private static List<Place> places(Connection connection, String sql, LocalDate before, Place after, int limit)
            throws SQLException {
        return Sql.list(
                connection,
                sql,
                row -> new Place(Sql.someDay(row, "day"), row.getLong("account_id")),
                List.of(after.day(), after.accountId(), after.day(), before, limit));
    }
}
