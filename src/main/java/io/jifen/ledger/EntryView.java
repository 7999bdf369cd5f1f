package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** An entry as clients see it: ids as strings, the moment of expiry instead of the last day. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EntryView(
        String id,
        String transactionNo,
        long version,
        EntryType type,
        @Nullable String bizType,
        @Nullable String bizNo,
        @Nullable String traceId,
        long points,
        long frozenChange,
        long pendingChange,
        long arrearsChange,
        long beforeBalance,
        long afterBalance,
        @Nullable String reason,
        @Nullable Instant expireAt,
        @Nullable String ruleCode,
        @Nullable Integer ruleVersion,
        @Nullable String relatedId,
        @Nullable String operator,
        Instant occurredAt,
        Instant createdAt) {

    public static EntryView of(Entry entry, ZoneId zone) {
        return new EntryView(
                Long.toString(entry.id()),
                Long.toString(entry.transactionNo()),
                entry.version(),
                entry.type(),
                entry.bizType(),
                entry.bizNo(),
                entry.traceId(),
                entry.points(),
                entry.frozenChange(),
                entry.pendingChange(),
                entry.arrearsChange(),
                entry.beforeBalance(),
                entry.afterBalance(),
                entry.reason(),
                expireAt(entry.expiresOn(), zone),
                entry.ruleCode(),
                entry.ruleVersion(),
                entry.relatedId(),
                entry.operator(),
                entry.occurredAt(),
                entry.createdAt());
    }

    /** The moment from which on points of that last day are gone; null: never. */
    static @Nullable Instant expireAt(@Nullable LocalDate expiresOn, ZoneId zone) {
        return expiresOn == null || expiresOn.equals(Lot.NEVER)
                ? null
                : expiresOn.plusDays(1).atStartOfDay(zone).toInstant();
    }
}
