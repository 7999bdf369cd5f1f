package io.jifen.risk;

import io.jifen.ledger.Key;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A wish that waits for a second person, or what became of it. */
record Approval(
        long id,
        String kind,
        Status status,
        String userId,
        long points,
        @Nullable String reason,
        String request,
        String requestedBy,
        @Nullable String decidedBy,
        Instant createdAt,
        Instant expiresAt) {

    enum Status {
        PENDING,
        APPROVED,
        REJECTED,
        EXPIRED
    }

    /** The status as of a moment: what nobody decided in time has expired, also before that is written. */
    Status statusAt(Instant now) {
        return status == Status.PENDING && !now.isBefore(expiresAt) ? Status.EXPIRED : status;
    }

    /** The key of its effect. */
    Key key() {
        return Key.own("approval", Long.toString(id));
    }

    Approvable.Asked asked() {
        return new Approvable.Asked(key(), userId, points, reason, requestedBy, request);
    }
}
