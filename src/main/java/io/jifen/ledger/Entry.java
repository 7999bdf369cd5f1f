package io.jifen.ledger;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * One immutable line of the ledger (积分流水); see DESIGN of table {@code entry} in the first migration.
 *
 * @param derivation how its points came about, as JSON; see {@link Derivation}. Null: there is nothing to tell
 */
public record Entry(
        long id,
        long accountId,
        long version,
        long transactionNo,
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
        @Nullable LocalDate expiresOn,
        @Nullable String ruleCode,
        @Nullable Integer ruleVersion,
        @Nullable String relatedId,
        @Nullable String operator,
        Instant occurredAt,
        Instant createdAt,
        byte[] hash,
        @Nullable String derivation) {

    /** The same entry with its hash in the chain. */
    Entry sealedWith(byte[] rightHash) {
        return new Entry(
                id,
                accountId,
                version,
                transactionNo,
                type,
                bizType,
                bizNo,
                traceId,
                points,
                frozenChange,
                pendingChange,
                arrearsChange,
                beforeBalance,
                afterBalance,
                reason,
                expiresOn,
                ruleCode,
                ruleVersion,
                relatedId,
                operator,
                occurredAt,
                createdAt,
                rightHash,
                derivation);
    }
}
