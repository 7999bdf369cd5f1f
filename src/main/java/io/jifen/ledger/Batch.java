package io.jifen.ledger;

import io.jifen.audit.Act;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.Unquoted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Decides the postings of one batch, one after the other, and keeps their outcomes in the book. */
final class Batch {

    private static final Logger LOG = Logger.getLogger(Batch.class);

    private final Book book;
    private final Decision decision;
    private final Map<Companion, Companion.Facts> companions;
    private final Guard.Facts guard;
    private final Json json;
    private final Instant now;

    Batch(
            Book book,
            Decision decision,
            Map<Companion, Companion.Facts> companions,
            Guard.Facts guard,
            Json json,
            Instant now) {
        this.book = book;
        this.decision = decision;
        this.companions = companions;
        this.guard = guard;
        this.json = json;
        this.now = now;
    }

    /** The answers, by the postings' positions. */
    List<Answer> decide(List<Located> postings) {
        List<Answer> answers = new ArrayList<>();
        for (Located located : postings) {
            Answer answer = answer(located);
            if (located.position() >= 0) {
                answers.add(answer);
            }
        }
        return answers;
    }

    private Answer answer(Located located) {
        Posting posting = located.posting();
        Known known = posting.key() == null ? null : book.outcome(posting.key());
        if (known != null) {
            return known.isFor(posting) ? known.replay() : new Answer.Rejected(reused(posting));
        }
        if (located.accountId() == null && !(posting.target() instanceof Target.User)) {
            return new Answer.Rejected(Problem.of(ProblemCode.NOT_FOUND, "There is nothing of this number.")
                    .withTraceId(posting.traceId()));
        }
        if (located.accountId() == null) {
            return refused(located, Problem.of(ProblemCode.ACCOUNT_NOT_FOUND, "There is no account of this user."));
        }
        AccountState account = book.account(located.accountId());
        AccountState other = located.otherId() == null ? null : book.account(located.otherId());
        Decision.Decided decided;
        try {
            decided = decision.decide(posting, account, other, companions, guard);
        } catch (ArithmeticException e) {
            return new Answer.Rejected(Problem.of(
                    ProblemCode.INVALID_REQUEST, "The points would take the account beyond what a number can hold."));
        } catch (RuntimeException e) {
            // A defect in one posting's facts or code must not stop its neighbours.
            LOG.errorf(Unquoted.of(e), "posting failed: traceId=%s account=%d", posting.traceId(), account.id);
            return new Answer.Rejected(
                    Problem.of(ProblemCode.INTERNAL_ERROR, "The posting could not be decided; it changed nothing."));
        }
        // From here on it is in the book: what fails now fails the batch, which is then taken apart.
        return switch (decided) {
            case Decision.Decided.Accepted(PostingResult result, Consumer<PostingResult> companion) -> {
                companion.accept(result);
                yield posted(located, result, posting.body(), false);
            }
            case Decision.Decided.Waits(
                    PostingResult result,
                    Consumer<PostingResult> asked,
                    Function<PostingResult, Object> body) -> {
                asked.accept(result);
                yield posted(located, result, posting.body() == null ? null : body, true);
            }
            case Decision.Decided.Refused(Problem problem) -> refused(located, problem);
        };
    }

    private Answer posted(
            Located located, PostingResult result, @Nullable Function<PostingResult, Object> makeBody, boolean waits) {
        Posting posting = located.posting();
        byte[] body = makeBody == null ? null : json.bytes(makeBody.apply(result));
        if (posting.key() != null && located.accountId() != null) {
            book.remember(Known.posted(posting, located.accountId(), result, body, now));
        }
        Act act = posting.act();
        if (act != null && !waits) {
            book.record(act.after() == null ? act.to(Map.of("transactionNo", result.transactionNo())) : act);
        }
        return new Answer.Posted(Long.parseLong(result.transactionNo()), body, result, false, waits);
    }

    private Answer refused(Located located, Problem problem) {
        Posting posting = located.posting();
        Problem said = problem.withTraceId(posting.traceId());
        boolean unreadable = said.status() == ProblemCode.INVALID_REQUEST.status();
        boolean notLetIn = said.status() == ProblemCode.FORBIDDEN.status();
        if (unreadable || (notLetIn && posting.body() != null)) {
            return new Answer.Rejected(
                    said); // no outcome; but of an event, for which nobody waits, it is the only word
        }
        byte[] body = posting.body() == null ? null : json.bytes(said);
        if (posting.key() != null) {
            String userId =
                    posting.target() instanceof Target.User user && located.accountId() == null ? user.userId() : null;
            book.remember(Known.refused(posting, located.accountId(), userId, said, body, now));
        }
        return new Answer.Refused(said.status(), said.code(), body, said, false);
    }

    private static Problem reused(Posting posting) {
        return Problem.of(
                        ProblemCode.IDEMPOTENCY_KEY_REUSED,
                        "This idempotency key belongs to a request with other content; use a new key.")
                .withTraceId(posting.traceId());
    }
}
