package io.jifen.ledger;

import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;

/**
 * How long points can be used.
 *
 * @param days after the day they are given on; 0: for ever
 * @param toMonthEnd the last day moves on to the end of its month
 */
public record Validity(int days, boolean toMonthEnd) {

    public Validity {
        if (days < 0) {
            throw new IllegalArgumentException("points can't be valid for " + days + " days");
        }
    }

    /** The last day of use of points given on this day; {@link Lot#NEVER} if they don't expire. */
    public LocalDate lastDay(LocalDate given) {
        if (days == 0) {
            return Lot.NEVER;
        }
        LocalDate last = given.plusDays(days);
        return toMonthEnd ? last.with(TemporalAdjusters.lastDayOfMonth()) : last;
    }
}
