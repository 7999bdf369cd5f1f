package io.jifen.event;

import io.jifen.ledger.Requests;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/** Writes down what became of a job's rows: what their keys' outcomes say. */
@Singleton
class GrantJobSettling {

    /** Dead rows that are looked at again at once: more of them are no accident of single rows. */
    private static final int DEAD_MAX = 10_000;

    private final DataSource database;
    private final Requests requests;
    private final GrantJobConfig config;
    private final Time time;

    GrantJobSettling(DataSource database, Requests requests, GrantJobConfig config, Time time) {
        this.database = database;
        this.requests = requests;
        this.config = config;
        this.time = time;
    }

    /** Goes on behind the last row whose outcome is known, up to the first that has none yet; false: it is that one. */
    boolean settle(GrantJob job) throws SQLException {
        List<GrantJob.Row> rows;
        try (Connection connection = database.getConnection()) {
            rows = GrantJobSql.rows(connection, job.id(), job.settled(), config.chunk());
        }
        Map<String, Requests.Outcome> outcomes = outcomes(job, rows);
        List<GrantJob.Row> settled = new ArrayList<>();
        int mark = job.settled();
        for (GrantJob.Row row : rows) {
            if (row.status() != GrantJob.RowStatus.REJECTED) {
                Requests.Outcome outcome = outcomes.get(GrantJob.traceId(job.id(), row.number()));
                if (outcome == null) {
                    break;
                }
                settled.add(row.settled(status(outcome), outcome.code(), outcome.transactionNo()));
            }
            mark = row.number();
        }
        try (Connection connection = database.getConnection()) {
            GrantJobSql.settleRows(connection, job.id(), settled);
            if (mark > job.settled()) {
                GrantJobSql.settled(
                        connection,
                        job,
                        mark,
                        count(settled, GrantJob.RowStatus.POSTED),
                        count(settled, GrantJob.RowStatus.REFUSED),
                        count(settled, GrantJob.RowStatus.DEAD));
            }
            GrantJobSql.done(connection, job.id(), time.now());
        }
        return mark > job.settled();
    }

    /** Looks at dead rows again, whose messages may have been replayed; true: some are not dead any more. */
    boolean settleDead(GrantJob job) throws SQLException {
        boolean changed = false;
        int last = 0;
        for (int looked = 0; looked < DEAD_MAX; looked += config.chunk()) {
            List<GrantJob.Row> rows;
            try (Connection connection = database.getConnection()) {
                rows = GrantJobSql.deadRows(connection, job.id(), last, config.chunk());
            }
            Map<String, Requests.Outcome> outcomes = outcomes(job, rows);
            changed |= settleDead(job, last, outcomes);
            if (rows.size() < config.chunk()) {
                return changed;
            }
            last = rows.getLast().number();
        }
        return changed;
    }

    /** The job is locked and the rows are read again, so that of two who look at once one counts them. */
    private boolean settleDead(GrantJob job, int after, Map<String, Requests.Outcome> outcomes) throws SQLException {
        if (outcomes.values().stream().allMatch(outcome -> outcome.status() == Requests.Status.DEAD)) {
            return false;
        }
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                GrantJobSql.lock(connection, Set.of(job.id()));
                List<GrantJob.Row> settled = new ArrayList<>();
                for (GrantJob.Row row : GrantJobSql.deadRows(connection, job.id(), after, config.chunk())) {
                    Requests.Outcome outcome = outcomes.get(GrantJob.traceId(job.id(), row.number()));
                    if (outcome != null && outcome.status() != Requests.Status.DEAD) {
                        settled.add(row.settled(status(outcome), outcome.code(), outcome.transactionNo()));
                    }
                }
                GrantJobSql.settleRows(connection, job.id(), settled);
                GrantJobSql.countAgain(
                        connection,
                        job.id(),
                        count(settled, GrantJob.RowStatus.POSTED),
                        count(settled, GrantJob.RowStatus.REFUSED));
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
        return true;
    }

    private Map<String, Requests.Outcome> outcomes(GrantJob job, List<GrantJob.Row> rows) {
        return requests.findAll(rows.stream()
                .filter(row -> row.status() != GrantJob.RowStatus.REJECTED)
                .map(row -> Intake.key(GrantJob.traceId(job.id(), row.number())))
                .toList());
    }

    private static int count(List<GrantJob.Row> rows, GrantJob.RowStatus status) {
        return (int) rows.stream().filter(row -> row.status() == status).count();
    }

    private static GrantJob.RowStatus status(Requests.Outcome outcome) {
        return switch (outcome.status()) {
            case POSTED -> GrantJob.RowStatus.POSTED;
            case REFUSED -> GrantJob.RowStatus.REFUSED;
            case DEAD -> GrantJob.RowStatus.DEAD;
        };
    }
}
