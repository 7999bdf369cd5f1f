package io.jifen.ledger;

import io.jifen.ledger.Book.Earned;
import io.jifen.ledger.Book.EarnedKey;
import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Grants (发放): points come in, one entry per line; what the account owes is repaid first. */
final class Grants {

    private Grants() {}

    static Optional<Problem> grant(Draft draft, AccountState account, Operation.Grant grant, Book book) {
        Long first = null;
        int left = 0;
        for (Operation.Line line : grant.lines()) {
            Long before = grantedBefore(draft.posting, account, line, book);
            if (before != null) {
                first = first == null ? before : first;
                continue;
            }
            left++;
            if (line.points() > 0) {
                enter(draft, account, line);
            }
        }
        if (left == 0 && first != null) {
            return Optional.of(Problem.of(
                            ProblemCode.ALREADY_GRANTED, "This business has earned its points before, with another key.")
                    .with("transactionNo", Long.toString(first)));
        }
        return Optional.empty();
    }

    private static void enter(Draft draft, AccountState account, Operation.Line line) {
        Entry entry = draft.enter(
                account,
                EntryType.GRANT,
                Changes.available(line.points()),
                new Note(line.expiresOn(), line.rule(), null));
        account.totalEarned = Math.addExact(account.totalEarned, line.points());
        account.levelBasis = Math.addExact(account.levelBasis, line.points());
        EarnedKey key = earnedKey(draft.posting, account);
        if (line.rule() != null && key != null) {
            draft.earnings.add(new Earned(
                    key,
                    line.rule(),
                    entry.id(),
                    entry.transactionNo(),
                    line.points(),
                    line.amount(),
                    line.expiresOn()));
        }
        receive(draft, account, line.expiresOn(), line.points(), line.points());
    }

    /**
     * Puts points that came in into their lot, less what repays arrears.
     *
     * @param granted new points; 0 where they only come back to the lot they were taken from
     */
    static void receive(Draft draft, AccountState account, LocalDate expiresOn, long granted, long points) {
        long repaid = Math.min(account.arrears, points);
        account.putIntoLot(expiresOn, granted, points - repaid);
        if (repaid > 0) {
            draft.enter(account, EntryType.ARREARS_REPAID, Changes.repaid(repaid), Note.NONE);
        }
    }

    private static @Nullable Long grantedBefore(
            Posting posting, AccountState account, Operation.Line line, Book book) {
        EarnedKey key = earnedKey(posting, account);
        return key == null || line.rule() == null || !line.rule().once()
                ? null
                : book.grantedBefore(key, line.rule().code());
    }

    static @Nullable EarnedKey earnedKey(Posting posting, AccountState account) {
        return posting.bizType() == null || posting.bizNo() == null
                ? null
                : new EarnedKey(account.id, posting.bizType(), posting.bizNo());
    }
}
