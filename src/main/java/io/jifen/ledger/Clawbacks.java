package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Objects;

/**
 * Clawback (追回): a refunded order gives back what it earned, pro rata, from the recorded grants, and gets back the
 * points that made it cheaper. What is due is
 * reckoned from all refunds so far, so partial refunds in any order come to the same. Frozen points are never touched.
 */
final class Clawbacks {

    static final String ORDER = "ORDER";

    private Clawbacks() {}

    /** What refunds are decided by, beside the facts. */
    record Limits(LocalDate today, int graceDays, long arrearsLimit) {}

    /**
     * Notes the refund, gives back points that made the order cheaper, and claws back what is due by now; nothing yet,
     * if the order comes later. In this order, so that what comes back is there to be taken.
     */
    static void refundOrder(Draft draft, AccountState account, Operation.OrderRefund refund, Limits limits) {
        EarnedKey order = new EarnedKey(account.id, ORDER, refund.orderNo());
        draft.refunded(order, refund.amount());
        settle(draft, account, order, limits);
    }

    /**
     * Nets the refunds known by now with what the order has earned and captured by now. Whichever of refund, order and
     * capture comes last brings this about, so that their order makes no difference.
     */
    static void settle(Draft draft, AccountState account, EarnedKey order, Limits limits) {
        if (draft.refundsOf(order).signum() == 0) {
            return;
        }
        for (HoldState hold : draft.capturedFor(order)) {
            giveBack(draft, account, hold, order, limits);
        }
        clawBack(draft, account, order, limits.arrearsLimit());
    }

    /**
     * Of a captured hold, what the refunds so far make due: floor(captured × part) less what came back before, by
     * whatever way. The part is of the amount that the hold named, or else of what the order earned by; without either
     * nobody knows, and nothing comes back by itself.
     */
    private static void giveBack(Draft draft, AccountState account, HoldState hold, EarnedKey order, Limits limits) {
        BigDecimal whole = hold.orderAmount() == null
                ? draft.earnedFor(order).stream()
                        .map(EarnedState::amount)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(BigDecimal.ZERO)
                : hold.orderAmount();
        if (whole.signum() == 0 || hold.captureNo() == null) {
            return;
        }
        SpendState spend = draft.spend(hold.captureNo());
        long dueInAll = BigDecimal.valueOf(spend.points())
                .multiply(draft.refundsOf(order).min(whole))
                .divide(whole, 0, RoundingMode.FLOOR)
                .longValueExact();
        long due = dueInAll - spend.refunded();
        if (due > 0) {
            Refunds.refund(
                    draft,
                    account,
                    new Operation.Refund(spend.transactionNo(), due),
                    limits.today(),
                    limits.graceDays());
        }
    }

    /** Claws back what the refunds known by now make due of an order's grants. */
    private static void clawBack(Draft draft, AccountState account, EarnedKey order, long arrearsLimit) {
        BigDecimal refunded = draft.refundsOf(order);
        for (EarnedState earned : draft.earnedFor(order)) {
            long due = earned.dueAt(refunded);
            if (due > 0) {
                take(draft, account, earned, due, arrearsLimit);
                draft.put(earned.clawedBack(due));
            }
        }
    }

    private static void take(Draft draft, AccountState account, EarnedState earned, long due, long arrearsLimit) {
        long pending = fromPending(draft, earned, due);
        long left = due - pending;
        ClawbackPolicy policy = earned.rule().clawback();
        long available = policy == ClawbackPolicy.PENDING_ONLY ? 0 : Math.min(left, account.available);
        left -= available;
        long room = arrearsLimit == 0 ? left : Math.max(0, arrearsLimit - account.arrears);
        long owed = policy == ClawbackPolicy.ARREARS ? Math.min(left, room) : 0;
        draft.writtenOff += left - owed;
        if (pending + available + owed == 0) {
            return;
        }
        Entry entry = draft.enter(
                account,
                EntryType.CLAWBACK,
                new Changes(-available, 0, -pending, owed),
                new Note(null, earned.rule(), Long.toString(earned.entryId())));
        draft.lotUses.addAll(account.takeFromLots(available, earned.expiresOn(), entry.id()));
        account.changeBasis(-available - owed);
    }

    private static long fromPending(Draft draft, EarnedState earned, long due) {
        long taken = 0;
        for (PendingState pending : draft.pendingsOf(earned)) {
            long part = Math.min(due - taken, pending.points());
            if (part > 0) {
                draft.put(pending.left(pending.points() - part));
                taken += part;
            }
        }
        return taken;
    }
}
