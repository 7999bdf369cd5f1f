package io.jifen.ledger;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger decides, given the facts: pure, but for the ids it is handed. One decision serves one batch and
 * decides its postings in their order, each on what the ones before it left.
 */
final class Decision {

    /** What a posting came to: its result, or why not. */
    sealed interface Decided {
        /** @param companion what its companion has to do about it, if there is one */
        record Accepted(PostingResult result, Consumer<PostingResult> companion) implements Decided {}

        /** Something else was done meanwhile; {@code body} is what is answered. */
        record Waits(PostingResult result, Consumer<PostingResult> asked, Function<PostingResult, Object> body)
                implements Decided {}

        record Refused(Problem problem) implements Decided {}
    }

    private final Book book;
    private final Instant now;
    private final LocalDate today;
    private final Terms terms;
    private final LongSupplier ids;
    private final Ranks ranks;

    Decision(Book book, Instant now, Terms terms, LongSupplier ids) {
        this.book = book;
        this.now = now;
        this.today = LocalDate.ofInstant(now, terms.zone());
        this.terms = terms;
        this.ids = ids;
        this.ranks = new Ranks(terms.ladder(), today);
    }

    /**
     * Decides the posting on an account; the book takes over what is accepted.
     *
     * @param other the receiver of a transfer; null if there is none, or no such account
     * @param companions the facts of the companions of the batch
     * @param guard the facts of whoever watches over it
     */
    Decided decide(
            Posting posting,
            AccountState account,
            @Nullable AccountState other,
            Map<Companion, Companion.Facts> companions,
            Guard.Facts guard) {
        settle(account.id);
        if (other != null) {
            settle(other.id);
        }
        if (posting.byUser() && account.blocked) {
            return refuse(ProblemCode.ACCOUNT_BLOCKED, "The account is blocked.");
        }
        Long otherId = other == null ? null : other.id;
        return switch (plan(posting, account, companions)) {
            case Companion.Plan.Refuse(Problem problem) -> new Decided.Refused(problem);
            case Companion.Plan.Go(Operation operation, Consumer<PostingResult> accepted) ->
                watched(posting.withOperation(operation), account.id, otherId, accepted, guard);
        };
    }

    private Companion.Plan plan(Posting posting, AccountState account, Map<Companion, Companion.Facts> companions) {
        if (posting.companion() != null) {
            return facts(posting, companions).decide(posting, given(posting, account, companions));
        }
        return new Companion.Plan.Go(operation(posting), result -> {});
    }

    private static Operation operation(Posting posting) {
        return Objects.requireNonNull(
                posting.operation(), "a posting without an operation needs a companion that decides it");
    }

    /** What is planned happens, unless whoever watches over it has it wait, or doesn't let it happen. */
    private Decided watched(
            Posting posting,
            long accountId,
            @Nullable Long otherId,
            Consumer<PostingResult> accepted,
            Guard.Facts guard) {
        if (posting.watch() == null) {
            return accepted(decideOperation(posting, accountId, otherId), accepted);
        }
        Guard.Verdict verdict = guard.judge(
                posting,
                operation(posting),
                book.account(accountId).view(),
                otherId == null ? null : book.account(otherId).view());
        return switch (verdict) {
            case Guard.Verdict.Pass(Consumer<PostingResult> passed) ->
                accepted(decideOperation(posting, accountId, otherId), accepted.andThen(passed));
            case Guard.Verdict.Reject(Problem problem) -> new Decided.Refused(problem);
            case Guard.Verdict.Review(
                    Operation meanwhile,
                    Consumer<PostingResult> asked,
                    Function<PostingResult, Object> body) ->
                waiting(decideOperation(posting.withOperation(meanwhile), accountId, null), asked, body);
        };
    }

    private static Decided waiting(
            Decided decided, Consumer<PostingResult> asked, Function<PostingResult, Object> body) {
        return decided instanceof Decided.Accepted(PostingResult result, Consumer<PostingResult> none)
                ? new Decided.Waits(result, asked, body)
                : decided;
    }

    private static Decided accepted(Decided decided, Consumer<PostingResult> then) {
        return decided instanceof Decided.Accepted(PostingResult result, Consumer<PostingResult> none)
                ? new Decided.Accepted(result, then)
                : decided;
    }

    private static Companion.Facts facts(Posting posting, Map<Companion, Companion.Facts> companions) {
        return Objects.requireNonNull(companions.get(posting.companion()), "a companion whose facts were not read");
    }

    private Companion.Given given(Posting posting, AccountState account, Map<Companion, Companion.Facts> companions) {
        return new Companion.Given(
                book.account(account.id).view(), earnedBefore(posting, account), now, question -> facts(
                                question, companions)
                        .decide(question, given(posting, account, companions)));
    }

