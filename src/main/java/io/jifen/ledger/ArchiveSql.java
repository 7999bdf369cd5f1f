package io.jifen.ledger;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of tables {@code archive_part} and {@code entry_archive}. */
final class ArchiveSql {

    enum State {
        /** Its entries are being copied. */
        COPYING,
        /** They are all there, and compared with the hot ones. */
        CHECKING,
        /** They count from now on; the partition may go. */
        MOVED,
        /** It is gone. */
        DONE
    }

    /** How far a partition is; up to {@code accountId} and {@code version} its chains are verified. */
    record Part(long id, long endId, State state, long copiedId, long entries, long accountId, long version) {}

    /** What a partition's entries come to. */
    record Sums(long entries, long points, long frozen, long pending, long arrears) {}

    /** An entry of the partition beside what the archive has of it. */
    record Pair(
            long accountId,
            long version,
            byte[] hash,
            boolean sameDerivation,
            byte @Nullable [] previousHash,
            @Nullable Entry archived) {}

    private static final String PART =
            "SELECT id, end_id, state, copied_id, entries, account_id, version FROM archive_part";

    private static final String OPEN = PART + " WHERE state <> 'DONE' ORDER BY id LIMIT 1";

    /** Alone in its statement: a second pod reads what the first has done. */
    private static final String LOCK = PART + " WHERE id = ? FOR UPDATE";

    private static final String BEGIN = """
            INSERT INTO archive_part (id, end_id, state, copied_id, started_at) VALUES (?, ?, 'COPYING', 0, ?)
            ON DUPLICATE KEY UPDATE end_id = VALUES(end_id)""";

    private static final String LAST_OF_BATCH = """
            SELECT MAX(id) FROM (SELECT id FROM entry WHERE id > ? AND id < ? ORDER BY id LIMIT ?) batch""";

    private static final String COPY = "INSERT INTO entry_archive (" + Entries.COLUMNS + ", part_id) SELECT "
            + Entries.COLUMNS + ", ? FROM entry WHERE id > ? AND id <= ?";

    private static final String PUT = """
            UPDATE archive_part SET state = ?, copied_id = ?, entries = ?, account_id = ?, version = ?, finished_at = ?
            WHERE id = ?""";

    /** By the index of the one partition that has ids below the end. */
    private static final String PAIRS = """
            SELECT e.account_id AS hot_account, e.version AS hot_version, e.hash AS hot_hash,
                   e.derivation <=> a.derivation AS same_derivation, p.hash AS previous_hash, a.*
              FROM entry e FORCE INDEX (entry_account)
              LEFT JOIN entry_archive a
                ON a.account_id = e.account_id AND a.version = e.version AND a.part_id = ?
              LEFT JOIN entry_archive p ON p.account_id = e.account_id AND p.version = e.version - 1
             WHERE e.id < ? AND (e.account_id > ? OR (e.account_id = ? AND e.version > ?))
             ORDER BY e.account_id, e.version
             LIMIT ?
            """;

    private static final String SUMS = """
            SELECT COUNT(*) AS entries, COALESCE(SUM(points), 0) AS points,
                   COALESCE(SUM(frozen_change), 0) AS frozen, COALESCE(SUM(pending_change), 0) AS pending,
                   COALESCE(SUM(arrears_change), 0) AS arrears""";

    private static final String HOT_SUMS = SUMS + " FROM entry WHERE id < ?";

    private static final String ARCHIVED_SUMS = SUMS + " FROM entry_archive WHERE part_id = ?";

    private ArchiveSql() {}

    static Optional<Part> open(Connection connection) throws SQLException {
        return Sql.first(connection, OPEN, ArchiveSql::part);
    }

    static Optional<Part> lock(Connection connection, long id) throws SQLException {
        return Sql.first(connection, LOCK, ArchiveSql::part, id);
    }

    static void begin(Connection connection, long id, long endId, Instant now) throws SQLException {
        Sql.update(connection, BEGIN, id, endId, now);
    }

    /** The last id of the next batch; empty: there are no more. */
    static Optional<Long> lastOfBatch(Connection connection, Part part, int batch) throws SQLException {
        return Sql.list(
                        connection,
                        LAST_OF_BATCH,
                        row -> {
                            long id = row.getLong(1);
                            return row.wasNull() ? Optional.<Long>empty() : Optional.of(id);
                        },
                        part.copiedId(),
                        part.endId(),
                        batch)
                .getFirst();
    }

    /** @return how many there were */
    static int copy(Connection connection, Part part, long lastId) throws SQLException {
        return Sql.update(connection, COPY, part.id(), part.copiedId(), lastId);
    }

    static void put(Connection connection, Part part, @Nullable Instant finishedAt) throws SQLException {
        Sql.update(
                connection,
                PUT,
                part.state(),
                part.copiedId(),
                part.entries(),
                part.accountId(),
                part.version(),
                finishedAt,
                part.id());
    }

    static List<Pair> pairs(Connection connection, Part part, int limit) throws SQLException {
        return Sql.list(
                connection,
                PAIRS,
                ArchiveSql::pair,
                part.id(),
                part.endId(),
                part.accountId(),
                part.accountId(),
                part.version(),
                limit);
    }

    static Sums hotSums(Connection connection, Part part) throws SQLException {
        return Sql.first(connection, HOT_SUMS, ArchiveSql::sums, part.endId()).orElseThrow();
    }

    static Sums archivedSums(Connection connection, Part part) throws SQLException {
        return Sql.first(connection, ARCHIVED_SUMS, ArchiveSql::sums, part.id()).orElseThrow();
    }

    private static Part part(ResultSet row) throws SQLException {
        return new Part(
                row.getLong("id"),
                row.getLong("end_id"),
                State.valueOf(row.getString("state")),
                row.getLong("copied_id"),
                row.getLong("entries"),
                row.getLong("account_id"),
                row.getLong("version"));
    }

    private static Pair pair(ResultSet row) throws SQLException {
        return new Pair(
                row.getLong("hot_account"),
                row.getLong("hot_version"),
                row.getBytes("hot_hash"),
                row.getBoolean("same_derivation"),
                row.getBytes("previous_hash"),
                Sql.number(row, "part_id") == null ? null : Entries.read(row));
    }

    private static Sums sums(ResultSet row) throws SQLException {
        return new Sums(
                row.getLong("entries"),
                row.getLong("points"),
                row.getLong("frozen"),
                row.getLong("pending"),
                row.getLong("arrears"));
    }
}
