package io.jifen.platform;

import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.validation.ValidationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers every exception of a REST request with a problem. */
@Singleton
class ProblemMapper {

    private static final MediaType MEDIA_TYPE = MediaType.valueOf(Problem.MEDIA_TYPE);

    /** Asked for late: mappers are made when the application is built, before there are metrics. */
    private final Provider<ProblemCounts> counts;

    ProblemMapper(Provider<ProblemCounts> counts) {
        this.counts = counts;
    }

    // Beside Throwable, those for which Quarkus brings a mapper of its own: the closest class wins.
    @ServerExceptionMapper({
        Throwable.class,
        WebApplicationException.class,
        MismatchedInputException.class,
        InvalidDefinitionException.class,
        ValidationException.class,
        UnauthorizedException.class,
        ForbiddenException.class,
        AuthenticationFailedException.class,
        AuthenticationCompletionException.class
    })
    public RestResponse<Problem> answer(Throwable failure, UriInfo request) {
        Problem problem = failure.getCause() instanceof Parameters.WrongValueException wrong
                ? wrongParameter(wrong, request.getQueryParameters())
                : Failures.problem(failure);
        counts.get().count(problem);
        // By number: the framework's list of statuses lacks 422.
        RestResponse.ResponseBuilder<Problem> response =
                RestResponse.ResponseBuilder.<Problem>create(problem.status()).entity(problem);
        ProblemResponses.headers(problem).forEach(response::header);
        return response.type(MEDIA_TYPE).build();
    }

    /** A value that no query parameter has is a part of the path, and there is nothing at such a path. */
    private static Problem wrongParameter(
            Parameters.WrongValueException wrong, MultivaluedMap<String, String> parameters) {
        return parameters.entrySet().stream()
                .filter(parameter -> hasValue(parameter, wrong.value()))
                .map(parameter -> Problem.invalid(parameter.getKey(), wrong.allowed()))
                .findFirst()
                .orElseGet(() -> Problem.of(ProblemCode.NOT_FOUND, "There is nothing at this path."));
    }

    private static boolean hasValue(Map.Entry<String, List<String>> parameter, String value) {
        return parameter.getValue().contains(value);
    }
}
