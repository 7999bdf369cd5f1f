package io.jifen.lottery;

import java.time.LocalDate;

/** How often a user has drawn: on the last day they did, and in all. */
record Usage(LocalDate day, int timesOfDay, int times) {

    static final Usage NONE = new Usage(LocalDate.MIN, 0, 0);

    int timesOn(LocalDate today) {
        return day.equals(today) ? timesOfDay : 0;
    }

    Usage oneMore(LocalDate today) {
        return new Usage(today, timesOn(today) + 1, times + 1);
    }
}
