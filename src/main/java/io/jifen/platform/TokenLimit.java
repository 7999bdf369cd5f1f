package io.jifen.platform;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests of a caller who makes too many, before anything is done for them: one that runs wild must not take
 * the service from the others. Counted in each pod by itself, by the token's {@code sub}, so that new tokens of the same
 * caller are no way around; without a token, which only the compatibility API can be open to, by address.
 */
@Singleton
class TokenLimit {

    /** Requests a second, on each pod; 0: no limit. */
    @ConfigMapping(prefix = "jifen.rate")
    interface Rates {

        /** More than a person's application ever needs, and a small part of what a pod can answer. */
        @WithDefault("100")
        int user();

        /** A part of what a pod of two cores can answer, so that the others get the rest; a batch is one request. */
        @WithDefault("5000")
        int service();

        /** From one address without a token. As of a user: behind an address are some of them. */
        @WithDefault("100")
        int anonymous();

        /** So much of what wasn't used can be made up for at once: more than that is no burst but a rate. */
        @WithDefault("2s")
        Duration burst();
    }

    /** After authentication (200) and permission (100), before {@link BodyLimit}. */
    private static final int FILTER_PRIORITY = 20;

    /** Asked for late: request filters are made when the application is built, before there is configuration. */
    private final Provider<Rates> config;

    private final Provider<TrustedProxyRanges> proxies;
    private final ProblemResponses responses;
    private final long start = System.nanoTime();
    private volatile @Nullable Limits limits;

    private record Limits(
            @Nullable TokenRate users,
            @Nullable TokenRate services,
            @Nullable TokenRate anonymous) {}

    TokenLimit(Provider<Rates> config, Provider<TrustedProxyRanges> proxies, ProblemResponses responses) {
        this.config = config;
        this.proxies = proxies;
        this.responses = responses;
    }

    void register(@Observes Filters filters) {
        filters.register(this::refuse, FILTER_PRIORITY);
    }

    private void refuse(RoutingContext context) {
        SecurityIdentity caller = context.user() instanceof QuarkusHttpUser user ? user.getSecurityIdentity() : null;
        long wait = caller == null || caller.isAnonymous() ? waitWithoutToken(context) : wait(caller);
        if (wait == 0) {
            context.next();
            return;
        }
        context.request().resume();
        long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(wait - 1) + 1);
        responses.send(
                context,
                Problem.of(ProblemCode.RATE_LIMITED, "Too many requests with this token, or from this address.")
                        .with(Problem.RETRY_AFTER, seconds));
    }

    private long wait(SecurityIdentity caller) {
        boolean service = caller.hasRole(Roles.SERVICE) || caller.hasRole(Roles.ADMIN);
        TokenRate rate = service ? limits().services() : limits().users();
        return rate == null ? 0 : rate.take(name(caller), System.nanoTime() - start);
    }

    /** Health and metrics are asked for without a token and never refused. */
    private long waitWithoutToken(RoutingContext context) {
        TokenRate rate = limits().anonymous();
        return rate == null || !context.normalizedPath().startsWith("/api/")
                ? 0
                : rate.take(proxies.get().network(context.request()), System.nanoTime() - start);
    }

    private static String name(SecurityIdentity caller) {
        String subject = caller.getPrincipal() instanceof JsonWebToken token ? token.getSubject() : null;
        return subject == null ? String.valueOf(caller.getPrincipal().getName()) : subject;
    }

    private Limits limits() {
        Limits made = limits;
        if (made == null) {
            Rates rates = config.get();
            long burst = rates.burst().toNanos();
            made = new Limits(rate(rates.user(), burst), rate(rates.service(), burst), rate(rates.anonymous(), burst));
            limits = made;
        }
        return made;
    }

    private static @Nullable TokenRate rate(int perSecond, long burstNanos) {
        return perSecond == 0 ? null : new TokenRate(perSecond, burstNanos);
    }
}
