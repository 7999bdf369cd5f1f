package io.jifen.rule;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Code;
import io.jifen.platform.Nickname;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A campaign as admins write and read it. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Campaign", description = "For some time, what rules compute is multiplied")
record CampaignBody(
        @Schema(description = "Required to make a campaign; of an edit, what the path says", examples = "DOUBLE11")
        @Nullable
        @Code
        String code,

        @Schema(description = "For people; the code if left out", examples = "Double points") @Nullable @Nickname
        String name,

        @Schema(description = "Kinds of business; empty: all", examples = "[\"ORDER\"]")
        @Nullable
        @Size(max = 50, message = "must be at most 50")
        List<@NotNull(message = RuleBody.REQUIRED) @Code String> bizTypes,

        @Schema(description = "Points are multiplied by it", examples = "2", required = true)
        @NotNull(message = RuleBody.REQUIRED)
        @Factor
        BigDecimal factor,

        @Schema(description = "It begins", required = true) @NotNull(message = RuleBody.REQUIRED)
        Instant from,

        @Schema(description = "It is over", required = true) @NotNull(message = RuleBody.REQUIRED)
        Instant to,

        @Schema(description = "false: of those that don't stack, only the best counts", defaultValue = "false")
        @Nullable
        Boolean stackable,

        @Schema(description = "Points it may add in all; 0: no limit", examples = "100000", defaultValue = "0")
        @Nullable
        @Figure
        Long budget,

        @Schema(description = "CEL over event and account; see docs/rules.md", examples = "account.level == 'VIP1'")
        @Nullable
        String condition,

        @Schema(defaultValue = "ACTIVE") RuleBody.@Nullable Status status,

        @Schema(description = "From when on this version decides", readOnly = true) @Nullable
        Instant effectiveFrom,

        @Schema(description = "Counts the edits, from 1", readOnly = true) @Nullable
        Integer version,

        @Schema(description = "Who made this version", readOnly = true) @Nullable
        String updatedBy,

        @Schema(description = "When", readOnly = true) @Nullable
        Instant updatedAt) {

    static CampaignBody of(CampaignVersion campaign) {
        return new CampaignBody(
                campaign.code(),
                campaign.name(),
                List.copyOf(campaign.bizTypes()),
                RuleBody.shown(campaign.factor()),
                campaign.from(),
                campaign.to(),
                campaign.stackable(),
                campaign.budget(),
                campaign.condition() == null ? null : campaign.condition().source(),
                RuleBody.Status.of(campaign.active()),
                campaign.effectiveFrom(),
                campaign.version(),
                campaign.updatedBy(),
                campaign.updatedAt());
    }

    /** The version that this body makes. */
    CampaignVersion version(
            String itsCode, int number, Instant decidesFrom, @Nullable Condition compiled, String by, Instant now) {
        return new CampaignVersion(
                itsCode,
                number,
                name == null ? itsCode : name,
                bizTypes == null ? new TreeSet<>() : new TreeSet<>(bizTypes),
                factor,
                from,
                to,
                Boolean.TRUE.equals(stackable),
                RuleBody.number(budget),
                compiled,
                status != RuleBody.Status.INACTIVE,
                decidesFrom,
                by,
                now);
    }
}
