package io.jifen.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a posting does to points. All points are 1 to 10^12 unless said otherwise. */
public sealed interface Operation {

    /** Puts points in, one entry a line. A line whose rule has granted for this bizNo before is left out. */
    record Grant(List<Line> lines) implements Operation {}

    /**
     * One rule's part of a grant.
     *
     * @param expiresOn the last day of use, {@link Lot#NEVER} if it doesn't expire
     * @param rule whose grant it is; null where a person gave the points
     * @param amount of money that earned it, the base of a later pro-rata clawback
     * @param pending if the points are not active at once; their validity then starts when they are
     * @param derivation how the points came about, as the JSON of a {@link Derivation}; null: nothing to tell
     */
    record Line(
            long points,
            LocalDate expiresOn,
            @Nullable RuleRef rule,
            @Nullable BigDecimal amount,
            @Nullable Pending pending,
            @Nullable String derivation) {

        /** A line that is active at once. */
        public Line(long points, LocalDate expiresOn, @Nullable RuleRef rule, @Nullable BigDecimal amount) {
            this(points, expiresOn, rule, amount, null);
        }

        /** A line that was computed by nobody. */
        public Line(
                long points,
                LocalDate expiresOn,
                @Nullable RuleRef rule,
                @Nullable BigDecimal amount,
                @Nullable Pending pending) {
            this(points, expiresOn, rule, amount, pending, null);
        }
    }

    /** When pending points become active, and how long they can be used from then on. */
    record Pending(Instant activatesAt, Validity validity) {}

    /** The rule, in its version, that granted; {@code once}: at most one grant per bizNo, for good. */
    record RuleRef(String code, int version, boolean once, ClawbackPolicy clawback) {

        /** A rule whose grants are clawed back in full. */
        public RuleRef(String code, int version, boolean once) {
            this(code, version, once, ClawbackPolicy.ARREARS);
        }
    }

    /** Takes points out, earliest expiry first; too few are a refusal. */
    record Spend(long points) implements Operation {}

    /** Takes points out and puts others in, in one posting: what a draw costs, and what it wins. */
    record SpendAndGrant(long points, List<Line> lines) implements Operation {}

    /**
     * Reserves points until it is captured, released or {@code expiresAt} has come.
     *
     * @param orderAmount the money of the order that the points make cheaper, as its refunds count it; null: not said
     * @param bound only the posting that redeems it ends it before its time: it waits for somebody's word
     */
    record Hold(long points, Instant expiresAt, @Nullable BigDecimal orderAmount, boolean bound) implements Operation {

        public Hold(long points, Instant expiresAt, @Nullable BigDecimal orderAmount) {
            this(points, expiresAt, orderAmount, false);
        }

        /** A hold that says nothing of an order. */
        public Hold(long points, Instant expiresAt) {
            this(points, expiresAt, null);
        }
    }

    /** Takes what a hold reserves, or a part of it and gives back the rest; null: all. */
    record Capture(long holdId, @Nullable Long points) implements Operation {}

    /** Gives back what a hold reserves. */
    record Release(long holdId) implements Operation {}

    /** Gives back what a spend or capture took, or a part of it; null: all that is left. */
    record Refund(long transactionNo, @Nullable Long points) implements Operation {}

    /**
     * Money of an order was given back: points that made it cheaper come back, and what it earned is clawed back, both
     * pro rata. More than 0, at most 2 decimals.
     */
    record OrderRefund(String orderNo, BigDecimal amount) implements Operation {}

    /** Gives points to another user, who must have an account. */
    record Transfer(String toUserId, long points, DailyLimit limit) implements Operation {}

    /** What may be used on one of the program's days; 0: no limit. */
    record DailyLimit(int times, long points) {}

    /** Makes the account's pending points active that are due. */
    record Activate() implements Operation {}

    /** Gives expired points back, usable until the given day. */
    record Reinstate(long points, LocalDate expiresOn) implements Operation {}

    /** Corrects by a person's decision: {@code points} is signed, not 0. What is added expires on the given day. */
    record Adjust(long points, LocalDate expiresOn) implements Operation {}

    /**
     * The balance somebody brings along from another system.
     *
     * @param points 0 or more
     * @param consumed spent there, counted in totalConsumed; 0 or more
     * @param levelBasis at least this much counts for the level; 0 or more
     * @param history what made the balance there, oldest first; where it differs from {@code points}, one ADJUST
     */
    record Open(long points, LocalDate expiresOn, long consumed, long levelBasis, List<Past> history)
            implements Operation {}

    /** Adds the history of an account that was opened before, and takes its sum out again: the balance stays. */
    record AddHistory(List<Past> history) implements Operation {}

    /** A line of another system's history; {@code points} signed, not 0. */
    record Past(long points, @Nullable String reason, Instant occurredAt) {}

    /** Sees to the level: what has left the period counts no more, and the ladder may have been edited. */
    record Rank() implements Operation {}

    /** Changes no points: what its companion writes is all there is to it. */
    record None() implements Operation {}

    /** Settles what time has brought: expired lots, holds that ran out. Does nothing where there is nothing. */
    record Settle() implements Operation {}
}
