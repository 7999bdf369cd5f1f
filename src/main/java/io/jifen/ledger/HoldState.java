package io.jifen.ledger;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A hold (冻结单): points reserved until it is captured, released or timed out, once.
 *
 * @param id the id of its HOLD entry
 * @param lots what it holds, by lot, earliest first
 */
record HoldState(
        long id,
        long accountId,
        long points,
        long capturedPoints,
        Status status,
        @Nullable String bizNo,
        Instant expiresAt,
        Instant createdAt,
        List<LotUse> lots) {

    enum Status {
        OPEN,
        CAPTURED,
        RELEASED,
        EXPIRED
    }

    boolean isOverdue(Instant now) {
        return status == Status.OPEN && !now.isBefore(expiresAt);
    }

    HoldState ended(Status how, long captured) {
        return new HoldState(id, accountId, points, captured, how, bizNo, expiresAt, createdAt, lots);
    }

    /** Rows of a join: the same hold, with the other's lots behind its own. */
    HoldState withLotsOf(HoldState other) {
        return new HoldState(
                id,
                accountId,
                points,
                capturedPoints,
                status,
                bizNo,
                expiresAt,
                createdAt,
                Stream.concat(lots.stream(), other.lots.stream()).toList());
    }
}
