package io.jifen.rule;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a user did that may earn points.
 *
 * @param amount of money it was about, at most 16 digits before and 2 after the point, not negative
 * @param points given by the caller instead of computed, 1 to 10^12; only for rules that take them
 * @param occurredAt null: now
 * @param rule the one rule that decides it, by its code; where no rule has this code, the one that is called as the
 *     bizType. Null: all rules of the bizType
 */
public record Deed(
        String bizType,
        @Nullable String bizNo,
        @Nullable BigDecimal amount,
        @Nullable Long points,
        @Nullable Instant occurredAt,
        @Nullable String reason,
        @Nullable String rule) {

    /** A deed that all rules of its bizType decide. */
    public Deed(
            String bizType,
            @Nullable String bizNo,
            @Nullable BigDecimal amount,
            @Nullable Long points,
            @Nullable Instant occurredAt,
            @Nullable String reason) {
        this(bizType, bizNo, amount, points, occurredAt, reason, null);
    }
}
