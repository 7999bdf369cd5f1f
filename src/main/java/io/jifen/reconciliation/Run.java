package io.jifen.reconciliation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One reconciliation.
 *
 * @param id of the job's run, too
 * @param from what was posted from then on
 * @param to and before then
 * @param figures JSON of the books; null: it has not come to its end
 */
record Run(
        long id,
        Kind kind,
        Instant from,
        Instant to,
        long accounts,
        long findings,
        @Nullable String figures,
        Instant startedAt,
        @Nullable Instant finishedAt) {

    enum Kind {
        /** What changed since the last one. */
        CHANGES,
        /** Everything. */
        FULL
    }
}
