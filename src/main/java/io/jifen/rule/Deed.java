package io.jifen.rule;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user did that may earn points.
 *
 * @param amount of money it was about, at most 16 digits before and 2 after the point, not negative
 * @param points given by the caller instead of computed, 1 to 10^12; only for rules that take them
 * @param occurredAt null: now
 * @param attributes what else conditions may look at, as JSON has it
 * @param rule the one rule of the bizType that decides it, by its code; where there is none of this code, the one that
 *     is called as the bizType. Null: all rules of the bizType
 */
public record Deed(
        String bizType,
        @Nullable String bizNo,
        @Nullable BigDecimal amount,
        @Nullable Long points,
        @Nullable Instant occurredAt,
        Map<String, Object> attributes,
        @Nullable String reason,
        @Nullable String rule) {

    /** A deed without attributes that all rules of its bizType decide. */
    public Deed(
            String bizType,
            @Nullable String bizNo,
            @Nullable BigDecimal amount,
            @Nullable Long points,
            @Nullable Instant occurredAt,
            @Nullable String reason) {
        this(bizType, bizNo, amount, points, occurredAt, Map.of(), reason, null);
    }

    public Deed with(Map<String, Object> values) {
        return new Deed(bizType, bizNo, amount, points, occurredAt, values, reason, rule);
    }

    public Deed decidedBy(String ruleCode) {
        return new Deed(bizType, bizNo, amount, points, occurredAt, attributes, reason, ruleCode);
    }
}
