package io.jifen.platform;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many requests a second each of many callers may make: a bucket for each that fills evenly (GCRA), in an array of
 * fixed size. Two callers whose names fall into one place share a bucket, which with so many places happens to few and
 * costs them only when both are busy; what it never does is to grow with those who call.
 */
final class TokenRate {

    private static final int PLACES = 1 << 16;

    private final AtomicLongArray emptyAt = new AtomicLongArray(PLACES);
    private final long nanosEach;
    private final long burstNanos;

    /**
     * @param perSecond at least 1
     * @param burstNanos so much of what was not used is saved
     */
    TokenRate(int perSecond, long burstNanos) {
        nanosEach = Math.max(1, 1_000_000_000L / perSecond);
        this.burstNanos = Math.max(burstNanos, nanosEach);
    }

    /**
     * Counts a request, if it may be made.
     *
     * @param now since any moment that stays the same, 0 or more
     * @return 0, or the nanoseconds until it may be made
     */
    long take(String caller, long now) {
        int place = (caller.hashCode() * 0x9E3779B1) >>> 16;
        while (true) {
            long before = emptyAt.get(place);
            long after = Math.max(before, now) + nanosEach;
            long wait = after - now - burstNanos;
            if (wait > 0) {
                return wait;
            }
            if (emptyAt.compareAndSet(place, before, after)) {
                return 0;
            }
        }
    }
}
