package io.jifen.event;

import io.jifen.platform.Json;
import io.jifen.platform.PodRoles;
import io.jifen.platform.Time;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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

    /** How long what was sent is on its way, when nothing else is: a poll of the consumer and a commit. */
    private static final Duration ON_ITS_WAY = Duration.ofMillis(20);

    /** Jobs that run beside each other: a long one must not keep a short one waiting for minutes. */
    private static final int JOBS_MAX = 10;

    /** Between two attempts to wake a job that stands still. */
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** Where a job was, and since when; known to this pod alone, so whoever takes over waits anew. */
    private record Standstill(int settled, Instant since, Duration pause) {

        Standstill longer(Instant now) {
            Duration twice = pause.multipliedBy(2);
            return new Standstill(settled, now, twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE);
        }
    }

    private final DataSource database;
    private final EventPublisher publisher;
    private final GrantJobSettling settling;
    private final GrantJobCleaning cleaning;
    private final GrantJobConfig config;
    private final PodRoles roles;
    private final LockProvider locks;
    private final Json json;
    private final Time time;
    private final Map<Long, Standstill> standstills = new ConcurrentHashMap<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean waiting;

    GrantJobRunner(
            DataSource database,
            EventPublisher publisher,
            GrantJobSettling settling,
            GrantJobCleaning cleaning,
            GrantJobConfig config,
            PodRoles roles,
            LockProvider locks,
            Json json,
            Time time) {
        this.database = database;
        this.publisher = publisher;
        this.settling = settling;
        this.cleaning = cleaning;
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
            locks.lock(new LockConfiguration(ClockProvider.now(), NAME, config.lockAtMost(), Duration.ZERO))
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
            long end = System.nanoTime() + config.lockAtMost().dividedBy(2).toNanos();
            cleaning.run();
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
        standstills.keySet().retainAll(jobs.stream().map(GrantJob::id).toList());
        boolean moved = false;
        for (GrantJob job : jobs) {
            moved |= send(job);
            moved |= settling.settle(job);
            sendAgain(job);
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
        List<GrantJob.Row> rows;
        try (Connection connection = database.getConnection()) {
            rows = GrantJobSql.rows(connection, job.id(), job.sent(), config.chunk());
        }
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
        return json.parse(String.valueOf(row.event()), Event.class);
    }

    /** Where nothing has been applied for long, the broker may have lost what was sent; what it hasn't, does no harm. */
    private void sendAgain(GrantJob job) throws SQLException {
        Instant now = time.now();
        Standstill known = standstills.get(job.id());
        if (known == null || known.settled() != job.settled() || job.sent() == job.settled()) {
            standstills.put(job.id(), new Standstill(job.settled(), now, config.standstill()));
        } else if (!now.isBefore(known.since().plus(known.pause()))) {
            standstills.put(job.id(), known.longer(now));
            try (Connection connection = database.getConnection()) {
                if (GrantJobSql.sendAgain(connection, job)) {
                    LOG.warnf(
                            "grants in bulk: job %d stands still at row %d of %d sent; they are sent again",
                            job.id(), job.settled(), job.sent());
                }
            }
        }
    }
}
