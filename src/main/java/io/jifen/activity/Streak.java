package io.jifen.activity;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Days in a row with a sign-in (连续签到). Pure; the days are the program's.
 *
 * @param days 1 or more, up to and including the last day
 */
record Streak(LocalDate lastDay, int days) {

    Streak {
        if (days < 1) {
            throw new IllegalArgumentException("a streak has at least its last day");
        }
    }

    /** The streak after a sign-in on this day. {@code before}: that of the last sign-in before it; null: the first one. */
    static Streak after(@Nullable Streak before, LocalDate day) {
        return before != null && before.lastDay.plusDays(1).equals(day)
                ? new Streak(day, before.days + 1)
                : new Streak(day, 1);
    }

    /** What it is worth on a later day: it goes on through the day after its last one, and then is over. */
    int daysAsOf(LocalDate today) {
        return lastDay.isBefore(today.minusDays(1)) ? 0 : days;
    }
}
