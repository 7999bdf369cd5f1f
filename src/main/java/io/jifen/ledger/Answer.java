package io.jifen.ledger;

import io.jifen.platform.Problem;
import org.jspecify.annotations.Nullable;

/** What became of a posting. */
public sealed interface Answer {

    /**
     * Accepted, now or before.
     *
     * @param transactionNo of its entries
     * @param body the answer's bytes, the same for ever; null where the posting asked for none
     * @param result the figures; null when it was accepted before
     * @param replayed the key was known: nothing was done now
     * @param waits it was not done, but waits for a person's word, as the body says
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes to pass on, never compared
    record Posted(
            long transactionNo,
            byte @Nullable [] body,
            @Nullable PostingResult result,
            boolean replayed,
            boolean waits) implements Answer {

        /** One that was done. */
        public Posted(long transactionNo, byte @Nullable [] body, @Nullable PostingResult result, boolean replayed) {
            this(transactionNo, body, result, replayed, false);
        }
    }

    /** Refused by the ledger, now or before, for good: the same key gets the same refusal. */
    @SuppressWarnings("ArrayRecordComponent") // bytes to pass on, never compared
    record Refused(
            int status,
            String code,
            byte @Nullable [] body,
            @Nullable Problem problem,
            boolean replayed) implements Answer {}

    /** Not decided and not remembered: a key reused for something else, or a defect found on the way. */
    record Rejected(Problem problem) implements Answer {}
}
