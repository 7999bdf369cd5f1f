package io.jifen.event;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SQL of table {@code import_detail}: the other system's details, and which of them are in an account's history. */
final class ImportSql {

    /** Which detail of which member. */
    record DetailKey(String openid, String key) {}

    /** What a detail says. */
    record Content(long points, @Nullable String reason, Instant createdAt) {}

    /** A detail that is stored. */
    record Stored(DetailKey key, Content content) {}

    /** The parameters are made what the columns are, so that the join goes by the primary key. */
    private static final String ASKED =
            "SELECT CONVERT(? USING ascii) COLLATE ascii_bin AS openid, CONVERT(? USING ascii) COLLATE ascii_bin AS detail_key";

    private static final String FIND = """
            SELECT d.openid, d.detail_key, d.points, d.reason, d.created_at
            FROM (%s) asked
            JOIN import_detail d ON d.openid = asked.openid AND d.detail_key = asked.detail_key
            """;

    /** The same detail from another upload of the same file, at the same time, is the row that is there. */
    private static final String STORE = """
            INSERT INTO import_detail (openid, detail_key, points, reason, created_at)
            VALUES (?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE openid = openid
            """;

    private static final String COUNT_WAITING = """
            SELECT openid, COUNT(*) AS details
            FROM import_detail
            WHERE openid IN (%s) AND entry_made = FALSE
            GROUP BY openid
            """;

    /** Oldest first; of those of one second, numbers by their value. */
    private static final String OLDEST_WAITING = """
            SELECT openid, detail_key, points, reason, created_at
            FROM (SELECT openid, detail_key, points, reason, created_at,
                         ROW_NUMBER() OVER (PARTITION BY openid
                                            ORDER BY created_at, LENGTH(detail_key), detail_key) AS place
                  FROM import_detail
                  WHERE openid IN (%s) AND entry_made = FALSE) waiting
            WHERE place <= ?
            ORDER BY openid, place
            """;

    private static final String ENTRY_MADE =
            "UPDATE import_detail SET entry_made = TRUE WHERE openid = ? AND detail_key = ?";

    private ImportSql() {}

    static Map<DetailKey, Content> find(Connection connection, Collection<DetailKey> keys) throws SQLException {
        if (keys.isEmpty()) {
            return Map.of();
        }
        String asked = String.join(" UNION ALL ", Collections.nCopies(keys.size(), ASKED));
        List<String> arguments = new ArrayList<>(2 * keys.size());
        keys.forEach(key -> {
            arguments.add(key.openid());
            arguments.add(key.key());
        });
        Map<DetailKey, Content> found = new HashMap<>();
        Sql.list(connection, FIND.formatted(asked), ImportSql::stored, arguments)
                .forEach(detail -> found.put(detail.key(), detail.content()));
        return found;
    }

    static void store(Connection connection, Map<DetailKey, Content> details) throws SQLException {
        Sql.batch(connection, STORE, details.entrySet(), detail -> new Object[] {
            detail.getKey().openid(),
            detail.getKey().key(),
            detail.getValue().points(),
            detail.getValue().reason(),
            detail.getValue().createdAt()
        });
    }

    /** By openid, how many of its details are in no history yet; those with none are left out. */
    static Map<String, Integer> countWaiting(Connection connection, Collection<String> openids) throws SQLException {
        if (openids.isEmpty()) {
            return Map.of();
        }
        Map<String, Integer> counts = new HashMap<>();
        Sql.list(
                connection,
                COUNT_WAITING.formatted(Sql.marks(openids.size())),
                row -> counts.put(row.getString("openid"), row.getInt("details")),
                openids);
        return counts;
    }

    /** By openid, its first details that are in no history yet, oldest first. */
    static Map<String, List<Stored>> oldestWaiting(Connection connection, Collection<String> openids, int maxEach)
            throws SQLException {
        List<Object> arguments = new ArrayList<>(openids);
        arguments.add(maxEach);
        Map<String, List<Stored>> waiting = new HashMap<>();
        Sql.list(connection, OLDEST_WAITING.formatted(Sql.marks(openids.size())), ImportSql::stored, arguments)
                .forEach(detail -> waiting.computeIfAbsent(detail.key().openid(), missing -> new ArrayList<>())
                        .add(detail));
        return waiting;
    }

    static void markEntryMade(Connection connection, Collection<DetailKey> keys) throws SQLException {
        Sql.batch(connection, ENTRY_MADE, keys, key -> new Object[] {key.openid(), key.key()});
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                new DetailKey(row.getString("openid"), row.getString("detail_key")),
                new Content(row.getLong("points"), row.getString("reason"), Sql.someInstant(row, "created_at")));
    }
}
