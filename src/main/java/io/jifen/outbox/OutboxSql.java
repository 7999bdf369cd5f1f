package io.jifen.outbox;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The SQL of table {@code outbox}. */
final class OutboxSql {

    private static final String APPEND = """
            INSERT INTO outbox (id, payload, created_at) VALUES (?, ?, ?)
            """;

    /** Not "after the last id": a row may become visible after one with a greater id. */
    private static final String OLDEST_SIZES = """
            SELECT id, LENGTH(payload) AS bytes FROM outbox ORDER BY id LIMIT ?
            """;

    private static final String ROWS = """
            SELECT id, payload FROM outbox WHERE id IN (%s) ORDER BY id
            """;

    private static final String DELETE = """
            DELETE FROM outbox WHERE id IN (%s)
            """;

    private static final String OLDEST = """
            SELECT created_at FROM outbox ORDER BY id LIMIT 1
            """;

    /** Bounded, since a backlog is just when nobody wants long reads. */
    private static final String COUNT = """
            SELECT COUNT(*) FROM (SELECT id FROM outbox LIMIT 100000) counted
            """;

    /** A row before it is read. */
    record Size(long id, int bytes) {}

    @SuppressWarnings("ArrayRecordComponent") // bytes to pass on, never compared
    record Row(long id, byte[] payload) {}

    private OutboxSql() {}

    static void append(Connection connection, List<Row> rows, Instant now) throws SQLException {
        Sql.batch(connection, APPEND, rows, row -> new Object[] {row.id(), row.payload(), now});
    }

    static List<Size> oldestSizes(Connection connection, int limit) throws SQLException {
        return Sql.list(connection, OLDEST_SIZES, row -> new Size(row.getLong("id"), row.getInt("bytes")), limit);
    }

    static List<Row> rows(Connection connection, Collection<Long> ids) throws SQLException {
        return Sql.listIn(connection, ROWS, row -> new Row(row.getLong("id"), row.getBytes("payload")), ids);
    }

    static void delete(Connection connection, Collection<Long> ids) throws SQLException {
        Sql.update(connection, DELETE.formatted(Sql.marks(ids.size())), ids);
    }

    static Optional<Instant> oldest(Connection connection) throws SQLException {
        return Sql.first(connection, OLDEST, row -> Sql.someInstant(row, "created_at"));
    }

    static long count(Connection connection) throws SQLException {
        return Sql.first(connection, COUNT, row -> row.getLong(1)).orElse(0L);
    }
}
