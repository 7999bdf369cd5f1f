package io.jifen.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Whom to believe about where a request comes from. */
@ConfigMapping(prefix = "jifen.client")
interface ClientConfig {

    /**
     * Addresses and ranges, such as {@code 10.0.0.0/8,192.0.2.7,fd00::/8}, of the proxies that say who their caller is.
     * None unless set: anybody can write a header.
     */
    Optional<List<String>> trustedProxies();

    /**
     * Whether a service says, by way of such a proxy, for whose address it speaks. If not, what the proxy tells of it is
     * where the service is, as all its requests come by the same way; that is nobody's address.
     */
    @WithDefault("false")
    boolean servicesForward();

    /** The header to which each proxy appends the address of whom it heard from. */
    @WithDefault("X-Forwarded-For")
    String forwardedHeader();

    /** The header in which a proxy, having checked it, passes on which device it is. */
    @WithDefault("X-Device-Id")
    String deviceHeader();
}
