package io.jifen.platform;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes problems where JAX-RS doesn't: for requests that fail before it, or beside it. */
@Singleton
class ProblemResponses {

    private final Json json;
    /** Asked for late: request filters, which need this, are made when the application is built. */
    private final Provider<ProblemCounts> counts;

    ProblemResponses(Json json, Provider<ProblemCounts> counts) {
        this.json = json;
        this.counts = counts;
    }

    /** Just before Quarkus' own error handler, which would write plain text, HTML or nothing. */
    void register(@Observes Router router) {
        router.route().order(Integer.MAX_VALUE - 1).failureHandler(this::answer);
    }

    void send(RoutingContext context, Problem problem) {
        counts.get().count(problem);
        context.response().setStatusCode(problem.status());
        headers(problem).forEach(context.response()::putHeader);
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
        context.response().end(Buffer.buffer(json.bytes(problem)));
    }

    /** The headers that belong to a problem, wherever it is written. */
    static Map<String, String> headers(Problem problem) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (problem.status() == 401) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        if (problem.status() == 429 || problem.status() == 503) {
            Object asked = problem.figures().get(Problem.RETRY_AFTER);
            int usual = ProblemCode.of(problem.code()).retryAfterSeconds();
            headers.put("Retry-After", String.valueOf(asked == null ? usual : asked));
        }
        return headers;
    }

    private void answer(RoutingContext context) {
        if (context.response().headWritten()) {
            context.next();
            return;
        }
        int status = context.statusCode() < 400 ? 400 : context.statusCode();
        send(
                context,
                context.failure() == null || status < 500
                        ? Failures.ofStatus(status, new IllegalStateException("Failed with status " + status))
                        : Failures.problem(context.failure()));
    }
}
