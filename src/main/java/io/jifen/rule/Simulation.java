package io.jifen.rule;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.ledger.Derivation;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What an event would earn at this moment. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Simulation", description = "What an event would earn now; nothing is written")
public record Simulation(
        @Schema(description = "In all", examples = "100") long points,

        @Schema(description = "Of these, what repays arrears at once; 0 or more")
        long arrearsRepaid,

        @Schema(description = "Every rule in force for this kind of business, by code")
        List<Derivation> rules,

        @Schema(description = "The problem code, if every rule refuses", examples = "rule-not-found") @Nullable
        String refused) {

    static Simulation of(Award award) {
        return new Simulation(
                award.granted().stream().mapToLong(Award.Line::points).sum(),
                award.granted().stream()
                        .map(line -> line.derivation().arrearsRepaid())
                        .mapToLong(repaid -> repaid == null ? 0 : repaid)
                        .sum(),
                award.lines().stream().map(Award.Line::derivation).toList(),
                award.refused() == null ? null : award.refused().code());
    }
}
