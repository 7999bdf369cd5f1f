package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a rule has granted for a bizNo: the base of "once" and of clawback.
 *
 * @param amount of money that earned it; null if none did, and then any refund is one of all
 * @param clawedBack of {@code points}, due so far; what a policy wrote off counts
 */
record EarnedState(
        EarnedKey key,
        Operation.RuleRef rule,
        long entryId,
        long transactionNo,
        long points,
        @Nullable BigDecimal amount,
        LocalDate expiresOn,
        long clawedBack) {

    /** Another grant of a rule that may grant more than once. */
    EarnedState plus(EarnedState more) {
        BigDecimal sum = amount == null ? more.amount : more.amount == null ? amount : amount.add(more.amount);
        return new EarnedState(
                key, rule, entryId, transactionNo, Math.addExact(points, more.points), sum, more.expiresOn, clawedBack);
    }

    /** Points still to be clawed back when so much money in all has been refunded: ceil(granted × part) − before. */
    long dueAt(BigDecimal refunded) {
        if (refunded.signum() == 0) {
            return 0;
        }
        if (amount == null || amount.signum() == 0) {
            return points - clawedBack;
        }
        long dueInAll = BigDecimal.valueOf(points)
                .multiply(refunded.min(amount))
                .divide(amount, 0, RoundingMode.CEILING)
                .longValueExact();
        return Math.max(0, dueInAll - clawedBack);
    }

    /** A pending grant learns its day when it becomes active. */
    EarnedState expiring(LocalDate day) {
        return new EarnedState(key, rule, entryId, transactionNo, points, amount, day, clawedBack);
    }

    EarnedState clawedBack(long more) {
        return new EarnedState(key, rule, entryId, transactionNo, points, amount, expiresOn, clawedBack + more);
    }
}
