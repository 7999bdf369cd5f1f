package io.jifen.ledger;

import io.jifen.audit.Act;
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
 * @param about what its entries say of it
 * @param companion the other room's part in it
 * @param subject what the companion needs to know
 * @param welcome what an account that has no entry yet gets first (its registration grant)
 * @param body makes the answer's body, kept byte for byte; null: nobody waits for one (events)
 * @param watch what the {@link Guard} needs to know; null: it is not watched over
 * @param redeems the bound hold whose points are given back for it, in the same posting
 * @param act recorded in the audit trail with its entries, if it is accepted; null: it is no admin's doing
 */
public record Posting(
        @Nullable Key key,
        byte[] contentHash,
        Target target,
        @Nullable Operation operation,
        About about,
        @Nullable Companion companion,
        @Nullable Object subject,
        @Nullable Posting welcome,
        @Nullable Function<PostingResult, Object> body,
        @Nullable Act act,
        @Nullable Object watch,
        @Nullable Long redeems) {

    /**
     * What brought it about.
     *
     * @param byUser the user started it: a blocked account refuses it
     * @param occurredAt when it happened outside; null: now
     */
    public record About(
            @Nullable String bizType,
            @Nullable String bizNo,
            @Nullable String reason,
            @Nullable String operator,
            boolean byUser,
            @Nullable Instant occurredAt) {

        static final About NOTHING = new About(null, null, null, null, false, null);
    }

    /** A posting under a key; the answer is the {@link PostingResult} itself. */
    public static Posting of(Key key, byte[] contentHash, Target target, Operation operation) {
        return new Posting(
                key, contentHash, target, operation, About.NOTHING, null, null, null, r -> r, null, null, null);
    }

    /** What the system does by itself, as often as it likes: it has no key, so it must be idempotent by nature. */
    public static Posting keyless(Target target, Operation operation) {
        return new Posting(
                null, new byte[0], target, operation, About.NOTHING, null, null, null, null, null, null, null);
    }

    /**
     * A posting that the companion decides under the account's lock. Without a key no outcome is kept: then it is the
     * companion that lets it happen once.
     */
    public static Posting decidedBy(
            Companion companion, Object subject, @Nullable Key key, byte[] contentHash, Target target) {
        return new Posting(
                key, contentHash, target, null, About.NOTHING, companion, subject, null, null, null, null, null);
    }

    /** The same posting, if the companion lets it happen: the operation is known before, its facts are read by it. */
    public Posting ifAllowedBy(Companion decider, Object itsSubject) {
        return new Posting(
                key, contentHash, target, operation, about, decider, itsSubject, welcome, body, act, watch, redeems);
    }

    public Posting about(About what) {
        return new Posting(
                key, contentHash, target, operation, what, companion, subject, welcome, body, act, watch, redeems);
    }

    public Posting biz(@Nullable String type, @Nullable String no) {
        return about(new About(type, no, reason(), operator(), byUser(), occurredAt()));
    }

    public Posting because(@Nullable String why) {
        return about(new About(bizType(), bizNo(), why, operator(), byUser(), occurredAt()));
    }

    public Posting by(@Nullable String who) {
        return about(new About(bizType(), bizNo(), reason(), who, byUser(), occurredAt()));
    }

    public Posting startedByUser() {
        return about(new About(bizType(), bizNo(), reason(), operator(), true, occurredAt()));
    }

    public Posting occurredAt(@Nullable Instant when) {
        return about(new About(bizType(), bizNo(), reason(), operator(), byUser(), when));
    }

    public Posting welcome(@Nullable Posting first) {
        return new Posting(
                key, contentHash, target, operation, about, companion, subject, first, body, act, watch, redeems);
    }

    public Posting answering(@Nullable Function<PostingResult, Object> makeBody) {
        return new Posting(
                key, contentHash, target, operation, about, companion, subject, welcome, makeBody, act, watch, redeems);
    }

    /** The same posting, recorded in the audit trail as this. */
    public Posting auditedAs(Act done) {
        return new Posting(
                key, contentHash, target, operation, about, companion, subject, welcome, body, done, watch, redeems);
    }

    /** The same posting to its companion, about something else. */
    public Posting withSubject(Object other) {
        return new Posting(
                key, contentHash, target, operation, about, companion, other, welcome, body, act, watch, redeems);
    }

    /** The same posting, watched over by the {@link Guard}. */
    public Posting watched(Object what) {
        return new Posting(
                key, contentHash, target, operation, about, companion, subject, welcome, body, act, what, redeems);
    }

    /** The same posting, for which a hold that waited for it ends: nobody else can take its points in between. */
    public Posting redeeming(@Nullable Long holdId) {
        return new Posting(
                key, contentHash, target, operation, about, companion, subject, welcome, body, act, watch, holdId);
    }

    Posting withOperation(Operation decided) {
        return new Posting(
                key, contentHash, target, decided, about, companion, subject, welcome, body, act, watch, redeems);
    }

    @Nullable
    String traceId() {
        return key == null ? null : key.traceId();
    }

    @Nullable
    String bizType() {
        return about.bizType();
    }

    @Nullable
    String bizNo() {
        return about.bizNo();
    }

    @Nullable
    String reason() {
        return about.reason();
    }

    @Nullable
    String operator() {
        return about.operator();
    }

    boolean byUser() {
        return about.byUser();
    }

    @Nullable
    Instant occurredAt() {
        return about.occurredAt();
    }
}
