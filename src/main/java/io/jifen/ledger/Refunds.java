package io.jifen.ledger;

import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Refunds (退还) of spends and captures: back to the lots they came from, together never more than was spent. */
final class Refunds {

    private Refunds() {}

    static Optional<Problem> refund(
            Draft draft, AccountState account, Operation.Refund refund, LocalDate today, int graceDays) {
        SpendState spend = draft.spend(refund.transactionNo());
        long points = refund.points() == null ? spend.refundable() : refund.points();
        if (spend.bound() && draft.posting.companion() == null) {
            return Optional.of(Problem.of(
                            ProblemCode.ILLEGAL_STATE,
                            "This spend paid for something that has to be called off instead, if it can be.")
                    .with("state", "BOUND"));
        }
        if (spend.refundable() == 0) {
            return Optional.of(Problem.of(ProblemCode.ILLEGAL_STATE, "All of this spend has been refunded.")
                    .with("state", "REFUNDED"));
        }
        if (points > spend.refundable()) {
            return Spends.tooFew(spend.refundable(), points);
        }
        // Taken last, given back first; what was refunded before is at that end.
        List<LotUse> lastFirst = LotUse.without(spend.uses().reversed(), spend.refunded());
        LocalDate grace = today.plusDays(graceDays);
        boolean late = graceDays > 0
                && LotUse.first(lastFirst, points, 0).stream()
                        .anyMatch(use -> use.expiresOn().isBefore(today));
        Entry entry = draft.enter(
                account,
                EntryType.REFUND,
                Changes.available(points),
                new Note(late ? grace : null, null, Long.toString(spend.transactionNo())));
        account.totalConsumed = Math.subtractExact(account.totalConsumed, points);
        List<Inflow> parts = new ArrayList<>();
        for (LotUse use : LotUse.first(lastFirst, points, entry.id())) {
            if (use.expiresOn().isBefore(today) && graceDays > 0) {
                // Points of a lot that has run out get some days more, in the lot of that day.
                parts.add(Inflow.fresh(grace, use.points()));
            } else {
                parts.add(Inflow.back(use.expiresOn(), use.points()));
                draft.lotUses.add(use.givenBack());
            }
        }
        Inflow.receive(draft, account, parts);
        draft.put(spend.refunded(points));
        return Optional.empty();
    }
}
