package io.jifen.event;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion;
import io.jifen.ledger.Key;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.risk.Approvable;
import io.jifen.risk.Approvals;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Starts jobs that are uploaded, or has them wait for an approval. It is a posting that changes no points, on the account
 * of the first row: so a job shares its keys, their replays and their transactions with everything else, and starts
 * once.
 */
@Singleton
class GrantJobs implements Companion, Approvable {

    private static final String KIND = "GRANT_JOB";

    /** Which job, as its approval keeps it. */
    @RegisterForReflection
    record Which(String jobId) {}

    /** To start a job. {@code question}: asks for its approval first; null: it needs none, or has it. */
    private record Start(long jobId, @Nullable Posting question) {

        static Start of(Posting posting) {
            if (posting.subject() instanceof Start start) {
                return start;
            }
            throw new IllegalArgumentException("a posting that starts a job needs the job");
        }
    }

    private record Started(GrantJob.Status status, @Nullable Long approvalId) {}

    private final Approvals approvals;
    private final Json json;
    private final GrantJobConfig config;
    private final DataSource database;

    GrantJobs(Approvals approvals, Json json, GrantJobConfig config, DataSource database) {
        this.approvals = approvals;
        this.database = database;
        this.json = json;
        this.config = config;
    }

    /** The posting that starts an uploaded job, or asks for its approval; its body is the {@link GrantJobView}. */
    Posting start(
            GrantUpload upload, String userId, long jobId, Key key, byte[] contentHash, String operator, Instant now) {
        Target.User target = new Target.User(userId, true);
        boolean ask = upload.points > config.approvalThreshold() || approvals.areNeededFor(upload.largest);
        Posting question = ask
                ? approvals.ask(
                        KIND,
                        key,
                        contentHash,
                        target,
                        upload.points,
                        "grants in bulk: " + (upload.rows - upload.rejected) + " rows",
                        operator,
                        json.text(new Which(Long.toString(jobId))))
                : null;
        GrantJobView view =
                GrantJobView.accepted(jobId, upload, question == null ? null : approvals.idOf(question), operator, now);
        return Posting.decidedBy(this, new Start(jobId, question), key, contentHash, target)
                .by(operator)
                .answering(result -> view);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean concerns(String userId, Asked asked) throws SQLException {
        Which which = asked.request(json, Which.class);
        try (Connection connection = database.getConnection()) {
            return userId.equals(asked.userId())
                    || GrantJobSql.isRow(connection, Long.parseLong(which.jobId()), userId);
        }
    }

    /** Starts the job that was approved. */
    @Override
    public Posting posting(Asked asked) {
        Which which = asked.request(json, Which.class);
        return Posting.decidedBy(
                        this,
                        new Start(Long.parseLong(which.jobId()), null),
                        asked.key(),
                        asked.contentHash(),
                        new Target.User(asked.userId(), true))
                .by(asked.requestedBy())
                .answering(result -> result);
    }

    // ---- as a companion ----

    @Override
    public int lockOrder() {
        return 10;
    }

    @Override
    public Optional<Posting> question(Posting posting) {
        return Optional.ofNullable(Start.of(posting).question());
    }

    @Override
    public Facts read(
            Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now)
            throws SQLException {
        TreeSet<Long> ids = new TreeSet<>();
        postings.forEach(posting -> ids.add(Start.of(posting).jobId()));
        return new Starts(GrantJobSql.lock(connection, ids));
    }

    private final class Starts implements Facts {
        private final Map<Long, GrantJob> jobs;
        private final TreeMap<Long, Started> started = new TreeMap<>();

        Starts(Map<Long, GrantJob> jobs) {
            this.jobs = jobs;
        }

        @Override
        public Plan decide(Posting posting, Given given) {
            Start start = Start.of(posting);
            GrantJob job = jobs.get(start.jobId());
            if (job == null || started.containsKey(job.id()) || !job.canStart()) {
                return new Plan.Refuse(Problem.of(
                                ProblemCode.ILLEGAL_STATE,
                                "The upload took too long and was removed, or has been started before.")
                        .with("state", job == null ? null : job.status().name()));
            }
            if (start.question() == null) {
                return new Plan.Go(
                        new Operation.None(),
                        result -> started.put(start.jobId(), new Started(GrantJob.Status.RUNNING, job.approvalId())));
            }
            long approvalId = approvals.idOf(start.question());
            return switch (given.ask().apply(start.question())) {
                case Plan.Refuse refused -> refused;
                case Plan.Go asked ->
                    new Plan.Go(asked.operation(), result -> {
                        asked.accepted().accept(result);
                        started.put(start.jobId(), new Started(GrantJob.Status.WAITING, approvalId));
                    });
            };
        }

        @Override
        public void write(Connection connection) throws SQLException {
            for (Map.Entry<Long, Started> one : started.entrySet()) {
                GrantJobSql.move(
                        connection,
                        one.getKey(),
                        one.getValue().status(),
                        one.getValue().approvalId());
            }
        }
    }
}
