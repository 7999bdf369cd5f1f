package io.jifen.ledger;

import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One wish to change points (记账). It is accepted (entries) or refused (a code), and that outcome is kept under its
 * key for good.
 *
 * @param key idempotency key; null for what is idempotent by itself (expiry)
 * @param contentHash see {@link ContentHash}; compared when the key comes again
 * @param operation what to do; null where a companion decides it under the account's lock
 * @param byUser the user started it: a blocked account refuses it
 * @param occurredAt when it happened outside; null: now
 * @param companion the other room's part in it
 * @param subject what the companion needs to know
 * @param welcome what an account that has no entry yet gets first (its registration grant)
 * @param body makes the answer's body, kept byte for byte; null: nobody waits for one (events)
 */
public record Posting(
        @Nullable Key key,
        byte[] contentHash,
        Target target,
        @Nullable Operation operation,
        @Nullable String bizType,
        @Nullable String bizNo,
        @Nullable String reason,
        @Nullable String operator,
        boolean byUser,
        @Nullable Instant occurredAt,
        @Nullable Companion companion,
        @Nullable Object subject,
        @Nullable Posting welcome,
        @Nullable Function<PostingResult, Object> body) {

    /** A posting under a key; the answer is the {@link PostingResult} itself. */
    public static Posting of(Key key, byte[] contentHash, Target target, Operation operation) {
        return new Posting(
                key, contentHash, target, operation, null, null, null, null, false, null, null, null, null, r -> r);
    }

    /** What the system does by itself, as often as it likes: it has no key, so it must be idempotent by nature. */
    public static Posting keyless(Target target, Operation operation) {
        return new Posting(
                null, new byte[0], target, operation, null, null, null, null, false, null, null, null, null, null);
    }

    /**
     * A posting that the companion decides under the account's lock. Without a key no outcome is kept: then it is the
     * companion that lets it happen once.
     */
    public static Posting decidedBy(
            Companion companion, Object subject, @Nullable Key key, byte[] contentHash, Target target) {
        return new Posting(
                key, contentHash, target, null, null, null, null, null, false, null, companion, subject, null, null);
    }

    public Posting biz(@Nullable String type, @Nullable String no) {
        return new Posting(
                key,
                contentHash,
                target,
                operation,
                type,
                no,
                reason,
                operator,
                byUser,
                occurredAt,
                companion,
                subject,
                welcome,
                body);
    }

    public Posting because(@Nullable String why) {
        return new Posting(
                key,
                contentHash,
                target,
                operation,
                bizType,
                bizNo,
                why,
                operator,
                byUser,
                occurredAt,
                companion,
                subject,
                welcome,
                body);
    }

    public Posting by(@Nullable String who) {
        return new Posting(
                key,
                contentHash,
                target,
                operation,
                bizType,
                bizNo,
                reason,
                who,
                byUser,
                occurredAt,
                companion,
                subject,
                welcome,
                body);
    }

    public Posting startedByUser() {
        return new Posting(
                key,
                contentHash,
                target,
                operation,
                bizType,
                bizNo,
                reason,
                operator,
                true,
                occurredAt,
                companion,
                subject,
                welcome,
                body);
    }

    public Posting occurredAt(@Nullable Instant when) {
        return new Posting(
                key,
                contentHash,
                target,
                operation,
                bizType,
                bizNo,
                reason,
                operator,
                byUser,
                when,
                companion,
                subject,
                welcome,
                body);
    }

    public Posting welcome(@Nullable Posting first) {
        return new Posting(
                key,
                contentHash,
                target,
                operation,
                bizType,
                bizNo,
                reason,
                operator,
                byUser,
                occurredAt,
                companion,
                subject,
                first,
                body);
    }

    public Posting answering(@Nullable Function<PostingResult, Object> makeBody) {
        return new Posting(
                key,
                contentHash,
                target,
                operation,
                bizType,
                bizNo,
                reason,
                operator,
                byUser,
                occurredAt,
                companion,
                subject,
                welcome,
                makeBody);
    }

    @Nullable
    String traceId() {
        return key == null ? null : key.traceId();
    }

    Posting withOperation(Operation decided) {
        return new Posting(
                key,
                contentHash,
                target,
                decided,
                bizType,
                bizNo,
                reason,
                operator,
                byUser,
                occurredAt,
                companion,
                subject,
                welcome,
                body);
    }
}
