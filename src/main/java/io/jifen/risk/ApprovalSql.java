package io.jifen.risk;

import io.jifen.platform.Json;
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
            "id, kind, status, user_id, points, reason, request, requested_by, decided_by, created_at, expires_at,"
                    + " hold_id, reasons";

    private static final String INSERT = """
            INSERT INTO approval (id, kind, status, user_id, points, reason, request, requested_by, created_at,
                                  expires_at, hold_id, reasons)
            VALUES (?, ?, 'PENDING', ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    /** Whoever changes the row has decided; everybody else is late. */
    private static final String DECIDE = """
            UPDATE approval SET status = ?, decided_by = ?, decision_reason = ?, decided_at = ?
            WHERE id = ? AND status = 'PENDING' AND expires_at > ?""";

    private static final String SETTLED = """
            UPDATE approval SET settled = TRUE, request = CASE WHEN reasons IS NULL THEN request ELSE '{}' END
            WHERE id = ?""";

    private static final String EXPIRE = """
            UPDATE approval
            SET status = 'EXPIRED', request = CASE WHEN reasons IS NULL THEN request ELSE '{}' END
            WHERE status = 'PENDING' AND expires_at <= ? ORDER BY id LIMIT ?""";

    private static final String FIND = "SELECT " + COLUMNS + " FROM approval WHERE id = ?";

    private static final String UNSETTLED = "SELECT " + COLUMNS + " FROM approval"
            + " WHERE settled = FALSE AND status IN ('APPROVED', 'REJECTED') AND decided_at < ? AND id > ?"
            + " ORDER BY id LIMIT ?";

    private static final String FIND_ALL = "SELECT " + COLUMNS + " FROM approval WHERE id IN (%s)";

    /** By what the status is by now: what nobody decided in time has expired, whatever the row says. */
    private static final String BEFORE = "SELECT " + COLUMNS + " FROM approval WHERE id < ? AND (? IS NULL"
            + " OR ? = CASE WHEN status = 'PENDING' AND expires_at <= ? THEN 'EXPIRED' ELSE status END)"
            + " ORDER BY id DESC LIMIT ?";

    /** Those that expired are still PENDING in their rows, so it is bounded: they pile up. */
    private static final String WAITING = """
            SELECT COUNT(*) AS number, MIN(created_at) AS oldest
              FROM (SELECT created_at, expires_at FROM approval WHERE status = 'PENDING' ORDER BY id DESC LIMIT 10000) latest
             WHERE expires_at > ?""";

    /** How many are not decided, and since when the oldest of them; null: there is none. */
    record Waiting(long number, @Nullable Instant oldest) {
        static final Waiting NOBODY = new Waiting(0, null);
    }

    private ApprovalSql() {}

    static Waiting waiting(Connection connection, Instant now) throws SQLException {
        return Sql.first(
                        connection, WAITING, row -> new Waiting(row.getLong("number"), Sql.instant(row, "oldest")), now)
                .orElse(Waiting.NOBODY);
    }

    static void insert(Connection connection, Json json, List<Approval> approvals) throws SQLException {
        Sql.batch(connection, INSERT, approvals, approval -> new @Nullable Object[] {
            approval.id(),
            approval.kind(),
            approval.userId(),
            approval.points(),
            approval.reason(),
            approval.request(),
            approval.requestedBy(),
            approval.createdAt(),
            approval.expiresAt(),
            approval.holdId(),
            approval.reasons() == null ? null : json.text(new RiskDecision.Reasons(approval.reasons()))
        });
    }

    static boolean decide(
            Connection connection, long id, Approval.Status status, String by, @Nullable String reason, Instant now)
            throws SQLException {
        return Sql.update(connection, DECIDE, status, by, reason, now, id, now) == 1;
    }

    /** Nothing is left to be done for it; what a review was about is forgotten. */
    static void settled(Connection connection, long id) throws SQLException {
        Sql.update(connection, SETTLED, id);
    }

    /** Those decided before then for which something may be left to be done, behind that id, in their order. */
    static List<Approval> unsettled(Connection connection, Json json, Instant decidedBefore, long after, int limit)
            throws SQLException {
        return Sql.list(connection, UNSETTLED, row -> read(row, json), decidedBefore, after, limit);
    }

    /** Writes down of up to so many that they have expired; how many it were. */
    static int expire(Connection connection, Instant now, int limit) throws SQLException {
        return Sql.update(connection, EXPIRE, now, limit);
    }

    static Optional<Approval> find(Connection connection, Json json, long id) throws SQLException {
        return Sql.first(connection, FIND, row -> read(row, json), id);
    }

    static List<Approval> findAll(Connection connection, Json json, Collection<Long> ids) throws SQLException {
        return Sql.listIn(connection, FIND_ALL, row -> read(row, json), ids);
    }

    static List<Approval> before(
            Connection connection, Json json, long id, Approval.@Nullable Status status, Instant now, int limit)
            throws SQLException {
        return Sql.list(connection, BEFORE, row -> read(row, json), Arrays.asList(id, status, status, now, limit));
    }

    private static Approval read(ResultSet row, Json json) throws SQLException {
        String reasons = row.getString("reasons");
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
                Sql.someInstant(row, "expires_at"),
                Sql.number(row, "hold_id"),
                reasons == null
                        ? null
                        : json.parse(reasons, RiskDecision.Reasons.class).reasons());
    }
}
