package io.jifen.platform;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Refuses bodies that are too large, before they are read where the length is announced, and while they are read where
 * it isn't. Quarkus' own limit answers with an empty body and knows no exception for uploads, so it is set a little
 * higher, for what comes in by other ways than REST.
 */
@Singleton
class BodyLimit {

    /** How much a request may bring. */
    @ConfigMapping(prefix = "jifen.http")
    interface Limits {
        /** A batch of 1,000 events of about 1,000 bytes. */
        @WithDefault("1M")
        MemorySize maxBody();

        /** A file to import, or of grants in bulk: a million rows, of 200 bytes. */
        @WithDefault("192M")
        MemorySize maxUpload();
    }

    /** Told from other read errors, so that it becomes 413. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1;

        private final long limit;

        TooLargeException(long limit) {
            this.limit = limit;
        }

        Problem problem() {
            return Problem.of(ProblemCode.PAYLOAD_TOO_LARGE, "The body may have at most " + limit + " bytes.")
                    .with("limit", limit);
        }
    }

    /** After authentication (200) and permission (100), before Quarkus' own limit (2). */
    private static final int FILTER_PRIORITY = 10;

    /** By the path and not by what the caller says the body is: that, anybody may say anywhere. */
    private static final List<String> UPLOADS = List.of("/api/v1/imports/", "/api/v1/grants/jobs");

    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "OPTIONS", "DELETE");

    /** Asked for late: request filters are made when the application is built, before there is configuration. */
    private final Provider<Limits> limits;

    private final ProblemResponses responses;

    BodyLimit(Provider<Limits> limits, ProblemResponses responses) {
        this.limits = limits;
        this.responses = responses;
    }

    void register(@Observes Filters filters) {
        filters.register(this::refuseAnnounced, FILTER_PRIORITY);
    }

    private void refuseAnnounced(RoutingContext context) {
        long limit = limit(context);
        if (announced(context.request().getHeader(HttpHeaders.CONTENT_LENGTH)) <= limit) {
            context.next();
            return;
        }
        // What still comes is read and dropped: closing at once would often lose the answer on its way.
        context.request().resume();
        responses.send(context, new TooLargeException(limit).problem());
    }

    @ServerRequestFilter
    public void countUnannounced(ContainerRequestContext context, RoutingContext request) {
        if (context.getHeaderString("Content-Length") == null && !WITHOUT_BODY.contains(context.getMethod())) {
            context.setEntityStream(new CountingStream(context.getEntityStream(), limit(request)));
        }
    }

    private long limit(RoutingContext context) {
        boolean upload = UPLOADS.stream().anyMatch(context.normalizedPath()::startsWith);
        return (upload ? limits.get().maxUpload() : limits.get().maxBody()).asLongValue();
    }

    private static long announced(@Nullable String contentLength) {
        try {
            return contentLength == null ? 0 : Long.parseLong(contentLength);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static final class CountingStream extends FilterInputStream {
        private final long limit;
        private long read;

        CountingStream(InputStream body, long limit) {
            super(body);
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            count(Math.max(count, 0));
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(int bytes) throws TooLargeException {
            read += bytes;
            if (read > limit) {
                throw new TooLargeException(limit);
            }
        }
    }
}
