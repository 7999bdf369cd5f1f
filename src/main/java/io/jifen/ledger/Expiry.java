package io.jifen.ledger;

import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** Expiry (过期): what remains of a lot is gone with the first moment of the day after its last. */
final class Expiry {

    private Expiry() {}

    /** One EXPIRE entry per past lot, earliest first, each at the moment its lot ran out. */
    static void expire(Draft draft, AccountState account, LocalDate today, ZoneId zone) {
        account.dropPastLots(today)
                .forEach((lastDay, remaining) -> enter(
                        draft,
                        account,
                        lastDay,
                        remaining,
                        lastDay.plusDays(1).atStartOfDay(zone).toInstant()));
    }

    /** What this posting has just put into past lots runs out at once: until now it was not available. */
    static void expireReturned(Draft draft, AccountState account, LocalDate today) {
        account.dropPastLots(today)
                .forEach((lastDay, remaining) -> enter(draft, account, lastDay, remaining, draft.now));
    }

    static Optional<Problem> reinstate(
            Draft draft, AccountState account, Operation.Reinstate reinstate, LocalDate today) {
        if (reinstate.expiresOn().isBefore(today)) {
            return Optional.of(Problem.invalid("expiresOn", "must be today or later"));
        }
        if (reinstate.points() > account.totalExpired) {
            return Optional.of(Problem.of(ProblemCode.INSUFFICIENT_POINTS, "Fewer points have expired than that.")
                    .with("available", account.totalExpired)
                    .with("required", reinstate.points()));
        }
        draft.enter(
                account,
                EntryType.REINSTATE,
                Changes.available(reinstate.points()),
                Note.expiring(reinstate.expiresOn()));
        account.totalExpired = Math.subtractExact(account.totalExpired, reinstate.points());
        Inflow.receive(draft, account, List.of(Inflow.fresh(reinstate.expiresOn(), reinstate.points())));
        return Optional.empty();
    }

    private static void enter(Draft draft, AccountState account, LocalDate lastDay, long points, Instant ranOutAt) {
        account.totalExpired = Math.addExact(account.totalExpired, points);
        draft.enter(account, EntryType.EXPIRE, Changes.available(-points), Note.expiring(lastDay), ranOutAt, null);
    }
}
