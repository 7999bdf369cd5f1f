package io.jifen.ledger;

import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.util.Optional;

/** Spends (消费) and corrections: earliest expiry first, all or nothing. */
final class Spends {

    private Spends() {}

    static Optional<Problem> spend(Draft draft, AccountState account, Operation.Spend spend) {
        if (account.available < spend.points()) {
            return tooFew(account, spend.points());
        }
        Entry entry = take(draft, account, EntryType.SPEND, spend.points());
        account.totalConsumed = Math.addExact(account.totalConsumed, spend.points());
        draft.spends.add(new Book.Spent(entry.transactionNo(), account.id, spend.points()));
        return Optional.empty();
    }

    static Optional<Problem> adjust(Draft draft, AccountState account, Operation.Adjust adjust) {
        if (adjust.points() > 0) {
            draft.enter(
                    account,
                    EntryType.ADJUST,
                    Changes.available(adjust.points()),
                    Note.expiring(adjust.expiresOn()));
            Grants.receive(draft, account, adjust.expiresOn(), adjust.points(), adjust.points());
            return Optional.empty();
        }
        if (account.available < -adjust.points()) {
            return tooFew(account, -adjust.points());
        }
        take(draft, account, EntryType.ADJUST, -adjust.points());
        return Optional.empty();
    }

    /** An entry that takes points out of the earliest lots and keeps what it took from which. */
    private static Entry take(Draft draft, AccountState account, EntryType type, long points) {
        Entry entry = draft.enter(account, type, Changes.available(-points), Note.NONE);
        draft.lotUses.addAll(account.takeFromLots(points, entry.id()));
        return entry;
    }

    private static Optional<Problem> tooFew(AccountState account, long required) {
        return Optional.of(Problem.of(
                        ProblemCode.INSUFFICIENT_POINTS, "The account has fewer points available than this takes.")
                .with("available", account.available)
                .with("required", required));
    }
}
