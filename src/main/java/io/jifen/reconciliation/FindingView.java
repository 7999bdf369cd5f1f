package io.jifen.reconciliation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Finding", description = "Something a reconciliation found wrong")
record FindingView(
        String findingId,
        String reconciliationId,
        @Schema(examples = "available-equals-lots") String invariant,

        @Schema(description = "Absent where it isn't a single account's") @Nullable
        String userId,

        @Schema(examples = "100") long expected,
        @Schema(examples = "90") long actual,

        @Schema(
                description = "What the two figures are: the expected one; the actual one",
                examples = "points remaining in lots; available")
        String detail,

        Finding.State state,
        @Nullable String reason,

        @Schema(description = "Of the adjustment that mended it") @Nullable
        String transactionNo,

        @Nullable String resolvedBy,
        @Nullable Instant resolvedAt,
        Instant createdAt) {

    static FindingView of(Finding finding) {
        return new FindingView(
                Long.toString(finding.id()),
                Long.toString(finding.runId()),
                finding.violation().invariant(),
                finding.violation().userId(),
                finding.violation().expected(),
                finding.violation().actual(),
                finding.violation().detail(),
                finding.state(),
                finding.reason(),
                finding.transactionNo() == null ? null : Long.toString(finding.transactionNo()),
                finding.resolvedBy(),
                finding.resolvedAt(),
                finding.createdAt());
    }
}
