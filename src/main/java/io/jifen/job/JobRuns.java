package io.jifen.job;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/** The room's door: asks for runs. */
@Singleton
public class JobRuns {

    private final DataSource database;
    private final JobRunner runner;
    private final Audit audit;
    private final Ids ids;
    private final Time time;

    JobRuns(DataSource database, JobRunner runner, Audit audit, Ids ids, Time time) {
        this.database = database;
        this.runner = runner;
        this.audit = audit;
        this.ids = ids;
        this.time = time;
    }

    /**
     * Has the job run soon, by day as well: at once on a pod that runs jobs, else within seconds on one that does. Where
     * it is running, it runs again afterwards.
     *
     * @param by who wants it, which the audit trail has also where somebody wanted the same before
     * @return the id of the run
     */
    long request(String job, String by) throws SQLException {
        long id = Sql.transaction(database, connection -> {
            long run = enter(connection, job, by);
            Act act = audit.act(by, "START", "JOB_RUN", Long.toString(run));
            audit.record(connection, act.to(Map.of("job", job)));
            return run;
        });
        wake();
        return id;
    }

    /** The same as part of the caller's transaction and trail; to be followed by {@link #wake} after its commit. */
    public long enter(Connection transaction, String job, String by) throws SQLException {
        if (!runner.has(job)) {
            throw new IllegalArgumentException("no job has the name " + job);
        }
        // One that nobody has begun yet will do all that this one would.
        for (JobRun run : JobSql.open(transaction)) {
            if (run.job().equals(job) && run.due() == null && JobSql.isUntouched(transaction, run.id())) {
                return run.id();
            }
        }
        long id = ids.next();
        JobSql.enter(transaction, id, job, by, time.now());
        return id;
    }

    /** Without it the run begins some seconds later. */
    public void wake() {
        runner.look();
    }
}
