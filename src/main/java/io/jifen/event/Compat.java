package io.jifen.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jifen.platform.Points;
import io.jifen.platform.Reason;
import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The words of the compatibility API: its own, not ours. */
final class Compat {

    /** What its events are to the rules. */
    static final String BIZ_TYPE = "COMPAT";

    static final int OK = 0;
    static final int UNKNOWN_OPENID = 1001;
    static final int BAD_INPUT = 1002;
    static final int BROKER_DOWN = 1003;

    private Compat() {}

    @RegisterForReflection
    @Schema(name = "CompatPublish")
    record Publish(
            @Schema(examples = "a90e996387dd9b4864cc3ede82252574", required = true)
            @NotNull(message = Event.REQUIRED)
            @UserId
            String openid,

            @Schema(examples = "10", required = true) @NotNull(message = Event.REQUIRED) @Points
            Long points,

            @Schema(examples = "add", required = true)
            @NotNull(message = Event.REQUIRED)
            @Pattern(regexp = "add|sub", message = "must be add or sub")
            String action,

            @Schema(examples = "daily task", required = true) @NotBlank(message = Event.REQUIRED) @Reason
            String reason,

            @Schema(description = "Without one a repeat counts again") @Nullable @TraceId
            String traceId) {}

    @RegisterForReflection
    @Schema(name = "CompatPublished")
    record Published(String traceId) {}

    record Openid(@UserId String value) {}

    /** What every request gets, with HTTP 200. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @Schema(name = "CompatReply")
    record Reply<T>(int code, String message, @Nullable T data) {

        static <T> Reply<T> ok(T data) {
            return new Reply<>(OK, "ok", data);
        }
    }

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @Schema(name = "CompatEntry")
    record Line(
            String id,
            String openid,

            @Schema(description = "Always positive; action says which way")
            long points,

            @Schema(examples = "add") String action,
            @Nullable String reason,

            @Schema(examples = "2026-11-22 16:00:00") @JsonProperty("created_at")
            String createdAt) {}
}
