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
     */
    record Line(long points, LocalDate expiresOn, @Nullable RuleRef rule, @Nullable BigDecimal amount) {}

    /** The rule, in its version, that granted; {@code once}: at most one grant per bizNo, for good. */
    record RuleRef(String code, int version, boolean once) {}

    /** Takes points out, earliest expiry first; too few are a refusal. */
    record Spend(long points) implements Operation {}

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

    /** Writes off what is past its day; does nothing where nothing is. */
    record Expire() implements Operation {}
}
