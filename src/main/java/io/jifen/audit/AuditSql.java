package io.jifen.audit;

import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The room's SQL: rows are added and read. */
final class AuditSql {

    private static final String INSERT = """
            INSERT INTO audit (id, who, ip, device, action, object_type, object_id, before_state, after_state, reason,
                               created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String BEFORE = """
            SELECT id, who, ip, device, action, object_type, object_id, before_state, after_state, reason, created_at
            FROM audit
            WHERE id < ? AND id >= ?%s
            ORDER BY id DESC LIMIT ?""";

    private AuditSql() {}

    static void insert(Connection connection, List<Act> acts, Ids ids, Json json, Instant now) throws SQLException {
        Sql.batch(connection, INSERT, acts, act -> new @Nullable Object[] {
            ids.next(),
            act.who(),
            act.ip(),
            act.device(),
            act.action(),
            act.objectType(),
            act.objectId(),
            text(json, act.before()),
            text(json, act.after()),
            act.reason(),
            now
        });
    }

    /** Newest first, before this id; the conditions that are asked for and no others, so that each finds its key. */
    static List<AuditView> before(Connection connection, long id, AuditFilter filter, int limit) throws SQLException {
        StringBuilder conditions = new StringBuilder();
        List<Object> arguments = new ArrayList<>(List.of(Math.min(id, filter.end()), filter.start()));
        filter.equal().forEach((column, value) -> {
            conditions.append(" AND ").append(column).append(" = ?");
            arguments.add(value);
        });
        arguments.add(limit);
        return Sql.list(connection, BEFORE.formatted(conditions), AuditSql::view, arguments);
    }

    private static @Nullable String text(Json json, @Nullable Object state) {
        return state == null ? null : json.text(state);
    }

    private static AuditView view(ResultSet row) throws SQLException {
        return new AuditView(
                row.getLong("id"),
                Sql.someInstant(row, "created_at"),
                row.getString("who"),
                row.getString("ip"),
                row.getString("device"),
                row.getString("action"),
                row.getString("object_type"),
                row.getString("object_id"),
                row.getString("before_state"),
                row.getString("after_state"),
                row.getString("reason"));
    }
}
