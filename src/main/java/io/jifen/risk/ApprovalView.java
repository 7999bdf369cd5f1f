package io.jifen.risk;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.jifen.ledger.Guard.Reason;
import io.jifen.ledger.PostingResult;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
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

        @Schema(description = "Of what a risk check wants to be looked at: what it objects to. For admins only")
        @Nullable
        List<Reason> reasons,

        @JsonInclude(JsonInclude.Include.ALWAYS)
        @JsonRawValue
        @Schema(
                implementation = PostingResult.class,
                description = "What it did; null before, and where it was refused")
        @Nullable
        String result) {

    /** As it is shown to whoever asked, who need not know what the checks look at. */
    static ApprovalView forRequester(Approval approval, Instant now) {
        return of(approval, now, null, null, null);
    }

    /** As it is shown to admins. */
    static ApprovalView of(Approval approval, Instant now, @Nullable String result, @Nullable String refusedCode) {
        return of(approval, now, result, refusedCode, approval.reasons());
    }

    private static ApprovalView of(
            Approval approval,
            Instant now,
            @Nullable String result,
            @Nullable String refusedCode,
            @Nullable List<Reason> reasons) {
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
                reasons,
                result);
    }
}
