package io.jifen.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A job as clients see it. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "GrantJob", description = "Grants in bulk, and how far they are")
record GrantJobView(
        String jobId,

        @Schema(
                description = "WAITING for an approval (which may be REJECTED, or EXPIRE), RUNNING, then DONE",
                examples = {"WAITING", "RUNNING", "DONE", "REJECTED", "EXPIRED"})
        String status,

        @Schema(description = "What it waits for, or has waited for") @Nullable
        String approvalId,

        @Schema(description = "In the file", examples = "5000")
        int rows,

        @Schema(description = "Of these, the ones that can't be an event")
        int rejected,

        @Schema(description = "Given in all rows together; what the rules compute doesn't count")
        long points,

        @Schema(description = "Rows whose events the ledger has accepted")
        int posted,

        @Schema(description = "Rows whose events it has refused")
        int refused,

        @Schema(description = "Rows whose events are dead letters")
        int dead,

        String requestedBy,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    static GrantJobView accepted(
            long jobId, GrantUpload upload, @Nullable Long approvalId, String requestedBy, Instant now) {
        return new GrantJobView(
                Long.toString(jobId),
                (approvalId == null ? GrantJob.Status.RUNNING : GrantJob.Status.WAITING).name(),
                approvalId == null ? null : Long.toString(approvalId),
                upload.rows,
                upload.rejected,
                upload.points,
                0,
                0,
                0,
                requestedBy,
                now,
                null);
    }

    static GrantJobView of(GrantJob job, String status) {
        return new GrantJobView(
                Long.toString(job.id()),
                status,
                job.approvalId() == null ? null : Long.toString(job.approvalId()),
                job.rows(),
                job.rejected(),
                job.points(),
                job.posted(),
                job.refused(),
                job.dead(),
                job.requestedBy(),
                job.createdAt(),
                job.finishedAt());
    }
}
