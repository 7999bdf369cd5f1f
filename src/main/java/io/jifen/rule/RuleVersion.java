package io.jifen.rule;

import io.jifen.ledger.ClawbackPolicy;
import io.jifen.ledger.Validity;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule (积分规则) as one edit left it. It never changes: the next edit is the next version.
 *
 * @param ratio points per unit of money, 0 or more
 * @param fixed points whatever the amount, 0 or more
 * @param maxPerEvent the most one event earns; 0: no limit
 * @param dailyTimes how often it grants to one user on one day; 0: no limit
 * @param dailyPoints the most it grants to one user on one day; 0: no limit
 * @param budget points it may issue in all; 0: no limit
 * @param validity how long the points can be used, from the day of the event or of their activation
 * @param pendingDays until they become active; 0: at once
 * @param takesGivenPoints an event may say itself how many points it is worth
 * @param oncePerBizNo grants at most once per bizNo, for good
 * @param clawback what may be taken back when its order is refunded
 * @param condition what else must hold; null: nothing
 * @param levelMultipliers factors by the account's level; 1 for levels that are not there
 * @param effectiveFrom this version decides from this moment on, until a later version does
 * @param effectiveTo the rule ends before this moment; null: it has no end
 */
record RuleVersion(
        String code,
        int version,
        String name,
        String bizType,
        BigDecimal ratio,
        long fixed,
        long maxPerEvent,
        int dailyTimes,
        long dailyPoints,
        long budget,
        Validity validity,
        int pendingDays,
        boolean takesGivenPoints,
        boolean oncePerBizNo,
        ClawbackPolicy clawback,
        @Nullable Condition condition,
        Map<String, BigDecimal> levelMultipliers,
        boolean active,
        Instant effectiveFrom,
        @Nullable Instant effectiveTo,
        String updatedBy,
        Instant updatedAt) {

    RuleVersion {
        if (ratio.signum() < 0 || fixed < 0 || maxPerEvent < 0 || dailyTimes < 0 || dailyPoints < 0 || budget < 0) {
            throw new IllegalArgumentException("rule " + code + " version " + version + ": no figure is below 0");
        }
    }

    /** Grants at this moment, if no later version has taken over. */
    boolean grantsAt(Instant moment) {
        return active && (effectiveTo == null || moment.isBefore(effectiveTo));
    }

    boolean hasDailyLimit() {
        return dailyTimes > 0 || dailyPoints > 0;
    }

    /** Of its budget; a campaign may have the same code. */
    String budgetKey() {
        return "R:" + code;
    }
}
