package io.jifen.platform;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * In a pod without the role {@code api} there is nothing at any path but its health and its metrics: a service that is
 * pointed at the wrong pods by mistake is told so at once, and a pod that nobody means to call can't be.
 */
@Singleton
class ApiGate {

    /** Before all others, authentication (200) included. */
    private static final int FILTER_PRIORITY = 300;

    private static final List<String> ALWAYS = List.of("/q/health", "/q/metrics");

    private final PodRoles roles;
    private final ProblemResponses responses;

    ApiGate(PodRoles roles, ProblemResponses responses) {
        this.roles = roles;
        this.responses = responses;
    }

    void register(@Observes Filters filters) {
        if (!roles.has(PodRoles.Role.API)) {
            filters.register(this::refuse, FILTER_PRIORITY);
        }
    }

    private void refuse(RoutingContext context) {
        String path = context.normalizedPath();
        if (ALWAYS.stream().anyMatch(open -> path.equals(open) || path.startsWith(open + "/"))) {
            context.next();
            return;
        }
        context.request().resume(); // what still comes is read and dropped
        responses.send(context, Problem.of(ProblemCode.NOT_FOUND, "This pod has no API: its roles are others."));
    }
}
