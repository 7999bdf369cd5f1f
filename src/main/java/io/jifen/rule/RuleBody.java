package io.jifen.rule;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.ledger.ClawbackPolicy;
import io.jifen.ledger.Validity;
import io.jifen.platform.Code;
import io.jifen.platform.Nickname;
import io.jifen.platform.Points;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A rule as admins write and read it. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Rule", description = "How a kind of business earns points; 0 of a limit: there is none")
record RuleBody(
        @Schema(description = "Required to make a rule; of an edit, what the path says", examples = "ORDER")
        @Nullable
        @Code
        String code,

        @Schema(description = "For people; the code if left out", examples = "Order completed") @Nullable @Nickname
        String name,

        @Schema(description = "The kind of business that it is about", examples = "ORDER", required = true)
        @NotNull(message = REQUIRED)
        @Code
        String bizType,

        @Schema(description = "Points per unit of money, at most 6 decimals", examples = "1", defaultValue = "0")
        @Nullable
        @DecimalMin(value = "0", message = RATIO)
        @DecimalMax(value = "1000000", message = RATIO)
        @Digits(integer = 7, fraction = 6, message = RATIO)
        BigDecimal ratio,

        @Schema(description = "Points whatever the amount", examples = "0", defaultValue = "0")
        @Nullable
        @Min(value = 0, message = POINTS)
        @Max(value = Points.MAX, message = POINTS)
        Long fixed,

        @Schema(description = "The most that one event earns", examples = "1000", defaultValue = "0")
        @Nullable
        @Min(value = 0, message = POINTS)
        @Max(value = Points.MAX, message = POINTS)
        Long maxPerEvent,

        @Schema(description = "Grants to one user on one day", examples = "5", defaultValue = "0")
        @Nullable
        @Min(value = 0, message = TIMES)
        @Max(value = 1_000_000, message = TIMES)
        Integer dailyTimes,

        @Schema(description = "Points to one user on one day", examples = "100", defaultValue = "0")
        @Nullable
        @Min(value = 0, message = POINTS)
        @Max(value = Points.MAX, message = POINTS)
        Long dailyPoints,

        @Schema(
                description = "Points it may issue in all; what it issued before it had a budget does not count",
                examples = "1000000",
                defaultValue = "0")
        @Nullable
        @Figure
        Long budget,

        @Schema(description = "Days of use; 0: for ever", examples = "365", defaultValue = "365")
        @Nullable
        @Min(value = 0, message = DAYS)
        @Max(value = 36_500, message = DAYS)
        Integer validDays,

        @Schema(description = "Of the last day of use: itself, or the end of its month", defaultValue = "MONTH")
        @Nullable
        Rounding rounding,

        @Schema(description = "Days until the points are active", examples = "7", defaultValue = "0")
        @Nullable
        @Min(value = 0, message = PENDING)
        @Max(value = 3_650, message = PENDING)
        Integer pendingDays,

        @Schema(description = "Events may name their points themselves", defaultValue = "false") @Nullable
        Boolean allowGivenPoints,

        @Schema(description = "Grants once for a bizNo, for good", defaultValue = "true") @Nullable
        Boolean oncePerBizNo,

        @Schema(description = "What a refund may take back", defaultValue = "ARREARS") @Nullable
        ClawbackPolicy clawbackPolicy,

        @Schema(
                description = "CEL over event and account; see docs/rules.md",
                examples = "event.amount >= 100.0 && event.attributes.channel == 'APP'")
        @Nullable
        String condition,

        @Schema(description = "Factors by the account's level", examples = "{\"VIP1\":1.2}")
        @Nullable
        @Size(max = 50, message = "must be at most 50 levels")
        Map<@Code String, @NotNull(message = REQUIRED) @Factor BigDecimal> levelMultipliers,

        @Schema(defaultValue = "ACTIVE") @Nullable Status status,

        @Schema(description = "From when on this version decides; default, and of an edit the earliest: now") @Nullable
        Instant effectiveFrom,

        @Schema(description = "From then on the rule grants nothing any more") @Nullable
        Instant effectiveTo,

        @Schema(description = "Counts the edits, from 1", readOnly = true) @Nullable
        Integer version,

        @Schema(description = "Who made this version", readOnly = true) @Nullable
        String updatedBy,

        @Schema(description = "When", readOnly = true) @Nullable
        Instant updatedAt) {

    static final String REQUIRED = "is required";
    private static final String RATIO = "must be from 0 to 1000000 with at most 6 decimals";
    private static final String POINTS = "must be from 0 to 1000000000000";
    private static final String TIMES = "must be from 0 to 1000000";
    private static final String DAYS = "must be from 0 to 36500";
    private static final String PENDING = "must be from 0 to 3650";

    enum Rounding {
        DAY,
        MONTH
    }

    enum Status {
        ACTIVE,
        INACTIVE;

        static Status of(boolean active) {
            return active ? ACTIVE : INACTIVE;
        }
    }

    static RuleBody of(RuleVersion rule) {
        return new RuleBody(
                rule.code(),
                rule.name(),
                rule.bizType(),
                shown(rule.ratio()),
                rule.fixed(),
                rule.maxPerEvent(),
                rule.dailyTimes(),
                rule.dailyPoints(),
                rule.budget(),
                rule.validity().days(),
                rule.validity().toMonthEnd() ? Rounding.MONTH : Rounding.DAY,
                rule.pendingDays(),
                rule.takesGivenPoints(),
                rule.oncePerBizNo(),
                rule.clawback(),
                rule.condition() == null ? null : rule.condition().source(),
                rule.levelMultipliers(),
                Status.of(rule.active()),
                rule.effectiveFrom(),
                rule.effectiveTo(),
                rule.version(),
                rule.updatedBy(),
                rule.updatedAt());
    }

    /** The version that this body makes. */
    RuleVersion version(
            String itsCode, int number, Instant from, @Nullable Condition compiled, String by, Instant now) {
        return new RuleVersion(
                itsCode,
                number,
                name == null ? itsCode : name,
                bizType,
                ratio == null ? BigDecimal.ZERO : ratio,
                number(fixed),
                number(maxPerEvent),
                dailyTimes == null ? 0 : dailyTimes,
                number(dailyPoints),
                number(budget),
                new Validity(validDays == null ? 365 : validDays, rounding != Rounding.DAY),
                pendingDays == null ? 0 : pendingDays,
                Boolean.TRUE.equals(allowGivenPoints),
                !Boolean.FALSE.equals(oncePerBizNo),
                clawbackPolicy == null ? ClawbackPolicy.ARREARS : clawbackPolicy,
                compiled,
                levelMultipliers == null ? Map.of() : new TreeMap<>(levelMultipliers),
                status != Status.INACTIVE,
                from,
                effectiveTo,
                by,
                now);
    }

    static long number(@Nullable Long figure) {
        return figure == null ? 0 : figure;
    }

    /** Without the zeros that the column adds. */
    static BigDecimal shown(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
