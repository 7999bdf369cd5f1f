package io.jifen.fake;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
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

    /** Far enough for any rule; tables have a partition for each month on the way. */
    private static final Period MOST = Period.ofYears(20);

    /**
     * Forward by what is written as ISO 8601 writes a period or a duration ({@code P31D}, {@code P1M}, {@code PT1H}).
     *
     * @throws IllegalArgumentException when it is neither, or backward, or in all more than 20 years
     */
    public synchronized void forward(String text) {
        Instant now = instant();
        Instant there;
        try {
            // A period has only days and longer, a duration only days and shorter; hours are behind a T.
            TemporalAmount amount = text.contains("T") ? Duration.parse(text) : Period.parse(text);
            there = now.atZone(ZoneOffset.UTC).plus(amount).toInstant();
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("no period or duration of ISO 8601, such as P31D or PT1H", e);
        }
        if (there.isBefore(now)) {
            throw new IllegalArgumentException("the clock goes forward only, or back to real time by reset");
        }
        if (there.isAfter(system.instant().atZone(ZoneOffset.UTC).plus(MOST).toInstant())) {
            throw new IllegalArgumentException("the clock goes no further than 20 years");
        }
        offset = offset.plus(Duration.between(now, there));
    }

    /** Forward by a duration or a period, back by a negative one. */
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
