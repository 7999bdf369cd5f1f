package io.jifen.balance;

import io.jifen.ledger.Lot;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * An account's balance at one version.
 *
 * @param nextExpiry from this moment on it may be wrong, since points have expired; null: it holds until the next entry
 */
record KnownBalance(
        String userId,
        long available,
        long frozen,
        long version,
        String level,
        @Nullable Instant nextExpiry) {

    boolean holdsAt(Instant now) {
        return nextExpiry == null || now.isBefore(nextExpiry);
    }

    boolean isNewerThan(KnownBalance other) {
        return version != other.version
                ? version > other.version
                : other.nextExpiry != null && (nextExpiry == null || nextExpiry.isAfter(other.nextExpiry));
    }

    /** The end of the last day of use; null for points that never expire. */
    static @Nullable Instant expiry(@Nullable LocalDate lastDay, ZoneId zone) {
        return lastDay == null || lastDay.equals(Lot.NEVER)
                ? null
                : lastDay.plusDays(1).atStartOfDay(zone).toInstant();
    }
}
