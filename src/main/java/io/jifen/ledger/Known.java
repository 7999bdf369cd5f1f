package io.jifen.ledger;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A key's outcome, as table {@code request} keeps it. */
@SuppressWarnings("ArrayRecordComponent") // bytes as the database has them; compared where it matters
record Known(
        Key key,
        byte[] contentHash,
        @Nullable Long accountId,
        @Nullable String userId,
        Outcome outcome,
        int status,
        @Nullable String code,
        @Nullable Long transactionNo,
        byte @Nullable [] answer,
        Instant createdAt) {

    enum Outcome {
        POSTED,
        REFUSED,
        DEAD
    }

    /**
     * A dead key is dead for any content: only its replay can give it an outcome. And the program's own keys stand for
     * one thing each, whatever brought it about (an imported balance, say, instead of a registration grant).
     */
    boolean isFor(Posting posting) {
        return key.equals(posting.key())
                && (outcome == Outcome.DEAD || key.isOwn() || Arrays.equals(contentHash, posting.contentHash()));
    }

    /** The answer that a repeat of the request gets. */
    Answer replay() {
        return switch (outcome) {
            case POSTED -> new Answer.Posted(transactionNo == null ? 0 : transactionNo, answer, null, true);
            case REFUSED -> new Answer.Refused(status, code == null ? "" : code, answer, null, true);
            case DEAD ->
                new Answer.Rejected(Problem.of(
                                ProblemCode.ILLEGAL_STATE,
                                "A message of this key was put aside, as it could not be applied.")
                        .with("state", outcome.name())
                        .withTraceId(key.traceId()));
        };
    }

    static Known posted(Posting posting, long accountId, PostingResult result, byte @Nullable [] body, Instant now) {
        return new Known(
                keyOf(posting),
                posting.contentHash(),
                accountId,
                null,
                Outcome.POSTED,
                200,
                null,
                Long.valueOf(result.transactionNo()),
                body,
                now);
    }

    static Known refused(
            Posting posting,
            @Nullable Long accountId,
            @Nullable String userId,
            Problem problem,
            byte @Nullable [] body,
            Instant now) {
        return new Known(
                keyOf(posting),
                posting.contentHash(),
                accountId,
                userId,
                Outcome.REFUSED,
                problem.status(),
                problem.code(),
                null,
                body,
                now);
    }

    /** Of a message that could not be understood, so its content is not known. */
    static Known dead(Key key, @Nullable String userId, String code, Instant now) {
        return new Known(key, new byte[16], null, userId, Outcome.DEAD, 0, code, null, null, now);
    }

    private static Key keyOf(Posting posting) {
        if (posting.key() == null) {
            throw new IllegalArgumentException("a posting without a key has no outcome to keep");
        }
        return posting.key();
    }
}
