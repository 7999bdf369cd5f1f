package io.jifen.rule;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A campaign (活动) as one edit left it: for some time, what rules compute is multiplied.
 *
 * @param bizTypes what kinds of business it is about; empty: all
 * @param from it begins at this moment
 * @param to it is over at this moment
 * @param stackable multiplies beside others; of those that don't, only the one that brings most counts
 * @param budget points it may add in all; 0: no limit
 * @param effectiveFrom this version decides from this moment on, until a later version does
 */
record CampaignVersion(
        String code,
        int version,
        String name,
        Set<String> bizTypes,
        BigDecimal factor,
        Instant from,
        Instant to,
        boolean stackable,
        long budget,
        @Nullable Condition condition,
        boolean active,
        Instant effectiveFrom,
        String updatedBy,
        Instant updatedAt) {

    boolean isAbout(String bizType) {
        return bizTypes.isEmpty() || bizTypes.contains(bizType);
    }

    boolean runsAt(Instant moment) {
        return active && !moment.isBefore(from) && moment.isBefore(to);
    }

    /** What a derivation calls it. */
    String source() {
        return "campaign:" + code;
    }

    String budgetKey() {
        return "C:" + code;
    }
}
