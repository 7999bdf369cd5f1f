package io.jifen.platform;

import io.quarkus.runtime.Startup;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The configured ranges, read once at the start: a service that would trust nobody, by a typing error, doesn't start. */
@Startup
@Singleton
class TrustedProxyRanges {

    private static final Logger LOG = Logger.getLogger(TrustedProxyRanges.class);
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final TrustedProxies ranges;
    private final String header;
    private final AtomicReference<@Nullable Long> saidAt = new AtomicReference<>();

    TrustedProxyRanges(ClientConfig config) {
        header = config.forwardedHeader();
        ranges = new TrustedProxies(config.trustedProxies().orElse(List.of()));
    }

    TrustedProxies ranges() {
        return ranges;
    }

    /**
     * Somebody that isn't trusted tells of a caller behind it: behind a proxy that was forgotten, all callers would be one.
     * Says so in the log, once an hour at most: anybody can write that header.
     *
     * @param now as of {@link System#nanoTime}
     * @return whether it was said this time
     */
    boolean disbelieved(long now) {
        Long last = saidAt.get();
        boolean say = (last == null || now - last >= HOUR) && saidAt.compareAndSet(last, now);
        if (say) {
            LOG.warnf(
                    "%s of somebody outside jifen.client.trusted-proxies is not believed: if that is a proxy of yours, all"
                            + " that come through it share one address, and its limits",
                    header);
        }
        return say;
    }

    /** What {@link ClientAddress#network} says, of a request for which there are no beans yet. */
    String network(HttpServerRequest request) {
        List<String> forwarded = request.headers().getAll(header);
        return TrustedProxies.network(ranges.client(
                request.remoteAddress().hostAddress(), forwarded.isEmpty() ? null : String.join(",", forwarded)));
    }
}
