package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Grants (发放): points come in, one entry per line, at once or pending until their day. */
final class Grants {

    private Grants() {}

    static Optional<Problem> grant(Draft draft, AccountState account, Operation.Grant grant, Clawbacks.Limits limits) {
        EarnedKey key = earnedKey(draft.posting, account);
        Long first = null;
        int left = 0;
        for (Operation.Line line : grant.lines()) {
            EarnedState before = grantedBefore(draft, key, line);
            if (before != null) {
                first = first == null ? before.transactionNo() : first;
                continue;
            }
            left++;
            if (line.points() > 0) {
                enter(draft, account, key, line);
            }
        }
        if (left == 0 && first != null) {
            return Optional.of(Problem.of(
                            ProblemCode.ALREADY_GRANTED,
                            "This business has earned its points before, with another key.")
                    .with("transactionNo", Long.toString(first)));
        }
        if (key != null && key.bizType().equals(Clawbacks.ORDER)) {
            Clawbacks.settle(draft, account, key, limits); // refunds that were here before their order
        }
        return Optional.empty();
    }

    /** Makes the pending points active whose time has come; their validity starts on the day of that time. */
    static void activate(Draft draft, AccountState account, Instant now, ZoneId zone) {
        for (PendingState pending : draft.pendings(account.id)) {
            if (pending.activatesAt().isAfter(now)) {
                continue;
            }
            LocalDate expiresOn = pending.validity().lastDay(LocalDate.ofInstant(pending.activatesAt(), zone));
            draft.enter(
                    account,
                    EntryType.ACTIVATE,
                    new Changes(pending.points(), 0, -pending.points(), 0),
                    new Note(expiresOn, pending.rule(), Long.toString(pending.entryId())));
            earned(account, pending.points());
            Inflow.receive(draft, account, List.of(Inflow.fresh(expiresOn, pending.points())));
            draft.put(pending.left(0));
            EarnedKey key = pending.earnedKey();
            EarnedState earned = key == null || pending.rule() == null
                    ? null
                    : draft.earned(key, pending.rule().code());
            if (earned != null) {
                draft.put(earned.expiring(expiresOn)); // a clawback looks there first
            }
        }
    }

    private static void enter(Draft draft, AccountState account, @Nullable EarnedKey key, Operation.Line line) {
        Operation.Pending pending = line.pending();
        Entry entry = pending == null
                ? draft.enter(
                        account,
                        EntryType.GRANT,
                        Changes.available(line.points()),
                        new Note(line.expiresOn(), line.rule(), null, line.derivation()))
                : draft.enter(
                        account,
                        EntryType.PENDING,
                        new Changes(0, 0, line.points(), 0),
                        new Note(null, line.rule(), null, line.derivation()));
        if (line.rule() != null && key != null) {
            remember(draft, key, line.rule(), line, entry);
        }
        if (pending == null) {
            earned(account, line.points());
            Inflow.receive(draft, account, List.of(Inflow.fresh(line.expiresOn(), line.points())));
        } else {
            draft.put(new PendingState(
                    entry.id(),
                    account.id,
                    line.points(),
                    pending.activatesAt(),
                    pending.validity(),
                    draft.posting.bizType(),
                    draft.posting.bizNo(),
                    line.rule()));
        }
    }

    private static void remember(Draft draft, EarnedKey key, Operation.RuleRef rule, Operation.Line line, Entry entry) {
        EarnedState earned = new EarnedState(
                key, rule, entry.id(), entry.transactionNo(), line.points(), line.amount(), line.expiresOn(), 0);
        EarnedState before = draft.earned(key, rule.code());
        draft.put(before == null ? earned : before.plus(earned));
    }

    private static void earned(AccountState account, long points) {
        account.totalEarned = Math.addExact(account.totalEarned, points);
        account.changeBasis(points);
    }

    private static @Nullable EarnedState grantedBefore(Draft draft, @Nullable EarnedKey key, Operation.Line line) {
        return key == null || line.rule() == null || !line.rule().once()
                ? null
                : draft.earned(key, line.rule().code());
    }

    static @Nullable EarnedKey earnedKey(Posting posting, AccountState account) {
        return posting.bizType() == null || posting.bizNo() == null
                ? null
                : new EarnedKey(account.id, posting.bizType(), posting.bizNo());
    }
}
