package io.jifen.risk;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Points;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the risk checks are set to: one version of it, as admins see and send it, and as it is kept. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "RiskSettings", description = "Which risk checks are on, and what their objections lead to")
record RiskSettings(
        @Schema(description = "Counts the edits. In a PUT: the version it is based on; left out, it replaces any")
        @Nullable
        Integer version,

        @NotNull
        @Min(value = 1, message = "must be from 1 to 10000")
        @Max(value = MOST_WEIGHT, message = "must be from 1 to 10000")
        @Schema(description = "Sum of weights from which a person has to look", examples = "50")
        Integer reviewAt,

        @NotNull
        @Min(value = 1, message = "must be from 1 to 10000")
        @Max(value = MOST_WEIGHT, message = "must be from 1 to 10000")
        @Schema(description = "Sum of weights from which it is refused; not below reviewAt", examples = "100")
        Integer rejectAt,

        @NotNull @Points @Schema(description = "Points from which a spend or transfer is large", examples = "1000")
        Long largeSpend,

        @NotNull @Points @Schema(description = "Points from which what comes in is looked at", examples = "10000")
        Long largeGrant,

        @NotNull @Size(max = 20, message = "must be at most 20") @Schema(description = "One that is left out is off")
        List<@NotNull @Valid Setting> checks,

        @Nullable String updatedBy,
        @Nullable Instant updatedAt) {

    static final int MOST_WEIGHT = 10_000;

    /** The checks there are; the limits that each can have. */
    enum Name {
        MANY_POSTINGS(ManyPostings::new, 1, 1_000),
        ONE_SOURCE(OneSource::new, 50, 100),
        NEW_ORIGIN(NewOrigin::new, 1, 8_760),
        RECEIVER_BURST(ReceiverBurst::new, 1, 1_000),
        YOUNG_ACCOUNT(YoungAccount::new, 1, 3_650),
        SHARED_DEVICE(SharedDevice::new, 1, 100);

        private final IntFunction<Check> check;
        private final int least;
        private final int most;

        Name(IntFunction<Check> check, int least, int most) {
            this.check = check;
            this.least = least;
            this.most = most;
        }
    }

    enum Mode {
        /** Costs nothing and says nothing. */
        OFF,
        /** Says what it would do, and does nothing. */
        SHADOW,
        ENFORCE
    }

    @RegisterForReflection
    @Schema(name = "RiskCheck")
    record Setting(
            @NotNull @Schema(examples = "MANY_POSTINGS") Name check,
            @NotNull @Schema(examples = "SHADOW") Mode mode,

            @NotNull
            @Min(value = 1, message = "must be from 1 to 10000")
            @Max(value = MOST_WEIGHT, message = "must be from 1 to 10000")
            @Schema(description = "What its objection adds to the sum", examples = "60")
            Integer weight,

            @NotNull
            @Schema(
                    description =
                            "MANY_POSTINGS, RECEIVER_BURST: that many in an hour. ONE_SOURCE: per cent of the points. "
                                    + "NEW_ORIGIN: hours until a device is known. YOUNG_ACCOUNT: days. SHARED_DEVICE: accounts",
                    examples = "50")
            Integer limit) {

        @JsonIgnore
        boolean isOn() {
            return mode != Mode.OFF;
        }
    }

    /** A check that is on. */
    record Armed(Name name, Check check, int weight, boolean shadow) {}

    /** Those that are on, ready to be asked. */
    List<Armed> armed() {
        return checks.stream()
                .filter(Setting::isOn)
                .map(one -> new Armed(
                        one.check(), one.check().check.apply(one.limit()), one.weight(), one.mode() == Mode.SHADOW))
                .toList();
    }

    /** The next version, if it makes sense; else throws {@link ProblemException}. */
    RiskSettings next(int number, String by, Instant now) {
        if (rejectAt < reviewAt) {
            throw new ProblemException(Problem.invalid("rejectAt", "must not be below reviewAt"));
        }
        Set<Name> names = EnumSet.noneOf(Name.class);
        for (int i = 0; i < checks.size(); i++) {
            Setting one = checks.get(i);
            if (!names.add(one.check())) {
                throw new ProblemException(Problem.invalid("checks[" + i + "].check", "must be there once"));
            }
            if (one.limit() < one.check().least || one.limit() > one.check().most) {
                throw new ProblemException(Problem.invalid(
                        "checks[" + i + "].limit", "must be from " + one.check().least + " to " + one.check().most));
            }
        }
        return as(number, by, now);
    }

    /** What is kept as JSON; the rest has columns of its own. */
    RiskSettings withoutVersion() {
        return new RiskSettings(null, reviewAt, rejectAt, largeSpend, largeGrant, checks, null, null);
    }

    RiskSettings as(int number, String by, Instant at) {
        return new RiskSettings(number, reviewAt, rejectAt, largeSpend, largeGrant, checks, by, at);
    }
}
