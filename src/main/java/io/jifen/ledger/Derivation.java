package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.math.BigDecimal;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How a rule came to its points: kept with the entry, as JSON, and shown by a simulation in the same words.
 *
 * @param base before any multiplier
 * @param multipliers in the order in which they were applied; the product is rounded down, once
 * @param cap the rule's, per event; null: it has none
 * @param limit points that the day's limit left; null: the rule has none
 * @param budget points that the rule's budget left; null: it has none
 * @param times grants that the day's limit left, this one included; null: the rule has no limit of them
 * @param clippedBy what made the points fewer: cap, limit, budget or a campaign's source
 * @param late the event came after the late window, so it was decided as of the day it came
 * @param arrearsRepaid of the points, what went into arrears at once; null: nothing did
 * @param refused why the rule gives nothing
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Derivation", description = "How a rule comes to its points")
public record Derivation(
        @Schema(examples = "ORDER") String ruleCode,
        @Schema(examples = "3") int version,

        @Schema(description = "fixed + amount × ratio, or the points given by the event", examples = "99.5")
        BigDecimal base,

        List<Multiplier> multipliers,

        @Schema(description = "The most that one event earns, where the rule says so") @Nullable
        Long cap,

        @Schema(description = "Points that the day's limit had left, where the rule has one") @Nullable
        Long limit,

        @Schema(description = "Points that the rule's budget had left, where it has one") @Nullable
        Long budget,

        @Schema(description = "Grants that the day's limit had left, this one included, where the rule has one")
        @Nullable
        Integer times,

        @Schema(description = "cap, limit, budget or campaign:CODE: what made the points fewer", examples = "[\"cap\"]")
        @Nullable
        List<String> clippedBy,

        @Schema(description = "true: it came too late for the rules of its own day") @Nullable
        Boolean late,

        @Schema(description = "What comes of it", examples = "199")
        long points,

        @Schema(description = "Of these points, what repays arrears at once") @Nullable
        Long arrearsRepaid,

        @Schema(
                description = "Why the rule gives nothing: a problem code, condition-not-met or condition-failed",
                examples = "daily-limit-reached")
        @Nullable
        String refused) {

    /**
     * A factor and where it comes from: {@code level:VIP1}, {@code campaign:DOUBLE11}.
     *
     * @param budget points that the campaign's budget left; null: it has none
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Multiplier")
    public record Multiplier(
            @Schema(examples = "campaign:DOUBLE11") String source,
            @Schema(examples = "2") BigDecimal factor,

            @Schema(description = "Points that the campaign's budget had left, where it has one") @Nullable
            Long budget) {}

    /** Exactly the base, and nothing in its way. */
    static Derivation plain(String ruleCode, int version, long points) {
        return new Derivation(
                ruleCode,
                version,
                BigDecimal.valueOf(points),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                points,
                null,
                null);
    }

    /** The same, of an account in arrears. */
    public Derivation repaying(long arrears) {
        return new Derivation(
                ruleCode,
                version,
                base,
                multipliers,
                cap,
                limit,
                budget,
                times,
                clippedBy,
                late,
                points,
                arrears,
                refused);
    }

    /** Whether rule, version and points say it all. */
    public boolean isPlain() {
        return multipliers.isEmpty()
                && cap == null
                && limit == null
                && budget == null
                && times == null
                && arrearsRepaid == null
                && clippedBy == null
                && late == null
                && refused == null
                && base.compareTo(BigDecimal.valueOf(points)) == 0;
    }
}
