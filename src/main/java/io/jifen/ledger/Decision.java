package io.jifen.ledger;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger decides, given the facts: pure, but for the ids it is handed. One decision serves one batch and
 * decides its postings in their order, each on what the ones before it left.
 */
final class Decision {

    /** What a posting came to: its result, or why not. */
    sealed interface Decided {
        record Accepted(PostingResult result) implements Decided {}

        record Refused(Problem problem) implements Decided {}
    }

    private final Book book;
    private final Instant now;
    private final ZoneId zone;
    private final LocalDate today;
    private final Ladder ladder;
    private final LongSupplier ids;

    Decision(Book book, Instant now, ZoneId zone, Ladder ladder, LongSupplier ids) {
        this.book = book;
        this.now = now;
        this.zone = zone;
        this.today = LocalDate.ofInstant(now, zone);
        this.ladder = ladder;
        this.ids = ids;
    }

    /** Decides the posting on an account; the book takes over what is accepted. */
    Decided decide(Posting posting, AccountState account, Companion.@Nullable Facts companion) {
        expirePastLots(account.id);
        if (posting.byUser() && account.blocked) {
            return refuse(ProblemCode.ACCOUNT_BLOCKED, "The account is blocked.");
        }
        if (companion == null) {
            return decideOperation(posting, account.id);
        }
        return switch (companion.decide(posting, book.account(account.id).view(), now)) {
            case Companion.Plan.Refuse(Problem problem) -> new Decided.Refused(problem);
            case Companion.Plan.Go(Operation operation, Runnable accepted) -> {
                Decided decided = decideOperation(posting.withOperation(operation), account.id);
                if (decided instanceof Decided.Accepted) {
                    accepted.run();
                }
                yield decided;
            }
        };
    }

    /** A lot past its day is not spendable: its EXPIRE entry comes before anything else of the account. */
    private void expirePastLots(long accountId) {
        if (book.account(accountId).hasPastLots(today)) {
            Posting expiry = Posting.keyless(new Target.Account(accountId), new Operation.Expire());
            Draft draft = new Draft(book, expiry, now, ids);
            Expiry.expire(draft, draft.account(accountId), today, zone);
            book.accept(draft);
        }
    }

    private Decided decideOperation(Posting posting, long accountId) {
        Draft draft = new Draft(book, posting, now, ids);
        AccountState account = draft.account(accountId);
        AccountState before = book.account(accountId);
        Operation operation = posting.operation();
        if (operation == null) {
            throw new IllegalArgumentException("a posting without an operation needs a companion that decides it");
        }
        Optional<Problem> refused =
                switch (operation) {
                    case Operation.Grant grant -> Grants.grant(draft, account, grant, book);
                    case Operation.Spend spend -> Spends.spend(draft, account, spend);
                    case Operation.Adjust adjust -> Spends.adjust(draft, account, adjust);
                    case Operation.Open open -> Openings.open(draft, account, open);
                    case Operation.AddHistory history -> Openings.addHistory(draft, account, history);
                    case Operation.Expire expire -> Optional.empty(); // done before every posting
                };
        if (refused.isPresent()) {
            return new Decided.Refused(refused.get());
        }
        promote(account);
        book.accept(draft);
        return new Decided.Accepted(result(draft, operation, before, account));
    }

    /** The level that the basis reaches is reached in the same posting; a level once reached stays. */
    private void promote(AccountState account) {
        Ladder.Rung reached = ladder.at(account.levelBasis);
        if (ladder.minPointsOf(account.levelCode) < reached.minPoints()) {
            account.levelCode = reached.code();
        }
    }

    private PostingResult result(Draft draft, Operation operation, AccountState before, AccountState after) {
        Posting posting = draft.posting;
        return new PostingResult(
                Long.toString(draft.transactionNo()),
                posting.traceId(),
                after.userId,
                typeOf(operation),
                posting.bizType(),
                posting.bizNo(),
                pointsOf(operation, draft),
                before.available,
                after.available,
                after.available,
                after.frozen,
                after.pending,
                after.arrears,
                after.levelCode,
                after.version,
                expireAt(draft),
                posting.reason(),
                0,
                draft.entries()
                        .map(e -> new PostingResult.EntryLine(
                                Long.toString(e.id()),
                                e.type(),
                                e.points(),
                                e.frozenChange(),
                                e.pendingChange(),
                                e.arrearsChange()))
                        .toList());
    }

    private static EntryType typeOf(Operation operation) {
        return switch (operation) {
            case Operation.Grant grant -> EntryType.GRANT;
            case Operation.Spend spend -> EntryType.SPEND;
            case Operation.Adjust adjust -> EntryType.ADJUST;
            case Operation.Open open -> EntryType.GRANT;
            case Operation.AddHistory history -> EntryType.ADJUST;
            case Operation.Expire expire -> EntryType.EXPIRE;
        };
    }

    /** What the posting was about: its entries of its own kind, without repaid arrears and the like. */
    private static long pointsOf(Operation operation, Draft draft) {
        return switch (operation) {
            case Operation.Grant grant -> sumOf(draft, EntryType.GRANT);
            case Operation.Spend spend -> -spend.points();
            case Operation.Adjust adjust -> adjust.points();
            case Operation.Open open -> open.points();
            case Operation.AddHistory history -> 0;
            case Operation.Expire expire -> sumOf(draft, EntryType.EXPIRE);
        };
    }

    private static long sumOf(Draft draft, EntryType type) {
        return draft.entries()
                .filter(e -> e.type() == type)
                .mapToLong(Entry::points)
                .sum();
    }

    /** Of granted points, the first moment at which some of them are gone. */
    private @Nullable Instant expireAt(Draft draft) {
        return draft.entries()
                .map(Entry::expiresOn)
                .filter(day -> day != null)
                .min(LocalDate::compareTo)
                .map(day -> EntryView.expireAt(day, zone))
                .orElse(null);
    }

    private static Decided refuse(ProblemCode code, String detail) {
        return new Decided.Refused(Problem.of(code, detail));
    }
}
