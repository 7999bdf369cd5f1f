package io.jifen.platform;

import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the request at hand comes from: the address and the device of the person at the other end. Headers about that are
 * believed where a trusted proxy ({@code jifen.client.trusted-proxies}) has sent them, and from nobody else. To be asked
 * in a request only, on the thread that serves it.
 */
@RequestScoped
public class ClientAddress {

    private static final Pattern DEVICE = Pattern.compile("[!-~]{1,128}");

    private final CurrentVertxRequest current;
    private final ClientConfig config;
    private final TrustedProxyRanges proxies;

    ClientAddress(CurrentVertxRequest current, ClientConfig config, TrustedProxyRanges proxies) {
        this.current = current;
        this.config = config;
        this.proxies = proxies;
    }

    /** Whether there is a request at hand, on this thread. */
    public static boolean isKnown() {
        return Arc.container().requestContext().isActive()
                && Arc.container().instance(CurrentVertxRequest.class).get().getCurrent() != null;
    }

    /** The one form of an address in which {@link #ip} tells it; null where it is none. */
    public static @Nullable String canonical(String address) {
        return TrustedProxies.canonical(address);
    }

    /** The address, as a text of at most 45 characters: of IPv4, or of IPv6 in its short form. */
    public String ip() {
        String peer = peer();
        String forwarded = header(config.forwardedHeader());
        if (forwarded != null && !proxies.ranges().trusts(peer)) {
            proxies.disbelieved(System.nanoTime());
        }
        return proxies.ranges().client(peer, forwarded);
    }

    /**
     * What limits go by: the address, but of IPv6 the first one of its /64, since whoever has one address there has all of
     * them.
     */
    public String network() {
        return TrustedProxies.network(ip());
    }

    /**
     * Whether the address is that of a service's user, as a trusted proxy has said so; else it is where the service is,
     * which says nothing about the user it speaks for.
     */
    public boolean isForwarded() {
        return config.servicesForward() && !ip().equals(TrustedProxies.canonical(peer()));
    }

    /** The device, 1 to 128 printable ASCII characters; empty where no trusted proxy names one. */
    public Optional<String> device() {
        return proxies.ranges().trusts(peer())
                ? Optional.ofNullable(header(config.deviceHeader()))
                        .filter(device -> DEVICE.matcher(device).matches())
                : Optional.empty();
    }

    private String peer() {
        return request().remoteAddress().hostAddress();
    }

    /** Of a header that came several times, the values in their order are one value. */
    private @Nullable String header(String name) {
        HttpServerRequest request = request();
        return request.headers().contains(name)
                ? String.join(",", request.headers().getAll(name))
                : null;
    }

    private HttpServerRequest request() {
        RoutingContext context = current.getCurrent();
        if (context == null) {
            throw new IllegalStateException("there is no request at hand");
        }
        return context.request();
    }
}
