package io.jifen.outbox;

import java.time.Duration;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jspecify.annotations.Nullable;

/**
 * Leads one of many, for as long as it says so often enough; one thread's. It measures with the machine's own clocks: a
 * lease has to run out in a test that moves the service's clock as it does elsewhere.
 */
final class Lease {

    private final LockProvider locks;
    private final String name;
    private final Duration term;

    private @Nullable SimpleLock lock;
    private long endsNanos;
    private long nextStepNanos = System.nanoTime();

    Lease(LockProvider locks, String name, Duration term) {
        this.locks = locks;
        this.name = name;
        this.term = term;
    }

    /** Whether the caller leads now; asks the database a few times a term. */
    boolean hold() {
        long now = System.nanoTime();
        if (now - nextStepNanos >= 0) {
            // Set before asking: where asking fails, it is asked again at the same pace.
            nextStepNanos = now + (lock == null ? term.toNanos() / 10 : term.toNanos() / 4);
            SimpleLock held = lock;
            lock = held == null ? take() : held.extend(term, Duration.ZERO).orElse(null);
            endsNanos = now + term.toNanos();
        }
        return lock != null && now - endsNanos < 0;
    }

    private @Nullable SimpleLock take() {
        return locks.lock(new LockConfiguration(ClockProvider.now(), name, term, Duration.ZERO))
                .orElse(null);
    }

    /** Lets the next one lead at once. */
    void release() {
        SimpleLock held = lock;
        lock = null;
        if (held != null) {
            held.unlock();
        }
    }
}
