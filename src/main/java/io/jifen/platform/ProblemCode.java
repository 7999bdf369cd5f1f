package io.jifen.platform;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Everything that can go wrong, in the words clients program against. A code, once published, keeps its meaning. */
public enum ProblemCode {
    INVALID_REQUEST(400, "The request is not valid"),
    MISSING_IDEMPOTENCY_KEY(400, "An idempotency key is required"),
    UNAUTHENTICATED(401, "A valid bearer token is required"),
    FORBIDDEN(403, "Not allowed"),
    RISK_REJECTED(403, "Refused by a risk check"),
    NOT_FOUND(404, "Not found"),
    ACCOUNT_NOT_FOUND(404, "No such account"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "None of the accepted media types can be produced"),
    INSUFFICIENT_POINTS(409, "Too few points"),
    OUT_OF_STOCK(409, "Out of stock"),
    ALREADY_GRANTED(409, "Already granted"),
    ALREADY_SIGNED_IN(409, "Already signed in"),
    ILLEGAL_STATE(409, "Not possible in this state"),
    ACCOUNT_BLOCKED(409, "The account is blocked"),
    DAILY_LIMIT_REACHED(409, "The daily limit is reached"),
    BUDGET_EXHAUSTED(409, "The budget is used up"),
    PAYLOAD_TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The media type of the body is not supported"),
    IDEMPOTENCY_KEY_REUSED(422, "The idempotency key was used for something else"),
    RULE_NOT_FOUND(422, "No rule applies"),
    POINTS_NOT_ALLOWED(422, "This rule takes no given points"),
    RATE_LIMITED(429, "Too many requests", 1),
    INTERNAL_ERROR(500, "Something went wrong on our side"),
    OVERLOADED(503, "Too busy right now", 1),
    BROKER_UNAVAILABLE(503, "The message broker can't be reached", 5),
    SERVICE_UNAVAILABLE(503, "Can't be served right now", 5);

    private static final Map<String, ProblemCode> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ProblemCode::code, Function.identity()));

    private final String code;
    private final int status;
    private final String title;
    private final int retryAfterSeconds;

    ProblemCode(int status, String title) {
        this(status, title, 0);
    }

    ProblemCode(int status, String title, int retryAfterSeconds) {
        this.code = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.status = status;
        this.title = title;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** The code with this name, such as {@code insufficient-points}; how a remembered refusal finds its way back. */
    public static ProblemCode of(String code) {
        ProblemCode found = BY_CODE.get(code);
        if (found == null) {
            throw new IllegalArgumentException("No problem has the code " + code);
        }
        return found;
    }

    /** As clients see it: {@code insufficient-points}. */
    public String code() {
        return code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** One sentence that is the same for every problem of this code. */
    public String title() {
        return title;
    }

    /** The {@code Retry-After} a client gets when a problem names no better one; 0: retrying changes nothing. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
