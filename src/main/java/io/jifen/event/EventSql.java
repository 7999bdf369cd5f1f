package io.jifen.event;

import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The room's SQL. */
final class EventSql {

    /** A message delivered again is the row that is there. */
    private static final String INSERT_DEAD_LETTER = """
            INSERT INTO dead_letter
                (id, topic, partition_no, offset_no, message_key, payload, trace_id, code, detail, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE id = id
            """;

    /** Of the payload what tells a reader which message it is; the whole is on the dead-letter topic. */
    private static final String DEAD_LETTERS_BEFORE = """
            SELECT id, topic, partition_no, offset_no, trace_id, code, detail, state, LEFT(payload, 2000) AS payload,
                   created_at
            FROM dead_letter
            WHERE id < ?
            ORDER BY id DESC
            LIMIT ?
            """;

    private static final String DEAD_LETTER = """
            SELECT id, topic, partition_no, offset_no, trace_id, code, detail, state, LEFT(payload, 2000) AS payload,
                   created_at
            FROM dead_letter WHERE id = ?
            """;

    private static final String DEAD_MESSAGE =
            "SELECT topic, message_key, payload, state FROM dead_letter WHERE id = ?";

    private static final String REPLAYED = "UPDATE dead_letter SET state = 'REPLAYED' WHERE id = ? AND state = 'DEAD'";

    /** A longer key is nobody's userId. */
    static final int MAX_KEY = 512;

    private EventSql() {}

    static void insertDeadLetters(Connection connection, List<DeadLetter> letters, Ids ids, Instant now)
            throws SQLException {
        Sql.batch(connection, INSERT_DEAD_LETTER, letters, letter -> new Object[] {
            ids.next(),
            letter.topic(),
            letter.partition(),
            letter.offset(),
            shortened(letter.key()),
            letter.payload(),
            letter.origin().traceId(),
            letter.code(),
            letter.detail(),
            now
        });
    }

    static <T> List<T> deadLettersBefore(Connection connection, long id, int limit, Sql.Row<T> row)
            throws SQLException {
        return Sql.list(connection, DEAD_LETTERS_BEFORE, row, id, limit);
    }

    static <T> Optional<T> deadLetter(Connection connection, long id, Sql.Row<T> row) throws SQLException {
        return Sql.first(connection, DEAD_LETTER, row, id);
    }

    /** What of it goes out again, all of it. */
    static <T> Optional<T> deadMessage(Connection connection, long id, Sql.Row<T> row) throws SQLException {
        return Sql.first(connection, DEAD_MESSAGE, row, id);
    }

    /** False where it has been replayed before. */
    static boolean replayed(Connection connection, long id) throws SQLException {
        return Sql.update(connection, REPLAYED, id) == 1;
    }

    private static byte @Nullable [] shortened(byte @Nullable [] key) {
        return key == null || key.length <= MAX_KEY ? key : Arrays.copyOf(key, MAX_KEY);
    }
}
