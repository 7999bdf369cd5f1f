package io.jifen.job;

import java.time.Duration;

/**
 * How a job makes room for others.
 *
 * @param slow a batch that took longer is followed by a pause
 * @param pauseMax no pause is longer
 */
record Pace(Duration slow, Duration pauseMax) {

    /**
     * As long as a slow batch took, so that half of the time is left to others; or longer, if the job asks for that.
     */
    Duration pauseAfter(Duration took, Duration asked) {
        Duration own = took.compareTo(slow) <= 0 ? Duration.ZERO : took;
        return shorter(own.compareTo(asked) > 0 ? own : asked);
    }

    /** Before a batch is tried again: 1 s, 2 s, 4 s, … */
    Duration pauseBefore(int attempt) {
        return shorter(Duration.ofSeconds(1L << Math.min(attempt - 1, 20)));
    }

    private Duration shorter(Duration pause) {
        return pause.compareTo(pauseMax) < 0 ? pause : pauseMax;
    }
}
