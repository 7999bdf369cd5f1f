package io.jifen.ledger;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The figures of an account as of a day: lots past their day count as expired, whether or not their EXPIRE entry is
 * written yet.
 *
 * @param soonest the earliest points that will expire within the days asked for; null: none will
 */
public record AccountFigures(
        long accountId,
        long available,
        long frozen,
        long pending,
        long arrears,
        long totalEarned,
        long totalConsumed,
        long totalExpired,
        String levelCode,
        long levelBasis,
        @Nullable LocalDate levelUntil,
        long version,
        @Nullable Expiring soonest) {

    /** Points and the last day on which they can be used. */
    public record Expiring(LocalDate lastDay, long points) {}
}
