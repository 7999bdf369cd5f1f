package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import java.math.BigDecimal;

/**
 * Clawback (追回): a refunded order gives back what it earned, pro rata, from the recorded grants. What is due is
 * reckoned from all refunds so far, so partial refunds in any order come to the same. Frozen points are never touched.
 */
final class Clawbacks {

    static final String ORDER = "ORDER";

    private Clawbacks() {}

    /** Notes the refund, and claws back what is due by now; nothing yet, if the order comes later. */
    static void refundOrder(Draft draft, AccountState account, Operation.OrderRefund refund, long arrearsLimit) {
        EarnedKey order = new EarnedKey(account.id, ORDER, refund.orderNo());
        draft.refunded(order, refund.amount());
        clawBack(draft, account, order, arrearsLimit);
    }

    /** Claws back what the refunds known by now make due of an order's grants. */
    static void clawBack(Draft draft, AccountState account, EarnedKey order, long arrearsLimit) {
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
        account.levelBasis = Math.max(0, account.levelBasis - available - owed);
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
