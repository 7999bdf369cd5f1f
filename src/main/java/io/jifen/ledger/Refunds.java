package io.jifen.ledger;

import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Refunds (退还) of spends and captures: back to the lots they came from, together never more than was spent. */
final class Refunds {

    private Refunds() {}

    static Optional<Problem> refund(
            Draft draft, AccountState account, Operation.Refund refund, LocalDate today, int graceDays) {
        SpendState spend = draft.spend(refund.transactionNo());
        long points = refund.points() == null ? spend.refundable() : refund.points();
        if (spend.refundable() == 0) {
            return Optional.of(Problem.of(ProblemCode.ILLEGAL_STATE, "All of this spend has been refunded.")
                    .with("state", "REFUNDED"));
        }
        if (points > spend.refundable()) {
            return Spends.tooFew(spend.refundable(), points);
        }
        draft.enter(
                account,
                EntryType.REFUND,
                Changes.available(points),
                new Note(null, null, Long.toString(spend.transactionNo())));
        account.totalConsumed = Math.subtractExact(account.totalConsumed, points);
        // Taken last, given back first; what was refunded before is at that end.
        List<LotUse> lastFirst = spend.uses().reversed();
        List<LotUse> back = LotUse.first(LotUse.without(lastFirst, spend.refunded()), points, 0);
        Inflow.receive(
                draft,
                account,
                back.stream().map(use -> inflow(use, today, graceDays)).toList());
        draft.put(spend.refunded(points));
        return Optional.empty();
    }

    /** Points of a lot that has run out get some days more, in a lot of their own day; with no grace they run out now. */
    private static Inflow inflow(LotUse use, LocalDate today, int graceDays) {
        boolean past = use.expiresOn().isBefore(today);
        return past && graceDays > 0
                ? Inflow.fresh(today.plusDays(graceDays), use.points())
                : Inflow.back(use.expiresOn(), use.points());
    }
}
