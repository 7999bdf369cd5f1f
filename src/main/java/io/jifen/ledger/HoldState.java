package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A hold (冻结单): points reserved until it is captured, released or timed out, once.
 *
 * @param id the id of its HOLD entry
 * @param orderAmount the money of the order that it makes cheaper; null: not said
 * @param captureNo the transactionNo of its CAPTURE entry; null: not captured
 * @param bound only the posting that redeems it ends it before its time
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
        @Nullable BigDecimal orderAmount,
        @Nullable Long captureNo,
        boolean bound,
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

    /** What its order is known by; null: it names none. */
    @Nullable
    EarnedKey order() {
        return bizNo == null ? null : new EarnedKey(accountId, Clawbacks.ORDER, bizNo);
    }

    /** Ended without a capture. */
    HoldState ended(Status how) {
        return new HoldState(
                id, accountId, points, 0, how, bizNo, expiresAt, createdAt, orderAmount, captureNo, bound, lots);
    }

    HoldState captured(long captured, long transactionNo) {
        return new HoldState(
                id,
                accountId,
                points,
                captured,
                Status.CAPTURED,
                bizNo,
                expiresAt,
                createdAt,
                orderAmount,
                transactionNo,
                bound,
                lots);
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
                orderAmount,
                captureNo,
                bound,
                Stream.concat(lots.stream(), other.lots.stream()).toList());
    }
}
