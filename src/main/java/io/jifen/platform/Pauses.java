package io.jifen.platform;

import java.time.Duration;

/**
 * How long to wait before trying again: about twice as long each time, and never exactly as long as others wait, so that
 * those who failed together don't come back together.
 *
 * @param first the shortest pause
 * @param max the longest, from a few tries on
 */
public record Pauses(Duration first, Duration max) {

    /** More doublings would not fit a long, and are beyond any limit. */
    private static final int DOUBLINGS_MAX = 20;

    /**
     * The pause after so many tries, from {@code first} to {@code max}.
     *
     * @param random from 0 to 1
     */
    public Duration after(int tries, double random) {
        long longest = Math.min(max.toMillis(), first.toMillis() << Math.clamp(tries, 0, DOUBLINGS_MAX));
        return Duration.ofMillis(Math.max(first.toMillis(), (long) (longest * (1 + random) / 2)));
    }
}
