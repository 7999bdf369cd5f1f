package io.jifen.ledger;

import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Transfers (转赠): from one account's lots into the same days of another's, both in one posting. */
final class Transfers {

    /** Daily limits are counted where the rules' are; in lower case, so that no rule has this code. */
    static final String USAGE = "transfer";

    private Transfers() {}

    static Optional<Problem> transfer(
            Draft draft, AccountState from, AccountState to, Operation.Transfer transfer, LocalDate today) {
        if (to.blocked) {
            return Optional.of(Problem.of(ProblemCode.ACCOUNT_BLOCKED, "The receiver's account is blocked."));
        }
        UsageState usage = draft.usage(from.id, USAGE, today);
        Optional<Problem> limit = limit(usage, transfer);
        if (limit.isPresent()) {
            return limit;
        }
        long points = transfer.points();
        if (from.available < points) {
            return Spends.tooFew(from.available, points);
        }
        Entry out =
                draft.enter(from, EntryType.TRANSFER_OUT, Changes.available(-points), new Note(null, null, to.userId));
        List<LotUse> taken = from.takeFromLots(points, out.id());
        draft.lotUses.addAll(taken);
        draft.enter(to, EntryType.TRANSFER_IN, Changes.available(points), new Note(null, null, from.userId));
        Inflow.receive(
                draft,
                to,
                taken.stream()
                        .map(use -> Inflow.fresh(use.expiresOn(), use.points()))
                        .toList());
        draft.put(usage.plus(points));
        return Optional.empty();
    }

    private static Optional<Problem> limit(UsageState usage, Operation.Transfer transfer) {
        Operation.DailyLimit limit = transfer.limit();
        if (limit.times() > 0 && usage.times() >= limit.times()) {
            return reached("The sender has made all transfers of today.", limit.times(), usage.times());
        }
        if (limit.points() > 0 && Math.addExact(usage.points(), transfer.points()) > limit.points()) {
            return reached("The sender's transfers of today would exceed their limit.", limit.points(), usage.points());
        }
        return Optional.empty();
    }

    private static Optional<Problem> reached(String detail, long limit, long used) {
        return Optional.of(Problem.of(ProblemCode.DAILY_LIMIT_REACHED, detail)
                .with("limit", limit)
                .with("used", used));
    }
}
