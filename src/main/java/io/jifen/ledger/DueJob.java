package io.jifen.ledger;

import io.jifen.platform.PodRoles;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jboss.logging.Logger;

/**
 * Settles what has come due: holds that ran out, pending points that become active. An account that is used settles its
 * own holds before anything else; this is for the others. One pod at a time; a second one would do no harm.
 */
@Singleton
class DueJob {

    private static final Logger LOG = Logger.getLogger(DueJob.class);
    private static final String NAME = "due";
    private static final Duration LOCK_AT_MOST = Duration.ofMinutes(5);
    /** A batch that took longer is followed by a pause. */
    private static final Duration SLOW = Duration.ofSeconds(2);

    /** Accounts of one transaction: few enough that no posting waits long for one of them. */
    private static final int BATCH = 200;

    private static final String OVERDUE_HOLDS =
            "SELECT DISTINCT account_id FROM hold WHERE status = 'OPEN' AND expires_at <= ? LIMIT ?";

    private static final String DUE_PENDING_GRANTS =
            "SELECT DISTINCT account_id FROM pending_grant WHERE activates_at <= ? LIMIT ?";

    private final Ledger ledger;
    private final DataSource database;
    private final PodRoles roles;
    private final LockProvider locks;
    private final Time time;

    DueJob(Ledger ledger, DataSource database, PodRoles roles, LockProvider locks, Time time) {
        this.ledger = ledger;
        this.database = database;
        this.roles = roles;
        this.locks = locks;
        this.time = time;
    }

    /** Often, as a hold's points are promised back within 10 s of its end. */
    @Scheduled(every = "${jifen.due.every:3s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        try {
            locks.lock(new LockConfiguration(ClockProvider.now(), NAME, LOCK_AT_MOST, Duration.ZERO))
                    .ifPresent(this::run);
        } catch (RuntimeException e) {
            // The database is away, say: the next run, in seconds, finds the same work.
            LOG.warnf("what is due could not be settled this time: %s", e.toString());
        }
    }

    private void run(SimpleLock lock) {
        try {
            // Well before another pod may take the lock; what is left then is found by the next run.
            long end = System.nanoTime() + LOCK_AT_MOST.dividedBy(2).toNanos();
            settle(OVERDUE_HOLDS, new Operation.Settle(), end);
            settle(DUE_PENDING_GRANTS, new Operation.Activate(), end);
        } finally {
            lock.unlock();
        }
    }

    private void settle(String due, Operation operation, long end) {
        List<Long> before = List.of();
        List<Long> accounts = accounts(due);
        // What stays due after it was posted is damaged, and said so by the ledger: no reason to try for ever.
        while (!accounts.isEmpty() && !accounts.equals(before) && System.nanoTime() - end < 0) {
            long start = System.nanoTime();
            ledger.post(accounts.stream()
                    .map(id -> Posting.keyless(new Target.Account(id), operation))
                    .toList());
            long took = System.nanoTime() - start;
            if (took > SLOW.toNanos()) {
                LockSupport.parkNanos(took); // the database is busy: half of its time is left to callers
            }
            before = accounts;
            accounts = accounts(due);
        }
    }

    private List<Long> accounts(String due) {
        return Reading.ask(database, connection -> Sql.list(connection, due, row -> row.getLong(1), time.now(), BATCH));
    }
}