    private EarnedBefore earnedBefore(Posting posting, AccountState account) {
        Book.EarnedKey key = Grants.earnedKey(posting, account);
        return ruleCode -> {
            EarnedState earned = key == null ? null : book.earned(new Book.EarnedBy(key, ruleCode));
            return earned == null ? null : earned.transactionNo();
        };
    }

    /**
     * What time has brought comes before anything else of the account, as postings of their own: a lot past its day is
     * not spendable, and a hold that ran out holds nothing.
     */
    private void settle(long accountId) {
        Posting itself = Posting.keyless(new Target.Account(accountId), new Operation.Settle());
        if (book.account(accountId).hasPastLots(today)) {
            Draft draft = new Draft(book, itself, now, ids);
            Expiry.expire(draft, draft.account(accountId), today, terms.zone());
            book.accept(draft);
        }
        book.account(accountId).emptyBefore = today;
        for (HoldState hold : book.openHolds(accountId)) {
            if (hold.isOverdue(now)) {
                Draft draft = new Draft(book, itself.biz(null, hold.bizNo()).occurredAt(hold.expiresAt()), now, ids);
                AccountState account = draft.account(accountId);
                Holds.end(draft, account, hold, HoldState.Status.EXPIRED);
                Expiry.expireReturned(draft, account, today);
                book.accept(draft);
            }
        }
    }

    private Decided decideOperation(Posting posting, long accountId, @Nullable Long otherId) {
        Draft draft = new Draft(book, posting, now, ids);
        AccountState account = draft.account(accountId);
        AccountState before = book.account(accountId);
        Operation operation = operation(posting);
        Optional<Problem> refused = posting.redeems() == null
                ? Optional.empty()
                : Holds.redeem(draft, account, posting.redeems(), operation);
        AccountState other = otherId == null ? null : draft.account(otherId);
        refused = refused.or(() -> apply(draft, account, other, operation));
        if (refused.isPresent()) {
            return new Decided.Refused(refused.get());
        }
        if (posting.redeems() != null) {
            Holds.repay(draft, account);
        }
        for (AccountState touched : draft.touched()) {
            Expiry.expireReturned(draft, touched, today);
            if (!(operation instanceof Operation.Rank)) { // that has its own reasons to lower the basis
                ranks.after(draft, touched, book.account(touched.id).levelBasis);
            }
        }
        if (draft.isNameless()) {
            throw new IllegalStateException("a posting that redeems a hold enters something itself");
        }
        PostingResult result = result(draft, operation, before, account);
        book.accept(draft);
        return new Decided.Accepted(result, none -> {});
    }

    private Optional<Problem> apply(
            Draft draft, AccountState account, @Nullable AccountState other, Operation operation) {
        switch (operation) {
            case Operation.Grant grant -> {
                return Grants.grant(draft, account, grant, limits());
            }
            case Operation.Spend spend -> {
                return Spends.spend(draft, account, spend);
            }
            case Operation.SpendAndGrant(long points, List<Operation.Line> lines) -> {
                return Spends.spend(draft, account, new Operation.Spend(points))
                        .or(() -> Grants.grant(draft, account, new Operation.Grant(lines), limits()));
            }
            case Operation.Hold hold -> {
                return Holds.hold(draft, account, hold);
            }
            case Operation.Capture capture -> {
                return Holds.capture(draft, account, capture, limits());
            }
            case Operation.Release release -> {
                return Holds.release(draft, account, release);
            }
            case Operation.Refund refund -> {
                return Refunds.refund(draft, account, refund, today, terms.refundGraceDays());
            }
            case Operation.OrderRefund refund -> Clawbacks.refundOrder(draft, account, refund, limits());
            case Operation.Transfer transfer -> {
                return other == null
                        ? Optional.of(Problem.of(ProblemCode.ACCOUNT_NOT_FOUND, "The receiver has no account."))
                        : Transfers.transfer(draft, account, other, transfer, today);
            }
            case Operation.Activate activate -> Grants.activate(draft, account, now, terms.zone());
            case Operation.Reinstate reinstate -> {
                return Expiry.reinstate(draft, account, reinstate, today);
            }
            case Operation.Adjust adjust -> {
                return Spends.adjust(draft, account, adjust);
            }
            case Operation.Open open -> {
                return Openings.open(draft, account, open);
            }
            case Operation.AddHistory history -> {
                return Openings.addHistory(draft, account, history);
            }
            case Operation.Settle settle -> account.sweepsLots = true; // the rest is done before every posting
            case Operation.Rank rank -> ranks.review(draft, account, book);
            case Operation.None none -> {}
        }
        return Optional.empty();
    }

