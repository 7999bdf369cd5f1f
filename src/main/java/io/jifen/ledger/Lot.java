package io.jifen.ledger;

import java.time.LocalDate;

/**
 * Points of one account that expire on the same day (批次).
 *
 * @param expiresOn the last day of use; {@link #NEVER} for points that don't expire
 * @param granted points ever put in, by grants, transfers in, reinstatements and grace
 * @param remaining points left, 0 to {@code granted}
 */
public record Lot(LocalDate expiresOn, long granted, long remaining) {

    /** Inside: the far day of what never expires. Outside: null. */
    public static final LocalDate NEVER = LocalDate.of(9999, 12, 31);

    boolean isPast(LocalDate today) {
        return expiresOn.isBefore(today);
    }

    Lot plus(long grantedMore, long remainingMore) {
        return new Lot(expiresOn, Math.addExact(granted, grantedMore), Math.addExact(remaining, remainingMore));
    }
}
