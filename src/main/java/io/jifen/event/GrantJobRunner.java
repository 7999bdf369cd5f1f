package io.jifen.event;

import io.jifen.ledger.Requests;
import io.jifen.platform.Json;
import io.jifen.platform.PodRoles;
import io.jifen.platform.Time;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jboss.logging.Logger;

/**
 * Sends the rows of running jobs as events, and writes down what becomes of them. How far it is, the job's row says, a
 * little late: whoever takes over sends some rows again, under the same keys, and the ledger knows them. One pod at a
 * time; a second one would do no harm.
 */
@Singleton
class GrantJobRunner {

    private static final Logger LOG = Logger.getLogger(GrantJobRunner.class);
    private static final String NAME = "grant-jobs";

    /** So long a job waits when the pod that runs it dies; many times what a step takes. */
    private static final Duration LOCK_AT_MOST = Duration.ofSeconds(30);

    /** How long what was sent is on its way, when nothing else is: a poll of the consumer and a commit. */
    private static final Duration ON_ITS_WAY = Duration.ofMillis(20);

    /** Jobs that run beside each other: a long one must not keep a short one waiting for minutes. */
    private static final int JOBS_MAX = 10;

    private final DataSource database;
    private final EventPublisher publisher;
    private final Requests requests;
    private final GrantJobConfig config;
    private final PodRoles roles;
    private final LockProvider locks;
    private final Json json;
    private final Time time;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean waiting;

    GrantJobRunner(
            DataSource database,
            EventPublisher publisher,
            Requests requests,
            GrantJobConfig config,
            PodRoles roles,
            LockProvider locks,
            Json json,
            Time time) {
        this.database = database;
        this.publisher = publisher;
        this.requests = requests;
        this.config = config;
        this.roles = roles;
        this.locks = locks;
        this.json = json;
        this.time = time;
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    @Scheduled(every = "${jifen.grant-jobs-every:1s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        try {
            locks.lock(new LockConfiguration(ClockProvider.now(), NAME, LOCK_AT_MOST, Duration.ZERO))
                    .ifPresent(this::run);
            waiting = false;
        } catch (RuntimeException e) {
            if (!waiting) {
                LOG.warnf("grants in bulk wait, and go on as soon as they can: %s", e.toString());
            }
            waiting = true;
        }
    }

    private void run(SimpleLock lock) {
        try {
            // Well before another pod may take the lock; what is left then is found by the next run.
            long end = System.nanoTime() + LOCK_AT_MOST.dividedBy(2).toNanos();
            removeGivenUp();
            while (step() && System.nanoTime() - end < 0) {
                if (stopping.await(0, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Takes each running job a chunk further; false: there is none. */
    boolean step() throws SQLException, InterruptedException {
        List<GrantJob> jobs;
        try (Connection connection = database.getConnection()) {
            jobs = GrantJobSql.running(connection, JOBS_MAX);
        }
        boolean moved = false;
        for (GrantJob job : jobs) {
            moved |= send(job);
            moved |= settle(job);
        }
        if (!jobs.isEmpty() && !moved && stopping.await(ON_ITS_WAY.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        return !jobs.isEmpty();
    }

    private boolean send(GrantJob job) throws SQLException {
        if (job.sent() == job.lastRow() || job.sent() - job.settled() >= config.inFlightMax()) {
            return false;
        }
        List<GrantJob.Row> rows = rows(job, job.sent());
        CompletableFuture<?>[] sent = rows.stream()
                .filter(row -> row.status() == GrantJob.RowStatus.WAITING)
                .map(row -> publisher.publish(event(row)).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(sent).join();
        try (Connection connection = database.getConnection()) {
            GrantJobSql.sent(connection, job.id(), rows.getLast().number());
        }
        return true;
    }

    private Event event(GrantJob.Row row) {
        return json.parse(String.valueOf(row.event()).getBytes(StandardCharsets.UTF_8), Event.class);
    }

    /** Writes down the outcomes of the next rows, up to the first that has none yet. */
    private boolean settle(GrantJob job) throws SQLException {
        List<GrantJob.Row> rows = rows(job, job.settled());
        Map<String, Requests.Outcome> outcomes = requests.findAll(rows.stream()
                .filter(row -> row.status() != GrantJob.RowStatus.REJECTED)
                .map(row -> Intake.key(GrantJob.traceId(job.id(), row.number())))
                .toList());
        List<GrantJob.Row> settled = new ArrayList<>();
        int mark = job.settled();
        int posted = 0;
        int refused = 0;
        int dead = 0;
        for (GrantJob.Row row : rows) {
            if (row.status() != GrantJob.RowStatus.REJECTED) {
                Requests.Outcome outcome = outcomes.get(GrantJob.traceId(job.id(), row.number()));
                if (outcome == null) {
                    break;
                }
                settled.add(row.settled(status(outcome), outcome.code(), outcome.transactionNo()));
                posted += outcome.status() == Requests.Status.POSTED ? 1 : 0;
                refused += outcome.status() == Requests.Status.REFUSED ? 1 : 0;
                dead += outcome.status() == Requests.Status.DEAD ? 1 : 0;
            }
            mark = row.number();
        }
        try (Connection connection = database.getConnection()) {
            GrantJobSql.settleRows(connection, job.id(), settled);
            if (mark > job.settled()) {
                GrantJobSql.settled(connection, job, mark, posted, refused, dead);
            }
            GrantJobSql.done(connection, job.id(), time.now());
        }
        return mark > job.settled();
    }

    private static GrantJob.RowStatus status(Requests.Outcome outcome) {
        return switch (outcome.status()) {
            case POSTED -> GrantJob.RowStatus.POSTED;
            case REFUSED -> GrantJob.RowStatus.REFUSED;
            case DEAD -> GrantJob.RowStatus.DEAD;
        };
    }

    private List<GrantJob.Row> rows(GrantJob job, int after) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return GrantJobSql.rows(connection, job.id(), after, config.chunk());
        }
    }

    private void removeGivenUp() throws SQLException {
        try (Connection connection = database.getConnection()) {
            for (GrantJob job : GrantJobSql.givenUp(connection, time.now().minus(config.uploadMax()), JOBS_MAX)) {
                remove(connection, job.id());
            }
        }
    }

    /** The job first: an upload that is still at it can't start it any more. */
    static void remove(Connection connection, long id) throws SQLException {
        GrantJobSql.delete(connection, id);
        while (GrantJobSql.deleteRows(connection, id, 5_000)) {
            // Some more: one DELETE of a million rows would hold its locks for as long as it takes.
        }
    }
}
