package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a posting did.
 *
 * @param points signed, what the posting was about; 0 where a rule earned nothing
 * @param beforeBalance available points before it
 * @param afterBalance available points after it
 * @param expireAt the moment from which on granted points are gone; null: never, or nothing was granted
 * @param writtenOff what a clawback's policy left with the user
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PostingResult(
        String transactionNo,
        @Nullable String traceId,
        String userId,
        @Nullable EntryType type,
        @Nullable String bizType,
        @Nullable String bizNo,
        long points,
        long beforeBalance,
        long afterBalance,
        long available,
        long frozen,
        long pending,
        long arrears,
        String level,
        long version,
        @Nullable Instant expireAt,
        @Nullable String reason,
        long writtenOff,
        List<EntryLine> entries) {

    /** One of its entries. */
    @RegisterForReflection
    public record EntryLine(
            String id, EntryType type, long points, long frozenChange, long pendingChange, long arrearsChange) {}
}
