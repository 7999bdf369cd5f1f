package io.jifen.event;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** SQL of tables {@code grant_job} and {@code grant_job_row}. */
final class GrantJobSql {

    private static final String JOBS = """
            SELECT id, status, requested_by, approval_id, row_count, rejected, points, last_row, sent, settled, posted,
                   refused, dead, created_at, finished_at
            FROM grant_job
            """;

    private static final String OPEN =
            "INSERT INTO grant_job (id, status, requested_by, created_at) VALUES (?, 'UPLOADING', ?, ?)";

    /** The lock keeps the job from being removed while its rows are stored. */
    private static final String LOCK_UPLOAD =
            "SELECT id FROM grant_job WHERE id = ? AND status = 'UPLOADING' FOR UPDATE";

    private static final String UPLOADED = """
            UPDATE grant_job SET row_count = ?, rejected = ?, points = ?, last_row = ?
            WHERE id = ? AND status = 'UPLOADING'""";

    private static final String FIND = JOBS + "WHERE id = ?";

    private static final String LOCK = JOBS + "WHERE id IN (%s) ORDER BY id FOR UPDATE";

    private static final String MOVE = "UPDATE grant_job SET status = ?, approval_id = ? WHERE id = ?";

    private static final String GIVEN_UP =
            "SELECT id FROM grant_job WHERE status = 'UPLOADING' AND created_at < ? LIMIT ?";

    private static final String OF_STATUS = JOBS + "WHERE status = ? ORDER BY id LIMIT ?";

    /** Whoever starts it has its lock: then it is not given up any more. */
    private static final String GIVE_UP =
            "UPDATE grant_job SET status = 'REMOVED' WHERE id = ? AND status = 'UPLOADING'";

    private static final String FINISH_WAITING =
            "UPDATE grant_job SET finished_at = ? WHERE id = ? AND status = 'WAITING' AND finished_at IS NULL";

    private static final String REFUSED =
            "UPDATE grant_job SET status = ? WHERE id = ? AND status = 'WAITING' AND finished_at IS NOT NULL";

    /** Unless it has moved meanwhile. */
    private static final String SEND_AGAIN =
            "UPDATE grant_job SET sent = settled WHERE id = ? AND settled = ? AND status = 'RUNNING'";

    private static final String SENT = "UPDATE grant_job SET sent = GREATEST(sent, ?) WHERE id = ?";

    /** Counted by whoever moves the mark, so that two who settle the same rows count them once. */
    private static final String SETTLED = """
            UPDATE grant_job SET settled = ?, posted = posted + ?, refused = refused + ?, dead = dead + ?
            WHERE id = ? AND settled = ?""";

    private static final String DONE = """
            UPDATE grant_job SET status = 'DONE', finished_at = ?
            WHERE id = ? AND status = 'RUNNING' AND settled = last_row""";

    private static final String INSERT_ROWS = """
            INSERT INTO grant_job_row (job_id, row_no, user_id, event, status, code, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?)""";

    private static final String ROWS = """
            SELECT row_no, user_id, event, status, code, detail, transaction_no
            FROM grant_job_row
            WHERE job_id = ? AND row_no > ?
            ORDER BY row_no LIMIT ?""";

    /** Looks through the rows of the job: asked when it is approved, and never again. */
    private static final String IS_ROW = "SELECT row_no FROM grant_job_row WHERE job_id = ? AND user_id = ? LIMIT 1";

    private static final String SETTLE_ROWS =
            "UPDATE grant_job_row SET status = ?, code = ?, transaction_no = ? WHERE job_id = ? AND row_no = ?";

    private static final String DEAD_ROWS = """
            SELECT row_no, user_id, event, status, code, detail, transaction_no
            FROM grant_job_row
            WHERE job_id = ? AND status = 'DEAD' AND row_no > ?
            ORDER BY row_no LIMIT ?""";

    private static final String COUNT_AGAIN =
            "UPDATE grant_job SET posted = posted + ?, refused = refused + ?, dead = dead - ? WHERE id = ?";

    private static final String DELETE_ROWS = "DELETE FROM grant_job_row WHERE job_id = ? LIMIT ?";

    private static final String DELETE = "DELETE FROM grant_job WHERE id = ? AND status = 'REMOVED'";

    private GrantJobSql() {}

    static void open(Connection connection, long id, String requestedBy, Instant now) throws SQLException {
        Sql.update(connection, OPEN, id, requestedBy, now);
    }

    /** Locks it until the transaction ends; false: it was given up. */
    static boolean lockUpload(Connection connection, long id) throws SQLException {
        return Sql.first(connection, LOCK_UPLOAD, row -> row.getLong(1), id).isPresent();
    }

    static void uploaded(Connection connection, long id, int rows, int rejected, long points, int lastRow)
            throws SQLException {
        Sql.update(connection, UPLOADED, rows, rejected, points, lastRow, id);
    }

    /** Whether one of its rows is this user's. */
    static boolean isRow(Connection connection, long id, String userId) throws SQLException {
        return Sql.first(connection, IS_ROW, row -> row.getInt("row_no"), id, userId)
                .isPresent();
    }

