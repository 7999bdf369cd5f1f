package io.jifen.job;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jboss.logging.Logger;

/** A lock that is renewed as long as it is not closed: batches may take longer than it is given for. */
final class KeptLock implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(KeptLock.class);

    private final Duration term;
    private final CountDownLatch closed = new CountDownLatch(1);
    private SimpleLock lock;
    private volatile boolean lost;

    private KeptLock(SimpleLock lock, Duration term) {
        this.lock = lock;
        this.term = term;
    }

    /** Empty if another pod has it. */
    static Optional<KeptLock> take(LockProvider locks, String name, Duration term) {
        return locks.lock(new LockConfiguration(ClockProvider.now(), name, term, Duration.ZERO))
                .map(lock -> {
                    KeptLock kept = new KeptLock(lock, term);
                    Thread.ofPlatform().daemon().name("jifen-lock-" + name).start(kept::keep);
                    return kept;
                });
    }

    /** Another pod may have it by now. */
    boolean isLost() {
        return lost;
    }

    private void keep() {
        try {
            while (!lost && !closed.await(term.toMillis() / 4, TimeUnit.MILLISECONDS)) {
                try {
                    extend();
                } catch (RuntimeException e) {
                    // The database is away, say: three more times until it would be lost.
                    LOG.warnf("a job's lock could not be renewed: %s", e.toString());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void extend() {
        if (closed.getCount() > 0) {
            lock.extend(term, Duration.ZERO).ifPresentOrElse(longer -> lock = longer, () -> lost = true);
        }
    }

    @Override
    public synchronized void close() {
        closed.countDown();
        if (!lost) {
            lock.unlock();
        }
    }
}
