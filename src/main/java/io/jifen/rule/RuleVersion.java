package io.jifen.rule;

import io.jifen.ledger.ClawbackPolicy;
import io.jifen.ledger.Validity;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rule (积分规则) as one edit left it. It never changes: the next edit is the next version.
 *
 * @param ratio points per unit of money, 0 or more
 * @param fixed points whatever the amount, 0 or more
 * @param maxPerEvent the most one event earns; 0: no limit
 * @param validity how long the points can be used, from the day of the event
 * @param takesGivenPoints an event may say itself how many points it is worth
 * @param oncePerBizNo grants at most once per bizNo, for good
 * @param clawback what may be taken back when its order is refunded
 * @param effectiveFrom this version decides from this moment on, until a later version does
 * @param effectiveTo the rule ends before this moment; null: it has no end
 */
record RuleVersion(
        String code,
        int version,
        String bizType,
        BigDecimal ratio,
        long fixed,
        long maxPerEvent,
        Validity validity,
        boolean takesGivenPoints,
        boolean oncePerBizNo,
        ClawbackPolicy clawback,
        boolean active,
        Instant effectiveFrom,
        @Nullable Instant effectiveTo) {

    RuleVersion {
        if (ratio.signum() < 0 || fixed < 0 || maxPerEvent < 0) {
            throw new IllegalArgumentException(
                    "rule " + code + " version " + version + ": ratio, fixed and maxPerEvent are 0 or more");
        }
    }

    /** Grants at this moment, if no later version has taken over. */
    boolean grantsAt(Instant moment) {
        return active && (effectiveTo == null || moment.isBefore(effectiveTo));
    }
}
