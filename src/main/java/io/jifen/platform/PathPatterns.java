package io.jifen.platform;

import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveRecorder;
import io.quarkus.resteasy.reactive.server.runtime.observability.ObservabilityIntegrationRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.HttpSecurityRecorder.DefaultAuthFailureHandler;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Looks for the pattern of a path, by which requests are counted that never reach a resource, only where one was answered
 * with an error. Quarkus 3.30 does it for each request in advance, and makes an index of all resources anew each time: a
 * quarter of what reading a balance costs.
 */
@Singleton
class PathPatterns {

    private static final Logger LOG = Logger.getLogger(PathPatterns.class);

    /** That of authentication: among equals the filters of the build come first, so this one is right behind it. */
    private static final int FILTER_PRIORITY = 200;

    /** Where Quarkus keeps it, with the request. */
    private static final String PATTERN = "UrlPathTemplate";

    void register(@Observes Filters filters) {
        filters.register(PathPatterns::takeOver, FILTER_PRIORITY);
    }

    private static void takeOver(RoutingContext context) {
        if (context.get(QuarkusHttpUser.AUTH_FAILURE_HANDLER) instanceof DefaultAuthFailureHandler) {
            context.put(
                    QuarkusHttpUser.AUTH_FAILURE_HANDLER, (BiConsumer<RoutingContext, Throwable>) PathPatterns::refuse);
            context.addHeadersEndHandler(answered -> findPattern(context));
        }
        context.next();
    }

    /**
     * As Quarkus does it; what the caller is told is the matter of those who handle failures. It is there so that Quarkus
     * leaves the request alone: with authentication in advance, as here, others refuse before this is asked.
     */
    private static void refuse(RoutingContext context, Throwable failure) {
        DefaultAuthFailureHandler.markIfOtherAuthenticationFailure(context, failure);
        if (!context.failed()) {
            context.fail(DefaultAuthFailureHandler.extractRootCause(failure));
        }
    }

    private static void findPattern(RoutingContext context) {
        if (context.response().getStatusCode() < RestResponse.StatusCode.BAD_REQUEST || isKnown(context)) {
            return;
        }
        try {
            ObservabilityIntegrationRecorder.setTemplatePath(context, ResteasyReactiveRecorder.getCurrentDeployment());
        } catch (RuntimeException e) {
            LOG.warnf("No pattern for the metrics of an answer: %s", e); // which goes out all the same
        }
    }

    /** What reached a resource has its pattern already, where that has parameters. */
    private static boolean isKnown(RoutingContext context) {
        return context.request() instanceof HttpServerRequestInternal request
                && request.context().getLocal(PATTERN) != null;
    }
}
