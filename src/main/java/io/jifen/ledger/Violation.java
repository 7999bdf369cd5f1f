package io.jifen.ledger;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Something that can't be if the ledger is right.
 *
 * @param invariant its name, such as {@code available-equals-lots}
 * @param userId whose account it is; null where it is nobody's alone
 * @param detail what the two figures are
 */
@Schema(name = "Violation", description = "Something that can't be if the ledger is right")
public record Violation(
        @Schema(examples = "available-equals-lots") String invariant,

        @Schema(description = "Absent where it isn't a single account's", examples = "alice") @Nullable
        String userId,

        @Schema(examples = "100") long expected,
        @Schema(examples = "90") long actual,

        @Schema(
                description = "What the two figures are: the expected one; the actual one",
                examples = "points remaining in lots; available")
        String detail) {}