    private Clawbacks.Limits limits() {
        return new Clawbacks.Limits(today, terms.refundGraceDays(), terms.arrearsLimit());
    }

    private PostingResult result(Draft draft, Operation operation, AccountState before, AccountState after) {
        Posting posting = draft.posting;
        return new PostingResult(
                Long.toString(draft.transactionNo()),
                posting.traceId(),
                after.userId,
                typeOf(operation, draft),
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
                draft.writtenOff,
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

    private static @Nullable EntryType typeOf(Operation operation, Draft draft) {
        return switch (operation) {
            case Operation.Grant grant ->
                draft.entries().anyMatch(entry -> entry.type() == EntryType.PENDING)
                                && sumOf(draft, EntryType.GRANT) == 0
                        ? EntryType.PENDING
                        : EntryType.GRANT;
            case Operation.Spend spend -> EntryType.SPEND;
            case Operation.SpendAndGrant both -> EntryType.SPEND;
            case Operation.Hold hold -> EntryType.HOLD;
            case Operation.Capture capture -> EntryType.CAPTURE;
            case Operation.Release release -> EntryType.RELEASE;
            case Operation.Refund refund -> EntryType.REFUND;
            case Operation.OrderRefund refund -> onlyGivesBack(draft) ? EntryType.REFUND : EntryType.CLAWBACK;
            case Operation.Transfer transfer -> EntryType.TRANSFER_OUT;
            case Operation.Activate activate -> EntryType.ACTIVATE;
            case Operation.Reinstate reinstate -> EntryType.REINSTATE;
            case Operation.Adjust adjust -> EntryType.ADJUST;
            case Operation.Open open -> EntryType.GRANT;
            case Operation.AddHistory history -> EntryType.ADJUST;
            case Operation.Settle settle -> EntryType.EXPIRE;
            case Operation.Rank rank -> null;
            case Operation.None none -> null;
        };
    }

    /** What the posting was about: its entries of its own kind, without repaid arrears and the like. */
    private static long pointsOf(Operation operation, Draft draft) {
        return switch (operation) {
            case Operation.Grant grant ->
                sumOf(draft, EntryType.GRANT)
                        + draft.entries()
                                .filter(entry -> entry.type() == EntryType.PENDING)
                                .mapToLong(Entry::pendingChange)
                                .sum();
            case Operation.Spend spend -> -spend.points();
            case Operation.SpendAndGrant both -> -both.points();
            case Operation.Hold hold -> -hold.points();
            case Operation.Capture capture ->
                draft.entries()
                        .filter(entry -> entry.type() == EntryType.CAPTURE)
                        .mapToLong(Entry::frozenChange)
                        .sum();
            case Operation.Release release -> sumOf(draft, EntryType.RELEASE);
            case Operation.Refund refund -> sumOf(draft, EntryType.REFUND);
            case Operation.OrderRefund refund ->
                onlyGivesBack(draft)
                        ? sumOf(draft, EntryType.REFUND)
                        : draft.entries()
                                .filter(entry -> entry.type() == EntryType.CLAWBACK)
                                .mapToLong(entry -> entry.points() + entry.pendingChange() - entry.arrearsChange())
                                .sum();
            case Operation.Transfer transfer -> -transfer.points();
            case Operation.Activate activate -> sumOf(draft, EntryType.ACTIVATE);
            case Operation.Reinstate reinstate -> reinstate.points();
            case Operation.Adjust adjust -> adjust.points();
            case Operation.Open open -> open.points();
            case Operation.AddHistory history -> 0;
            case Operation.Settle settle -> sumOf(draft, EntryType.EXPIRE);
            case Operation.Rank rank -> 0;
            case Operation.None none -> 0;
        };
    }

    /** Whether the refund of an order gave back points that made it cheaper, and clawed nothing back. */
    private static boolean onlyGivesBack(Draft draft) {
        return draft.entries().anyMatch(entry -> entry.type() == EntryType.REFUND)
                && draft.entries().noneMatch(entry -> entry.type() == EntryType.CLAWBACK);
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
                .filter(entry -> entry.type() != EntryType.EXPIRE)
                .map(Entry::expiresOn)
                .filter(day -> day != null)
                .min(LocalDate::compareTo)
                .map(day -> EntryView.expireAt(day, terms.zone()))
                .orElse(null);
    }

    private static Decided refuse(ProblemCode code, String detail) {
        return new Decided.Refused(Problem.of(code, detail));
    }
}
