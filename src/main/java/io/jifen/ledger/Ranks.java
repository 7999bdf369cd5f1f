package io.jifen.ledger;

import io.jifen.ledger.LevelChange.Cause;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Levels (等级): reached in the posting that earns their points, and kept on the ladder's terms. */
final class Ranks {

    private final Ladder ladder;
    private final LocalDate today;

    Ranks(Ladder ladder, LocalDate today) {
        this.ladder = ladder;
        this.today = today;
    }

    /** After a posting: the level that the basis reaches is reached; one that a clawback took may be lost. */
    void after(Draft draft, AccountState account, long basisBefore) {
        Ladder.Rung reached = ladder.at(account.levelBasis);
        boolean less = account.levelBasis < basisBefore;
        if (isAbove(reached, account)) {
            move(draft, account, reached, Cause.REACHED);
        } else if (less
                && ladder.terms().demoteOnClawback()
                && !reached.code().equals(account.levelCode)
                && ladder.at(basisBefore).minPoints() >= ladder.minPointsOf(account.levelCode)) {
            move(draft, account, reached, Cause.CLAWBACK);
        }
    }

    /** On its own account: the ladder may have changed, or the period may be over. */
    void review(Draft draft, AccountState account, Book book) {
        if (ladder.terms().period() == null) {
            account.levelUntil = null;
            Ladder.Rung reached = ladder.at(account.levelBasis);
            if (!reached.code().equals(account.levelCode)) {
                move(draft, account, reached, Cause.LADDER);
            }
            return;
        }
        if (account.levelUntil == null && !isLowest(account)) {
            enterUndated(account, book);
        }
        LocalDate begin = today.minus(ladder.terms().period());
        if (!book.earnedByDay(account.id).headMap(begin).isEmpty()) {
            account.forgetsBefore = begin;
            account.levelBasis = Math.max(
                    0,
                    account.earnedToday
                            + book.earnedByDay(account.id).tailMap(begin).values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum());
        }
        Ladder.Rung reached = ladder.at(account.levelBasis);
        LocalDate until = account.levelUntil;
        if (isAbove(reached, account)) {
            move(draft, account, reached, Cause.LADDER);
        } else if (isLowest(account)) {
            account.levelUntil = null; // nothing to lose
        } else if (until == null || (until.isBefore(today) && reached.code().equals(account.levelCode))) {
            account.levelUntil = end();
        } else if (until.plusDays(ladder.terms().graceDays()).isBefore(today)) {
            move(draft, account, reached, Cause.PERIOD_ENDED);
        }
    }

    /** What was earned before there was a period counts as earned today, so that it leaves the period one day. */
    private static void enterUndated(AccountState account, Book book) {
        long dated = account.earnedToday
                + book.earnedByDay(account.id).values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
        account.earnedToday += account.levelBasis - dated;
    }

    private boolean isLowest(AccountState account) {
        return ladder.rungs().getFirst().code().equals(account.levelCode);
    }

    private boolean isAbove(Ladder.Rung reached, AccountState account) {
        return ladder.minPointsOf(account.levelCode) < reached.minPoints();
    }

    private void move(Draft draft, AccountState account, Ladder.Rung to, Cause cause) {
        String from = account.levelCode;
        account.levelCode = to.code();
        account.levelUntil = to.equals(ladder.rungs().getFirst()) ? null : end();
        draft.levelChanges.add(new LevelChange(
                draft.newId(),
                account.id,
                account.userId,
                from,
                to.code(),
                cause,
                account.levelBasis,
                account.levelUntil,
                draft.now));
    }

    private @Nullable LocalDate end() {
        return ladder.terms().period() == null
                ? null
                : today.plus(ladder.terms().period());
    }
}
