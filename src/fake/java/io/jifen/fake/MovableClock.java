package io.jifen.fake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAmount;

/**
 * The system's time plus an offset: it goes on ticking after it was moved, so that what is ordered by time stays
 * ordered. Moves add up. Safe for use by several threads.
 */
public class MovableClock extends Clock {

    private final Clock system = Clock.systemUTC();
    private volatile Duration offset = Duration.ZERO;

    /** Forward by a duration or a period ({@code P31D}, {@code P1M}, {@code PT1H}), back by a negative one. */
    public synchronized void plus(TemporalAmount amount) {
        Instant now = instant();
        offset = offset.plus(
                Duration.between(now, now.atZone(ZoneOffset.UTC).plus(amount).toInstant()));
    }

    /** To this instant, from where it goes on ticking. */
    public synchronized void moveTo(Instant instant) {
        offset = Duration.between(system.instant(), instant);
    }

    /** Back to the system's time. */
    public synchronized void reset() {
        offset = Duration.ZERO;
    }

    public Duration offset() {
        return offset;
    }

    @Override
    public Instant instant() {
        return system.instant().plus(offset);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** This clock's time in another zone; it moves when this clock is moved. */
    @Override
    public Clock withZone(ZoneId zone) {
        MovableClock here = this;
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return zone;
            }

            @Override
            public Clock withZone(ZoneId other) {
                return here.withZone(other);
            }

            @Override
            public Instant instant() {
                return here.instant();
            }
        };
    }
}
