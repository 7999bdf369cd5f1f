package io.jifen.rule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * The moment by whose rules a deed is decided, and the program's day it is in.
 *
 * @param late the deed was told after the late window, so the moment is that of its telling
 */
record Moment(Instant at, LocalDate day, ZoneId zone, boolean late) {

    /** When it occurred; now, if that is longer ago than the late window or, by a clock ahead of ours, still to come. */
    static Moment of(@Nullable Instant occurredAt, Instant now, Duration lateWindow, ZoneId zone) {
        boolean late = occurredAt != null && occurredAt.isBefore(now.minus(lateWindow));
        Instant at = occurredAt == null || late || occurredAt.isAfter(now) ? now : occurredAt;
        return new Moment(at, LocalDate.ofInstant(at, zone), zone, late);
    }
}
