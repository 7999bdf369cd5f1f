package io.jifen.ledger;

import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import io.jifen.platform.Problem;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Balances brought along from another system, with the history that explains them. The balance is believed; what the
 * history does not explain is one ADJUST entry. History can't be refunded or clawed back here: it has no lots of its
 * own, all points that are left are in the opening lot.
 */
final class Openings {

    private Openings() {}

    static Optional<Problem> open(Draft draft, AccountState account, Operation.Open open) {
        account.totalEarned = Math.addExact(account.totalEarned, Math.addExact(open.points(), open.consumed()));
        account.totalConsumed = Math.addExact(account.totalConsumed, open.consumed());
        account.changeBasis(Math.max(0, open.levelBasis() - account.levelBasis));
        if (open.history().isEmpty()) {
            if (open.points() > 0) {
                draft.enter(
                        account, EntryType.GRANT, Changes.available(open.points()), Note.expiring(open.expiresOn()));
            }
        } else {
            replay(
                    draft,
                    account,
                    open.history(),
                    open.points(),
                    open.expiresOn(),
                    "the imported details differ from" + " the imported balance");
        }
        if (open.points() > 0) {
            Inflow.receive(draft, account, List.of(Inflow.fresh(open.expiresOn(), open.points())));
        }
        return Optional.empty();
    }

    static Optional<Problem> addHistory(Draft draft, AccountState account, Operation.AddHistory history) {
        replay(draft, account, history.history(), 0, null, "the opening balance already held the imported details");
        return Optional.empty();
    }

    /**
     * Enters the lines, and what they lack to the given sum. Where old lines are missing, so that the rest would fall
     * below 0 on the way, that much is put in before them.
     */
    private static void replay(
            Draft draft,
            AccountState account,
            List<Operation.Past> history,
            long sum,
            @Nullable LocalDate expiresOn,
            String why) {
        long running = 0;
        long lowest = 0;
        for (Operation.Past line : history) {
            running = Math.addExact(running, line.points());
            lowest = Math.min(lowest, running);
        }
        long lacking = Math.subtractExact(sum, running);
        long missingBefore = Math.max(0, -Math.addExact(account.available, lowest));
        long before = missingBefore == 0 ? 0 : Math.max(missingBefore, lacking);
        adjust(draft, account, before, why);
        for (Operation.Past line : history) {
            boolean in = line.points() > 0;
            draft.enter(
                    account,
                    in ? EntryType.GRANT : EntryType.SPEND,
                    Changes.available(line.points()),
                    in && expiresOn != null ? Note.expiring(expiresOn) : Note.NONE,
                    line.occurredAt(),
                    line.reason());
        }
        adjust(draft, account, lacking - before, why);
    }

    private static void adjust(Draft draft, AccountState account, long points, String why) {
        if (points != 0) {
            draft.enter(account, EntryType.ADJUST, Changes.available(points), Note.NONE, draft.occurredAt, why);
        }
    }
}
