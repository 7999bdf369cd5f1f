package io.jifen.ledger;

import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.util.List;
import java.util.Optional;

/** Spends (消费) and corrections: earliest expiry first, all or nothing. */
final class Spends {

    private Spends() {}

    static Optional<Problem> spend(Draft draft, AccountState account, Operation.Spend spend) {
        if (account.available < spend.points()) {
            return tooFew(account.available, spend.points());
        }
        Entry entry = draft.enter(account, EntryType.SPEND, Changes.available(-spend.points()), Note.NONE);
        List<LotUse> uses = account.takeFromLots(spend.points(), entry.id());
        draft.lotUses.addAll(uses);
        account.totalConsumed = Math.addExact(account.totalConsumed, spend.points());
        boolean bound = draft.posting.companion() != null;
        draft.put(new SpendState(entry.transactionNo(), account.id, spend.points(), 0, bound, uses));
        return Optional.empty();
    }

    static Optional<Problem> adjust(Draft draft, AccountState account, Operation.Adjust adjust) {
        long points = adjust.points();
        if (points < 0 && account.available < -points) {
            return tooFew(account.available, -points);
        }
        Entry entry = draft.enter(
                account,
                EntryType.ADJUST,
                Changes.available(points),
                points > 0 ? Note.expiring(adjust.expiresOn()) : Note.NONE);
        if (points > 0) {
            Inflow.receive(draft, account, List.of(Inflow.fresh(adjust.expiresOn(), points)));
        } else {
            draft.lotUses.addAll(account.takeFromLots(-points, entry.id()));
        }
        return Optional.empty();
    }

    static Optional<Problem> tooFew(long available, long required) {
        return Optional.of(Problem.of(ProblemCode.INSUFFICIENT_POINTS, "Fewer points are available than this takes.")
                .with("available", available)
                .with("required", required));
    }
}
