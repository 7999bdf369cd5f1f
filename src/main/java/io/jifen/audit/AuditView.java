package io.jifen.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.jifen.platform.Id64;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A row of the audit trail as admins see it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "AuditRow", description = "A change that an admin has made")
record AuditView(
        @Id64 @Schema(type = SchemaType.STRING) long auditId,
        Instant createdAt,

        @Schema(description = "The `sub` of the token, or the name of a job", examples = "ann")
        String who,

        @Schema(description = "Where from; left out where no request asked for it", examples = "192.0.2.7") @Nullable
        String ip,

        @Nullable String device,
        @Schema(examples = "EDIT") String action,
        @Schema(examples = "RULE") String objectType,
        @Schema(examples = "ORDER") String objectId,

        @Schema(type = SchemaType.OBJECT, description = "As it was; left out where there was nothing")
        @JsonRawValue
        @Nullable
        String before,

        @Schema(type = SchemaType.OBJECT, description = "As it was then") @JsonRawValue @Nullable
        String after,

        @Nullable String reason) {}
