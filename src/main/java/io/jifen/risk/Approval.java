package io.jifen.risk;

import io.jifen.ledger.Guard.Reason;
import io.jifen.ledger.Key;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wish that waits for a second person, or what became of it.
 *
 * @param request JSON; of a review it is forgotten once it is settled, as it may say where somebody lives
 * @param holdId what holds the points meanwhile; null: there are none to be held
 * @param reasons of a review, what the checks object to; null: it is none
 */
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
        Instant expiresAt,
        @Nullable Long holdId,
        @Nullable List<Reason> reasons) {

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

    /** The key under which held points are given back where there is no effect. */
    Key endKey() {
        return Key.own("approval-end", Long.toString(id));
    }

    Approval holding(long hold) {
        return new Approval(
                id,
                kind,
                status,
                userId,
                points,
                reason,
                request,
                requestedBy,
                decidedBy,
                createdAt,
                expiresAt,
                hold,
                reasons);
    }

    Approvable.Asked asked() {
        return new Approvable.Asked(key(), userId, points, reason, requestedBy, request);
    }
}
