package io.jifen.event;

import io.jifen.platform.Time;
import io.jifen.risk.Approvals;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Removes uploads that were given up, and the rows of jobs that will never be approved. First the job is marked, so that
 * nobody can start it any more, then its rows go, then the job is what it is in the end: wherever that ends too early,
 * the next run goes on.
 */
@Singleton
class GrantJobCleaning {

    /** Some more than what goes wrong between two runs. */
    private static final int UPLOADS_MAX = 10;

    /** More than ever wait for their approvals. */
    private static final int WAITING_MAX = 1_000;

    /** Of one statement: a million rows would hold their locks for as long as it takes. */
    private static final int ROWS_MAX = 5_000;

    private final DataSource database;
    private final Approvals approvals;
    private final GrantJobConfig config;
    private final Time time;

    GrantJobCleaning(DataSource database, Approvals approvals, GrantJobConfig config, Time time) {
        this.database = database;
        this.approvals = approvals;
        this.config = config;
        this.time = time;
    }

    /** Removes an upload that nobody will hear of; one that was started stays. */
    void remove(long jobId) throws SQLException {
        try (Connection connection = database.getConnection()) {
            if (GrantJobSql.giveUp(connection, jobId)) {
                removeMarked(connection, jobId);
            }
        }
    }

    void run() throws SQLException {
        List<Long> waiting;
        try (Connection connection = database.getConnection()) {
            for (long id : GrantJobSql.givenUp(connection, time.now().minus(config.uploadMax()), UPLOADS_MAX)) {
                GrantJobSql.giveUp(connection, id);
            }
            for (GrantJob job : GrantJobSql.ofStatus(connection, GrantJob.Status.REMOVED, UPLOADS_MAX)) {
                removeMarked(connection, job.id());
            }
            waiting = GrantJobSql.ofStatus(connection, GrantJob.Status.WAITING, WAITING_MAX).stream()
                    .map(GrantJob::approvalId)
                    .filter(Objects::nonNull)
                    .toList();
        }
        Map<Long, String> refusals = approvals.refusals(waiting);
        if (refusals.isEmpty()) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            for (GrantJob job : GrantJobSql.ofStatus(connection, GrantJob.Status.WAITING, WAITING_MAX)) {
                String refusal = job.approvalId() == null ? null : refusals.get(job.approvalId());
                if (refusal != null) {
                    GrantJobSql.finishWaiting(connection, job.id(), time.now());
                    removeRows(connection, job.id());
                    GrantJobSql.refused(connection, job.id(), refusal);
                }
            }
        }
    }

    private static void removeMarked(Connection connection, long id) throws SQLException {
        removeRows(connection, id);
        GrantJobSql.delete(connection, id);
    }

    private static void removeRows(Connection connection, long id) throws SQLException {
        while (GrantJobSql.deleteRows(connection, id, ROWS_MAX)) {
            // There may be more.
        }
    }
}
