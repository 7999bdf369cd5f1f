package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A hold as clients see it.
 *
 * @param result of the request that is answered; null where a hold is only shown
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Hold")
public record HoldView(
        String holdId,
        String userId,
        long points,
        long capturedPoints,

        @Schema(examples = {"OPEN", "CAPTURED", "RELEASED", "EXPIRED"})
        String status,

        @Nullable String bizNo,
        Instant expiresAt,
        @Nullable PostingResult result) {

    static HoldView of(HoldState hold, String userId, Instant now) {
        return new HoldView(
                Long.toString(hold.id()),
                userId,
                hold.points(),
                hold.capturedPoints(),
                hold.isOverdue(now)
                        ? HoldState.Status.EXPIRED.name()
                        : hold.status().name(),
                hold.bizNo(),
                hold.expiresAt(),
                null);
    }

    /** What opens a hold is the entry that the transaction is named after: its id is the hold's. */
    public static HoldView opened(PostingResult result, Instant expiresAt) {
        return new HoldView(
                result.transactionNo(),
                result.userId(),
                -result.points(),
                0,
                HoldState.Status.OPEN.name(),
                result.bizNo(),
                expiresAt,
                result);
    }

    public HoldView captured(PostingResult result) {
        return new HoldView(
                holdId, userId, points, -result.points(), HoldState.Status.CAPTURED.name(), bizNo, expiresAt, result);
    }

    public HoldView released(PostingResult result) {
        return new HoldView(holdId, userId, points, 0, HoldState.Status.RELEASED.name(), bizNo, expiresAt, result);
    }
}