    static Optional<GrantJob> find(Connection connection, long id) throws SQLException {
        return Sql.first(connection, FIND, GrantJobSql::job, id);
    }

    static Map<Long, GrantJob> lock(Connection connection, Collection<Long> ids) throws SQLException {
        Map<Long, GrantJob> found = new HashMap<>();
        Sql.listIn(connection, LOCK, GrantJobSql::job, ids).forEach(job -> found.put(job.id(), job));
        return found;
    }

    static void move(Connection connection, long id, GrantJob.Status status, @Nullable Long approvalId)
            throws SQLException {
        Sql.update(connection, MOVE, status, approvalId, id);
    }

    static List<GrantJob> running(Connection connection, int limit) throws SQLException {
        return ofStatus(connection, GrantJob.Status.RUNNING, limit);
    }

    static List<GrantJob> ofStatus(Connection connection, GrantJob.Status status, int limit) throws SQLException {
        return Sql.list(connection, OF_STATUS, GrantJobSql::job, status, limit);
    }

    static List<Long> givenUp(Connection connection, Instant before, int limit) throws SQLException {
        return Sql.list(connection, GIVEN_UP, row -> row.getLong(1), before, limit);
    }

    /** False: it was started, or given up before. */
    static boolean giveUp(Connection connection, long id) throws SQLException {
        return Sql.update(connection, GIVE_UP, id) == 1;
    }

    /** From then on it can't be started. */
    static void finishWaiting(Connection connection, long id, Instant now) throws SQLException {
        Sql.update(connection, FINISH_WAITING, now, id);
    }

    /** @param status {@code REJECTED} or {@code EXPIRED} */
    static void refused(Connection connection, long id, String status) throws SQLException {
        Sql.update(connection, REFUSED, status, id);
    }

    /** False: it has moved meanwhile. */
    static boolean sendAgain(Connection connection, GrantJob job) throws SQLException {
        return Sql.update(connection, SEND_AGAIN, job.id(), job.settled()) == 1;
    }

    static void sent(Connection connection, long id, int row) throws SQLException {
        Sql.update(connection, SENT, row, id);
    }

    static void settled(Connection connection, GrantJob job, int row, int posted, int refused, int dead)
            throws SQLException {
        Sql.update(connection, SETTLED, row, posted, refused, dead, job.id(), job.settled());
    }

    static void done(Connection connection, long id, Instant now) throws SQLException {
        Sql.update(connection, DONE, now, id);
    }

    static void insertRows(Connection connection, long id, List<GrantJob.Row> rows) throws SQLException {
        Sql.batch(connection, INSERT_ROWS, rows, row -> new @Nullable Object[] {
            id, row.number(), row.userId(), row.event(), row.status(), row.code(), row.detail()
        });
    }

    static List<GrantJob.Row> rows(Connection connection, long id, int after, int limit) throws SQLException {
        return Sql.list(connection, ROWS, GrantJobSql::row, id, after, limit);
    }

    static void settleRows(Connection connection, long id, List<GrantJob.Row> rows) throws SQLException {
        Sql.batch(connection, SETTLE_ROWS, rows, row ->
                new @Nullable Object[] {row.status(), row.code(), row.transactionNo(), id, row.number()});
    }

    static List<GrantJob.Row> deadRows(Connection connection, long id, int after, int limit) throws SQLException {
        return Sql.list(connection, DEAD_ROWS, GrantJobSql::row, id, after, limit);
    }

    /** Rows that were dead are not any more. */
    static void countAgain(Connection connection, long id, int posted, int refused) throws SQLException {
        Sql.update(connection, COUNT_AGAIN, posted, refused, posted + refused, id);
    }

    /** Whether there may be more of them. */
    static boolean deleteRows(Connection connection, long id, int limit) throws SQLException {
        return Sql.update(connection, DELETE_ROWS, id, limit) == limit;
    }

    static void delete(Connection connection, long id) throws SQLException {
        Sql.update(connection, DELETE, id);
    }

    private static GrantJob job(ResultSet row) throws SQLException {
        return new GrantJob(
                row.getLong("id"),
                GrantJob.Status.valueOf(row.getString("status")),
                row.getString("requested_by"),
                Sql.number(row, "approval_id"),
                row.getInt("row_count"),
                row.getInt("rejected"),
                row.getLong("points"),
                row.getInt("last_row"),
                row.getInt("sent"),
                row.getInt("settled"),
                row.getInt("posted"),
                row.getInt("refused"),
                row.getInt("dead"),
                Sql.someInstant(row, "created_at"),
                Sql.instant(row, "finished_at"));
    }

    private static GrantJob.Row row(ResultSet row) throws SQLException {
        return new GrantJob.Row(
                row.getInt("row_no"),
                row.getString("user_id"),
                row.getString("event"),
                GrantJob.RowStatus.valueOf(row.getString("status")),
                row.getString("code"),
                row.getString("detail"),
                Sql.number(row, "transaction_no"));
    }
}
