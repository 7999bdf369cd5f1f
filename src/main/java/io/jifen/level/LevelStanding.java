package io.jifen.level;

import io.jifen.ledger.Ladder;
import java.time.LocalDate;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An account's level and the way to the next one.
 *
 * @param name as the level is called now; its code if the ladder no longer has it
 * @param nextCode null on the highest level, as is {@code pointsToNext}
 * @param pointsToNext points still to be earned for it; 1 or more
 */
@Schema(name = "LevelStanding", description = "The level of an account, and the way to the next one")
public record LevelStanding(
        @Schema(examples = "NORMAL") String code,
        @Schema(examples = "Normal") String name,

        @Schema(description = "Absent on the highest level", examples = "VIP1") @Nullable
        String nextCode,

        @Schema(description = "Points still to be earned for it", examples = "900") @Nullable
        Long pointsToNext,

        @Schema(description = "The last day on which the level is sure to be kept; absent: no end") @Nullable
        LocalDate validUntil) {

    static LevelStanding of(Ladder ladder, String code, long basis, @Nullable LocalDate until) {
        long reached = Math.max(basis, ladder.minPointsOf(code));
        Optional<Ladder.Rung> next = ladder.rungs().stream()
                .filter(rung -> rung.minPoints() > reached)
                .findFirst();
        return new LevelStanding(
                code,
                nameOf(ladder, code),
                next.map(Ladder.Rung::code).orElse(null),
                next.map(rung -> rung.minPoints() - basis).orElse(null),
                until);
    }

    private static String nameOf(Ladder ladder, String code) {
        return ladder.rungs().stream()
                .filter(rung -> rung.code().equals(code))
                .findFirst()
                .map(Ladder.Rung::name)
                .orElse(code);
    }
}
