package io.jifen.job;

import io.jifen.job.JobRun.State;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of table {@code job_run}. */
final class JobSql {

    private static final String COLUMNS = """
            id, job, due, state, started_by, stopped_by, attempt, fruitless, checkpoint, processed, batches, detail,
            started_at, finished_at""";

    private static final String INSERT = """
            INSERT INTO job_run (id, job, due, state, started_by, started_at) VALUES (?, ?, ?, 'RUNNING', ?, ?)""";

    private static final String IS_ENTERED = "SELECT 1 FROM job_run WHERE job = ? AND due = ?";

    private static final String OPEN = "SELECT " + COLUMNS + " FROM job_run WHERE state = 'RUNNING' ORDER BY id";

    private static final String FIND = "SELECT " + COLUMNS + " FROM job_run WHERE id = ?";

    private static final String BEFORE = "SELECT " + COLUMNS + """
             FROM job_run WHERE id < ? AND (? IS NULL OR job = ?) AND (? IS NULL OR state = ?)
            ORDER BY id DESC LIMIT ?""";

    /** One of those who know the attempt gets it. */
    private static final String TAKE = """
            UPDATE job_run SET attempt = attempt + 1, fruitless = fruitless + 1
            WHERE id = ? AND attempt = ? AND state = 'RUNNING'""";

    private static final String TOUCH =
            "UPDATE job_run SET attempt = 0 WHERE id = ? AND attempt = 0 AND state = 'RUNNING' AND stopped_by IS NULL";

    private static final String PROGRESS = """
            UPDATE job_run SET checkpoint = ?, processed = ?, batches = ?, fruitless = 0
            WHERE id = ? AND attempt = ? AND state = 'RUNNING'""";

    private static final String FINISH = """
            UPDATE job_run SET state = ?, processed = ?, batches = ?, detail = ?, finished_at = ?
            WHERE id = ? AND attempt = ? AND state = 'RUNNING'""";

    private static final String STOP =
            "UPDATE job_run SET stopped_by = ? WHERE id = ? AND state = 'RUNNING' AND stopped_by IS NULL";

    private static final String STOPPED_BY = "SELECT stopped_by FROM job_run WHERE id = ?";

    private static final String LAST_DONE =
            "SELECT job, MAX(finished_at) AS finished_at FROM job_run WHERE state = 'DONE' GROUP BY job";

    private JobSql() {}

    /** Enters a run that is due; false if it has been entered before. */
    static boolean enterDue(Connection connection, long id, String job, String due, Instant now) throws SQLException {
        if (Sql.first(connection, IS_ENTERED, row -> true, job, due).isPresent()) {
            return false;
        }
        try {
            Sql.update(connection, INSERT, id, job, due, null, now);
            return true;
        } catch (SQLIntegrityConstraintViolationException e) {
            return false; // another pod, just now
        }
    }

    static void enter(Connection connection, long id, String job, String by, Instant now) throws SQLException {
        Sql.update(connection, INSERT, id, job, null, by, now);
    }

    /**
     * Whether nobody has begun this run; if so, nobody does before the caller's transaction has ended, so that it sees
     * what that has done.
     */
    static boolean isUntouched(Connection connection, long id) throws SQLException {
        return Sql.update(connection, TOUCH, id) == 1;
    }

    static List<JobRun> open(Connection connection) throws SQLException {
        return Sql.list(connection, OPEN, JobSql::read);
    }

    static Optional<JobRun> find(Connection connection, long id) throws SQLException {
        return Sql.first(connection, FIND, JobSql::read, id);
    }

    static List<JobRun> before(Connection connection, long id, @Nullable String job, @Nullable State state, int limit)
            throws SQLException {
        return Sql.list(connection, BEFORE, JobSql::read, Arrays.asList(id, job, job, state, state, limit));
    }

    static boolean take(Connection connection, JobRun run) throws SQLException {
        return Sql.update(connection, TAKE, run.id(), run.attempt()) == 1;
    }

    /** Whether the run is still this attempt's. */
    static boolean progress(Connection connection, JobRun run) throws SQLException {
        return Sql.update(
                        connection, PROGRESS, run.checkpoint(), run.processed(), run.batches(), run.id(), run.attempt())
                == 1;
    }

    static boolean finish(Connection connection, JobRun run, State how, @Nullable String detail, Instant now)
            throws SQLException {
        return Sql.update(connection, FINISH, how, run.processed(), run.batches(), detail, now, run.id(), run.attempt())
                == 1;
    }

    static boolean stop(Connection connection, long id, String by) throws SQLException {
        return Sql.update(connection, STOP, by, id) == 1;
    }

    static Optional<String> stoppedBy(Connection connection, long id) throws SQLException {
        return Sql.list(connection, STOPPED_BY, row -> Optional.ofNullable(row.getString(1)), id).stream()
                .findFirst()
                .flatMap(by -> by);
    }

    /** By job, when a run of it ended well for the last time. */
    static Map<String, Instant> lastDone(Connection connection) throws SQLException {
        Map<String, Instant> last = new HashMap<>();
        Sql.list(connection, LAST_DONE, row -> last.put(row.getString("job"), Sql.someInstant(row, "finished_at")));
        return last;
    }

    private static JobRun read(ResultSet row) throws SQLException {
        return new JobRun(
                row.getLong("id"),
                row.getString("job"),
                row.getString("due"),
                State.valueOf(row.getString("state")),
                row.getString("started_by"),
                row.getString("stopped_by"),
                row.getInt("attempt"),
                row.getInt("fruitless"),
                row.getString("checkpoint"),
                row.getLong("processed"),
                row.getLong("batches"),
                row.getString("detail"),
                Sql.someInstant(row, "started_at"),
                Sql.instant(row, "finished_at"));
    }
}
