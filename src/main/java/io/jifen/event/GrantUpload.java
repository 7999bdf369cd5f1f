package io.jifen.event;

import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Stores the rows of one upload as they come, a chunk at a time, and adds up what is in them. */
final class GrantUpload implements GrantFile.Rows {

    /** Ends the upload: unlike a wrong row, of which the others know nothing. */
    static final class TooManyRowsException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyRowsException() {
            super("too many rows", null, false, false);
        }
    }

    /** Ends it too: it took so long that it was removed meanwhile. */
    static final class GivenUpException extends RuntimeException {
        private static final long serialVersionUID = 1;

        GivenUpException() {
            super("the upload was given up", null, false, false);
        }
    }

    private static final int DETAIL_MAX = 500;

    private final long jobId;
    private final DataSource database;
    private final Intake intake;
    private final Json json;
    private final GrantJobConfig config;
    private final List<GrantJob.Row> buffer = new ArrayList<>();

    int rows;
    int rejected;
    int lastRow;
    long points;
    long largest;

    @Nullable
    String firstUser;

    @Nullable
    Problem firstProblem;

    GrantUpload(long jobId, DataSource database, Intake intake, Json json, GrantJobConfig config) {
        this.jobId = jobId;
        this.database = database;
        this.intake = intake;
        this.json = json;
        this.config = config;
    }

    @Override
    public void accept(long row, Event said) {
        int number = Math.toIntExact(row);
        if (said.traceId() != null) {
            throw new ProblemException(
                    Problem.invalid("traceId", "does not belong here: the key is made of the job and the row"));
        }
        Event event = intake.check(said.withTraceId(GrantJob.traceId(jobId, number)));
        if (event.action() != null) {
            throw new ProblemException(Problem.invalid("action", "does not belong here: a grant adds"));
        }
        if (event.points() != null) {
            points = Math.addExact(points, event.points());
            largest = Math.max(largest, event.points());
        }
        firstUser = firstUser == null ? event.userId() : firstUser;
        add(GrantJob.Row.waiting(number, event.userId(), json.text(event)));
    }

    @Override
    public void reject(long row, Problem problem) {
        rejected++;
        firstProblem = firstProblem == null ? problem : firstProblem;
        String detail = problem.detail();
        add(GrantJob.Row.rejected(
                Math.toIntExact(row),
                problem.code(),
                detail.length() > DETAIL_MAX ? detail.substring(0, DETAIL_MAX) : detail));
    }

    private void add(GrantJob.Row row) {
        if (rows == config.rowsMax()) {
            throw new TooManyRowsException();
        }
        rows++;
        lastRow = row.number();
        buffer.add(row);
        if (buffer.size() == config.chunk()) {
            flush();
        }
    }

    private void flush() {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                if (!GrantJobSql.lockUpload(connection, jobId)) {
                    throw new GivenUpException();
                }
                GrantJobSql.insertRows(connection, jobId, buffer);
                GrantJobSql.uploaded(connection, jobId, rows, rejected, points, lastRow);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the rows can't be stored now", e);
        }
        buffer.clear();
    }

    void finish() {
        flush();
    }
}
