package io.jifen.platform;

import org.jspecify.annotations.Nullable;

/** Finds the key by which a repeated request is recognised. */
public final class IdempotencyKey {

    /** The header; a resource takes it as {@code @RestHeader(IdempotencyKey.HEADER)}, which also documents it. */
    public static final String HEADER = "Idempotency-Key";

    private IdempotencyKey() {}

    /** The header's key or else the body's traceId; none is {@code missing-idempotency-key}. */
    public static String of(@Nullable String header, @Nullable String traceId) {
        if (header != null) {
            return valid(HEADER, header);
        }
        if (traceId != null) {
            return valid("traceId", traceId);
        }
        throw new ProblemException(
                ProblemCode.MISSING_IDEMPOTENCY_KEY,
                "Send the header " + HEADER + ", or traceId in the body, so that a repeat can be recognised.");
    }

    /** In a batch each item has its own traceId: one key for all of them would say nothing, so the header is refused. */
    public static void refuseInBatch(@Nullable String header) {
        if (header != null) {
            throw new ProblemException(
                    Problem.invalid(HEADER, "not allowed in a batch; give each item its own traceId"));
        }
    }

    private static String valid(String field, String key) {
        if (!Patterns.isTraceId(key)) {
            throw new ProblemException(Problem.invalid(field, Patterns.TRACE_ID_ALLOWED));
        }
        return key;
    }
}
