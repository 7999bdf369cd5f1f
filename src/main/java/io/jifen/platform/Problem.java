package io.jifen.platform;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of every error (RFC 9457, {@code application/problem+json}).
 *
 * @param detail what happened this time and what to do about it; never a class name, SQL or personal data
 * @param traceId the idempotency key of the refused request, where there was one
 * @param errors the fields of the request that are wrong
 * @param figures what a program needs to go on ({@code available}, {@code required}, ...), beside the other members
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "traceId", "errors"})
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @Nullable String traceId,
        @Nullable List<FieldError> errors,
        @JsonAnyGetter Map<String, Object> figures) {

    /** The media type of every error. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The figure that overrules the {@code Retry-After} of the code, in seconds. */
    public static final String RETRY_AFTER = "retryAfterSeconds";

    /**
     * One field that is wrong.
     *
     * @param field its path in the JSON body ({@code events[2].points}), or the name of a parameter or header
     * @param message what is allowed there
     */
    @RegisterForReflection
    public record FieldError(String field, String message) {}

    public static Problem of(ProblemCode code, String detail) {
        return new Problem(
                "urn:jifen:problem:" + code.code(),
                code.title(),
                code.status(),
                detail,
                code.code(),
                null,
                null,
                Map.of());
    }

    /** A request with one wrong field. */
    public static Problem invalid(String field, String message) {
        return invalid(List.of(new FieldError(field, message)));
    }

    /** A request with these wrong fields; the detail says the same in one sentence. */
    public static Problem invalid(List<FieldError> errors) {
        FieldError first = errors.getFirst();
        String detail = first.field() + ": " + first.message();
        String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more, see errors)";
        Problem problem = of(ProblemCode.INVALID_REQUEST, detail + more);
        return new Problem(
                problem.type,
                problem.title,
                problem.status,
                problem.detail,
                problem.code,
                null,
                List.copyOf(errors),
                problem.figures);
    }

    /** The same with one more figure; null leaves it out. */
    public Problem with(String figure, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        Map<String, Object> more = new LinkedHashMap<>(figures);
        more.put(figure, value);
        return new Problem(type, title, status, detail, code, traceId, errors, Collections.unmodifiableMap(more));
    }

    /** The same, naming the idempotency key of the request it answers. */
    public Problem withTraceId(@Nullable String traceId) {
        return new Problem(type, title, status, detail, code, traceId, errors, figures);
    }
}
