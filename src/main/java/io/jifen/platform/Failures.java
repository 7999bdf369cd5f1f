package io.jifen.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.hibernate.validator.runtime.jaxrs.ResteasyReactiveViolationException;
import io.quarkus.security.AuthenticationException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import java.io.CharConversionException;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/** Decides which problem an exception is. The only place that does, for REST and for what fails before it. */
final class Failures {

    private static final Logger LOG = Logger.getLogger(Failures.class);

    private Failures() {}

    static Problem problem(Throwable failure) {
        return switch (failure) {
            case ProblemException problem -> problem.problem();
            case ResteasyReactiveViolationException invalid -> Validation.problem(invalid.getConstraintViolations());
            case InvalidDefinitionException mistake -> unexpected(mistake);
            case MismatchedInputException mismatch -> JsonProblems.of(mismatch);
            case CharConversionException notUtf8 -> JsonProblems.of(notUtf8);
            case BodyLimit.TooLargeException tooLarge -> tooLarge.problem();
            case WebApplicationException web
            when web.getCause() instanceof JsonProcessingException json -> JsonProblems.of(json);
            case WebApplicationException web -> ofStatus(web.getResponse().getStatus(), web);
            case UnauthorizedException _, AuthenticationException _ -> unauthenticated();
            case ForbiddenException _ -> forbidden();
            case RejectedExecutionException _ -> Problem.of(ProblemCode.OVERLOADED, "No thread is free. Try again.");
            default -> DatabaseOutage.isBehind(failure) ? databaseAway(failure) : unexpected(failure);
        };
    }

    /** What a bare HTTP status means, as the framework answers when it refuses a request by itself. */
    static Problem ofStatus(int status, Throwable failure) {
        return switch (status) {
            case 401 -> unauthenticated();
            case 403 -> forbidden();
            case 404 -> Problem.of(ProblemCode.NOT_FOUND, "There is nothing at this path.");
            case 405 -> Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "This path doesn't take this method.");
            case 406 -> Problem.of(ProblemCode.NOT_ACCEPTABLE, "Accept application/json.");
            case 413 -> Problem.of(ProblemCode.PAYLOAD_TOO_LARGE, "The body is larger than allowed.");
            case 415 -> Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send Content-Type: application/json.");
            case 429 -> Problem.of(ProblemCode.RATE_LIMITED, "Try again later.");
            case 503 -> Problem.of(ProblemCode.SERVICE_UNAVAILABLE, "Try again later.");
            default ->
                status >= 400 && status < 500
                        ? Problem.of(ProblemCode.INVALID_REQUEST, "The request is not valid HTTP or not understood.")
                        : unexpected(failure);
        };
    }

    private static Problem unauthenticated() {
        return Problem.of(
                ProblemCode.UNAUTHENTICATED,
                "Send Authorization: Bearer and a token that is signed by the configured issuer and not expired.");
    }

    private static Problem forbidden() {
        return Problem.of(ProblemCode.FORBIDDEN, "This token has not the role for that.");
    }

    private static Problem databaseAway(Throwable failure) {
        LOG.warnf("The database is away or too busy; answered with 503: %s", DatabaseOutage.describe(failure));
        return Problem.of(
                ProblemCode.SERVICE_UNAVAILABLE,
                "The database can't be reached right now. Repeat the request with the same idempotency key.");
    }

    private static Problem unexpected(Throwable failure) {
        String errorId = UUID.randomUUID().toString();
        LOG.errorf(Unquoted.of(failure), "Answered with 500, errorId=%s", errorId);
        return Problem.of(ProblemCode.INTERNAL_ERROR, "Unexpected. The log tells more under this errorId.")
                .with("errorId", errorId);
    }
}
