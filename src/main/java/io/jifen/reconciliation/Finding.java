package io.jifen.reconciliation;

import io.jifen.ledger.Violation;
import io.jifen.platform.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something a reconciliation found wrong (对账差异). */
record Finding(
        long id,
        long runId,
        byte[] fingerprint,
        Violation violation,
        State state,
        @Nullable String reason,
        @Nullable Long transactionNo,
        @Nullable String resolvedBy,
        @Nullable Instant resolvedAt,
        Instant createdAt) {

    enum State {
        OPEN,
        RESOLVED
    }

    /** The same for whatever says the same, in whichever run. */
    static byte[] fingerprint(Violation violation) {
        return Sha256.half(violation.toString());
    }
}
