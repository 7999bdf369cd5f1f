package io.jifen.risk;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class ApprovalSql {

    private static final String COLUMNS =
            "id, kind, status, user_id, points, reason, request, requested_by, decided_by, created_at, expires_at";

    private static final String INSERT = """
            INSERT INTO approval (id, kind, status, user_id, points, reason, request, requested_by, created_at,
                                  expires_at)
            VALUES (?, ?, 'PENDING', ?, ?, ?, ?, ?, ?, ?)""";

    /** Whoever changes the row has decided; everybody else is late. */
    private static final String DECIDE = """
            UPDATE approval SET status = ?, decided_by = ?, decision_reason = ?, decided_at = ?
            WHERE id = ? AND status = 'PENDING' AND expires_at > ?""";

    private static final String FIND = "SELECT " + COLUMNS + " FROM approval WHERE id = ?";

    private static final String FIND_ALL = "SELECT " + COLUMNS + " FROM approval WHERE id IN (%s)";

    /** By what the status is by now: what nobody decided in time has expired, whatever the row says. */
    private static final String BEFORE = "SELECT " + COLUMNS + " FROM approval WHERE id < ? AND (? IS NULL"
            + " OR ? = CASE WHEN status = 'PENDING' AND expires_at <= ? THEN 'EXPIRED' ELSE status END)"
            + " ORDER BY id DESC LIMIT ?";

    private ApprovalSql() {}

    static void insert(Connection connection, List<Approval> approvals) throws SQLException {
        Sql.batch(connection, INSERT, approvals, approval -> new @Nullable Object[] {
            approval.id(),
            approval.kind(),
            approval.userId(),
            approval.points(),
            approval.reason(),
            approval.request(),
            approval.requestedBy(),
            approval.createdAt(),
            approval.expiresAt()
        });
    }

    static boolean decide(
            Connection connection, long id, Approval.Status status, String by, @Nullable String reason, Instant now)
            throws SQLException {
        return Sql.update(connection, DECIDE, status, by, reason, now, id, now) == 1;
    }

    static Optional<Approval> find(Connection connection, long id) throws SQLException {
        return Sql.first(connection, FIND, ApprovalSql::read, id);
    }

    static List<Approval> findAll(Connection connection, Collection<Long> ids) throws SQLException {
        return Sql.listIn(connection, FIND_ALL, ApprovalSql::read, ids);
    }

    static List<Approval> before(
            Connection connection, long id, Approval.@Nullable Status status, Instant now, int limit)
            throws SQLException {
        return Sql.list(connection, BEFORE, ApprovalSql::read, Arrays.asList(id, status, status, now, limit));
    }

    private static Approval read(ResultSet row) throws SQLException {
        return new Approval(
                row.getLong("id"),
                row.getString("kind"),
                Approval.Status.valueOf(row.getString("status")),
                row.getString("user_id"),
                row.getLong("points"),
                row.getString("reason"),
                row.getString("request"),
                row.getString("requested_by"),
                row.getString("decided_by"),
                Sql.someInstant(row, "created_at"),
                Sql.someInstant(row, "expires_at"));
    }
}
