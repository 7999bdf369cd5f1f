package io.jifen.level;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Attributes;
import io.jifen.platform.Code;
import io.jifen.platform.Nickname;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A level as admins write it. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "LevelEdit", description = "A tier that accounts reach by earning")
record LevelBody(
        @Schema(description = "Required to make a level; of an edit, what the path says", examples = "VIP1")
        @Nullable
        @Code
        String code,

        @Schema(description = "For people; the code if left out", examples = "VIP 1") @Nullable @Nickname
        String name,

        @Schema(description = "Points from which on an account has it", examples = "1000", required = true)
        @NotNull(message = REQUIRED)
        @Min(value = 0, message = POINTS)
        @Max(value = 1_000_000_000_000_000L, message = POINTS)
        Long minPoints,

        @Schema(
                description =
                        "What the level brings. earningMultiplier and exchangeDiscount are acted on; anything else "
                                + "is for others, or for people",
                examples = "{\"earningMultiplier\":1.2,\"exchangeDiscount\":0.05,\"text\":\"Free shipping\"}")
        @Nullable
        @Attributes
        Map<String, Object> privileges) {

    static final String REQUIRED = "is required";
    private static final String POINTS = "must be from 0 to 1000000000000000";

    Map<String, Object> givenPrivileges() {
        return privileges == null ? Map.of() : privileges;
    }
}
