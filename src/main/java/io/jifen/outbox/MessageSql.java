package io.jifen.outbox;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of table {@code outbox_message}. */
final class MessageSql {

    private static final String APPEND = """
            INSERT INTO outbox_message (id, topic, message_key, body, state, tries, next_try_at, created_at)
            VALUES (?, ?, ?, ?, 'WAITING', 0, ?, ?)""";

    /** Each row to whoever comes first; nobody waits. */
    private static final String CLAIM = """
            SELECT id, topic, message_key, body, tries FROM outbox_message
            WHERE state = 'WAITING' AND next_try_at <= ?
            ORDER BY next_try_at LIMIT ?
            FOR UPDATE SKIP LOCKED""";

    private static final String TRIED = """
            UPDATE outbox_message SET tries = ?, last_tried_at = ?, next_try_at = ? WHERE id = ?""";

    private static final String NOT_TRIED = """
            UPDATE outbox_message SET tries = tries - 1, next_try_at = ?
            WHERE id IN (%s) AND state = 'WAITING' AND tries > 0""";

    private static final String LOCK = """
            SELECT id, state FROM outbox_message WHERE id IN (%s) ORDER BY id FOR UPDATE""";

    private static final String SETTLE = """
            UPDATE outbox_message SET state = ?, settled_at = ?, body = NULL WHERE id IN (%s)""";

    /** What was given up stays: nobody else says that it was. */
    private static final String REMOVE_SETTLED = """
            DELETE FROM outbox_message WHERE settled_at < ? AND state IN ('CONFIRMED', 'WITHDRAWN')
            ORDER BY settled_at LIMIT ?""";

    private static final String GIVE_UP = """
            UPDATE outbox_message
            SET state = 'GIVEN_UP', settled_at = ?, body = NULL, given_up_by = ?, reason = ?
            WHERE id = ? AND state = 'WAITING'""";

    private static final String RETRY_NOW = """
            UPDATE outbox_message SET next_try_at = ? WHERE id = ? AND state = 'WAITING'""";

    private static final String COLUMNS =
            "id, topic, message_key, state, tries, next_try_at, last_tried_at, created_at,"
                    + " settled_at, given_up_by, reason";

    private static final String FIND = "SELECT " + COLUMNS + " FROM outbox_message WHERE id = ?";

    private static final String BEFORE =
            "SELECT " + COLUMNS + " FROM outbox_message WHERE id < ? ORDER BY id DESC LIMIT ?";

    private static final String OF_STATE_BEFORE =
            "SELECT " + COLUMNS + " FROM outbox_message WHERE state = ? AND id < ? ORDER BY id DESC LIMIT ?";

    /** Bounded, since a backlog is just when nobody wants long reads. */
    private static final String COUNT = """
            SELECT COUNT(*) AS waiting, COALESCE(SUM(tries >= ?), 0) AS overdue
            FROM (SELECT tries FROM outbox_message WHERE state = 'WAITING' ORDER BY next_try_at LIMIT 100000) counted""";

    private static final String OLDEST = """
            SELECT created_at FROM outbox_message WHERE state = 'WAITING' ORDER BY id LIMIT 1""";

    /** A message whose turn it is, claimed by its reader. */
    record Due(Messages.Message message, int triesBefore) {}

    /** When a claimed message is due next. */
    record Next(long id, int tries, Instant nextTryAt) {}

    record Count(long waiting, long overdue) {}

    private MessageSql() {}

    static void append(Connection connection, List<Messages.Message> messages, Instant now) throws SQLException {
        Sql.batch(connection, APPEND, messages, message ->
                new Object[] {message.id(), message.topic(), message.key(), message.body(), now, now});
    }

    static List<Due> claim(Connection connection, Instant now, int limit) throws SQLException {
        return Sql.list(
                connection,
                CLAIM,
                row -> new Due(
                        new Messages.Message(
                                row.getLong("id"),
                                row.getString("topic"),
                                row.getString("message_key"),
                                row.getBytes("body")),
                        row.getInt("tries")),
                now,
                limit);
    }

    static void tried(Connection connection, List<Next> next, Instant now) throws SQLException {
        Sql.batch(connection, TRIED, next, message ->
                new Object[] {message.tries(), now, message.nextTryAt(), message.id()});
    }

    static void notTried(Connection connection, Collection<Long> ids, Instant nextTryAt) throws SQLException {
        update(connection, NOT_TRIED, ids, nextTryAt);
    }

    static Map<Long, MessageState> lock(Connection connection, Collection<Long> ids) throws SQLException {
        Map<Long, MessageState> states = new HashMap<>();
        Sql.listIn(
                connection,
                LOCK,
                row -> states.put(row.getLong("id"), MessageState.valueOf(row.getString("state"))),
                ids);
        return states;
    }

    static void settle(Connection connection, Collection<Long> ids, MessageState state, Instant now)
            throws SQLException {
        update(connection, SETTLE, ids, state, now);
    }

    static int removeSettled(Connection connection, Instant before, int limit) throws SQLException {
        return Sql.update(connection, REMOVE_SETTLED, before, limit);
    }

    static boolean giveUp(Connection connection, long id, String by, String reason, Instant now) throws SQLException {
        return Sql.update(connection, GIVE_UP, now, by, reason, id) == 1;
    }

    static boolean retryNow(Connection connection, long id, Instant now) throws SQLException {
        return Sql.update(connection, RETRY_NOW, now, id) == 1;
    }

    static Optional<MessageView> find(Connection connection, long id) throws SQLException {
        return Sql.first(connection, FIND, MessageSql::view, id);
    }

    static List<MessageView> before(Connection connection, long id, @Nullable MessageState state, int limit)
            throws SQLException {
        return state == null
                ? Sql.list(connection, BEFORE, MessageSql::view, id, limit)
                : Sql.list(connection, OF_STATE_BEFORE, MessageSql::view, state, id, limit);
    }

    /** @param overdueTries from so many tries on a message is overdue */
    static Count count(Connection connection, int overdueTries) throws SQLException {
        return Sql.first(
                        connection,
                        COUNT,
                        row -> new Count(row.getLong("waiting"), row.getLong("overdue")),
                        overdueTries)
                .orElseThrow();
    }

    static Optional<Instant> oldest(Connection connection) throws SQLException {
        return Sql.first(connection, OLDEST, row -> Sql.someInstant(row, "created_at"));
    }

    private static void update(Connection connection, String sql, Collection<Long> ids, Object... before)
            throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        List<Object> arguments = new ArrayList<>(Arrays.asList(before));
        arguments.addAll(ids);
        Sql.update(connection, sql.formatted(Sql.marks(ids.size())), arguments);
    }

    private static MessageView view(ResultSet row) throws SQLException {
        MessageState state = MessageState.valueOf(row.getString("state"));
        return new MessageView(
                row.getLong("id"),
                row.getString("topic"),
                row.getString("message_key"),
                state,
                row.getInt("tries"),
                state == MessageState.WAITING ? Sql.instant(row, "next_try_at") : null,
                Sql.instant(row, "last_tried_at"),
                Sql.someInstant(row, "created_at"),
                Sql.instant(row, "settled_at"),
                row.getString("given_up_by"),
                row.getString("reason"));
    }
}
