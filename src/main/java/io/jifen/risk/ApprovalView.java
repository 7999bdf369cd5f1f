package io.jifen.risk;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.jifen.ledger.PostingResult;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An approval as clients see it.
 *
 * @param result the answer of its effect, as JSON; null before
 * @param refusedCode why its effect was refused, if it was
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Approval")
public record ApprovalView(
        String approvalId,

        @Schema(examples = {"PENDING", "APPROVED", "REJECTED", "EXPIRED"})
        String status,

        @Schema(examples = "ADJUSTMENT") String kind,
        String userId,
        long points,
        @Nullable String reason,
        String requestedBy,
        @Nullable String decidedBy,
        Instant createdAt,
        Instant expiresAt,
        @Nullable String refusedCode,

        @JsonInclude(JsonInclude.Include.ALWAYS)
        @JsonRawValue
        @Schema(
                implementation = PostingResult.class,
                description = "What it did; null before, and where it was refused")
        @Nullable
        String result) {

    static ApprovalView of(Approval approval, Instant now, @Nullable String result, @Nullable String refusedCode) {
        return new ApprovalView(
                Long.toString(approval.id()),
                approval.statusAt(now).name(),
                approval.kind(),
                approval.userId(),
                approval.points(),
                approval.reason(),
                approval.requestedBy(),
                approval.decidedBy(),
                approval.createdAt(),
                approval.expiresAt(),
                refusedCode,
                result);
    }
}
