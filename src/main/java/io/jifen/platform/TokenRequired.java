package io.jifen.platform;

import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The policy {@code token} of paths: like Quarkus' {@code authenticated}, which answers with an empty body, but failing
 * by an exception, so that the answer is a problem.
 */
@Singleton
class TokenRequired implements HttpSecurityPolicy {

    /** Asked for here, since a token of any issuer would be good enough where none is configured. */
    @ConfigProperty(name = "mp.jwt.verify.issuer")
    String issuer;

    @Override
    public String name() {
        return "token";
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        return identity.onItem()
                .transformToUni(caller -> caller.isAnonymous()
                        ? Uni.createFrom().failure(new UnauthorizedException())
                        : CheckResult.permit());
    }
}
