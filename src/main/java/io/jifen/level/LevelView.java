package io.jifen.level;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A level as clients see it. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Level", description = "A tier that accounts reach by earning")
record LevelView(
        @Schema(examples = "VIP1") String code,
        @Schema(examples = "VIP 1") String name,

        @Schema(description = "Earned points from which on an account has it", examples = "1000")
        long minPoints,

        @JsonRawValue
        @Schema(
                implementation = Map.class,
                description = "What the level brings",
                examples = "{\"earningMultiplier\":1.2,\"exchangeDiscount\":0.05}")
        String privileges,

        @Schema(description = "Counts the edits, from 1") int version,
        @Schema(description = "Who made this version") String updatedBy,

        @Schema(description = "Of an edit that moves levels: the run that ranks everybody anew, at /jobs/runs/{runId}")
        @Nullable
        String rankingRunId) {

    static LevelView of(Level level) {
        return of(level, null);
    }

    static LevelView of(Level level, @Nullable String rankingRunId) {
        return new LevelView(
                level.code,
                level.name,
                level.minPoints,
                level.privileges,
                level.version,
                level.updatedBy,
                rankingRunId);
    }
}
