package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds (冻结): reserve points, then take them or give them back, once. */
final class Holds {

    private Holds() {}

    static Optional<Problem> hold(Draft draft, AccountState account, Operation.Hold hold) {
        if (account.available < hold.points()) {
            return Spends.tooFew(account.available, hold.points());
        }
        Entry entry = draft.enter(account, EntryType.HOLD, new Changes(-hold.points(), hold.points(), 0, 0), Note.NONE);
        draft.put(new HoldState(
                entry.id(),
                account.id,
                hold.points(),
                0,
                HoldState.Status.OPEN,
                draft.posting.bizNo(),
                hold.expiresAt(),
                draft.now,
                hold.orderAmount(),
                null,
                hold.bound(),
                account.takeFromLots(hold.points(), entry.id())));
        return Optional.empty();
    }

    static Optional<Problem> capture(
            Draft draft, AccountState account, Operation.Capture capture, Clawbacks.Limits limits) {
        HoldState hold = draft.hold(capture.holdId());
        long points = capture.points() == null ? hold.points() : capture.points();
        if (hold.status() != HoldState.Status.OPEN || hold.bound()) {
            return ended(hold);
        }
        if (points > hold.points()) {
            return Spends.tooFew(hold.points(), points);
        }
        Entry entry = draft.enter(account, EntryType.CAPTURE, new Changes(0, -points, 0, 0), about(hold));
        account.totalConsumed = Math.addExact(account.totalConsumed, points);
        List<LotUse> used = LotUse.first(hold.lots(), points, entry.id());
        draft.lotUses.addAll(used);
        draft.put(new SpendState(entry.transactionNo(), account.id, points, 0, false, used));
        if (points < hold.points()) {
            giveBack(draft, account, hold, LotUse.without(hold.lots(), points));
        }
        draft.put(hold.captured(points, entry.transactionNo()));
        EarnedKey order = hold.order();
        if (order != null) {
            Clawbacks.settle(draft, account, order, limits); // refunds that were here before the order was paid
        }
        return Optional.empty();
    }

    static Optional<Problem> release(Draft draft, AccountState account, Operation.Release release) {
        HoldState hold = draft.hold(release.holdId());
        if (hold.status() != HoldState.Status.OPEN || hold.bound()) {
            return ended(hold);
        }
        end(draft, account, hold, HoldState.Status.RELEASED);
        return Optional.empty();
    }

    /** Ends an open hold; all it held is available again, or expires where its lot's day has passed meanwhile. */
    static void end(Draft draft, AccountState account, HoldState hold, HoldState.Status how) {
        giveBack(draft, account, hold, hold.lots());
        draft.put(hold.ended(how));
    }

    /**
     * Ends a bound hold for what it has waited for, to which its points go before any arrears: nobody could have them while
     * they were held. What is left of them then repays, see {@link #repay}.
     *
     * @param operation what happens with them then
     */
    static Optional<Problem> redeem(Draft draft, AccountState account, long holdId, Operation operation) {
        HoldState hold = draft.hold(holdId);
        if (hold.status() != HoldState.Status.OPEN) {
            return ended(hold);
        }
        Changes changes = new Changes(hold.points(), -hold.points(), 0, 0);
        if (operation instanceof Operation.None) {
            draft.enter(account, EntryType.RELEASE, changes, about(hold));
        } else {
            draft.enterAhead(account, EntryType.RELEASE, changes, about(hold));
        }
        hold.lots().forEach(lot -> account.putIntoLot(lot.expiresOn(), 0, lot.points()));
        draft.put(hold.ended(HoldState.Status.RELEASED));
        return Optional.empty();
    }

    /** Arrears beside available points are repaid from them. */
    static void repay(Draft draft, AccountState account) {
        long repaid = Math.min(account.arrears, account.available);
        if (repaid > 0) {
            Entry entry = draft.enter(account, EntryType.ARREARS_REPAID, Changes.repaid(repaid), Note.NONE);
            draft.lotUses.addAll(account.takeFromLots(repaid, entry.id()));
        }
    }

    private static void giveBack(Draft draft, AccountState account, HoldState hold, List<LotUse> lots) {
        long points = lots.stream().mapToLong(LotUse::points).sum();
        draft.enter(account, EntryType.RELEASE, new Changes(points, -points, 0, 0), about(hold));
        List<Inflow> parts = new ArrayList<>();
        lots.forEach(lot -> parts.add(Inflow.back(lot.expiresOn(), lot.points())));
        Inflow.receive(draft, account, parts);
    }

    private static Note about(HoldState hold) {
        return new Note(null, null, Long.toString(hold.id()));
    }

    private static Optional<Problem> ended(HoldState hold) {
        return Optional.of(
                Problem.of(ProblemCode.ILLEGAL_STATE, "The hold has ended; it can be captured or released once.")
                        .with(
                                "state",
                                hold.status() == HoldState.Status.OPEN
                                        ? "IN_REVIEW"
                                        : hold.status().name()));
    }
}
