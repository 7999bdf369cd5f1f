package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Points granted but not active yet (待生效).
 *
 * @param entryId of its PENDING entry
 * @param points still pending; 0: nothing is left of it
 */
record PendingState(
        long entryId,
        long accountId,
        long points,
        Instant activatesAt,
        Validity validity,
        @Nullable String bizType,
        @Nullable String bizNo,
        Operation.@Nullable RuleRef rule) {

    PendingState left(long less) {
        return new PendingState(entryId, accountId, less, activatesAt, validity, bizType, bizNo, rule);
    }

    /** What it was granted for; null where nothing was named. */
    @Nullable
    EarnedKey earnedKey() {
        return bizType == null || bizNo == null ? null : new EarnedKey(accountId, bizType, bizNo);
    }

    boolean isOf(EarnedState earned) {
        return earned.key().bizType().equals(bizType)
                && earned.key().bizNo().equals(bizNo)
                && rule != null
                && rule.code().equals(earned.rule().code());
    }
}
