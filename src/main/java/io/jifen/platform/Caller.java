package io.jifen.platform;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Objects;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who sent the request at hand, and whether an account is theirs. */
@RequestScoped
public class Caller {

    private static final Pattern SUBJECT = Pattern.compile("[!-~]{0,64}");

    private final SecurityIdentity identity;

    Caller(SecurityIdentity identity) {
        this.identity = identity;
    }

    /**
     * The token's {@code sub}; empty without a token. Also the operator that entries and audit rows name, so it must fit
     * there.
     */
    public String subject() {
        String subject = identity.getPrincipal() instanceof JsonWebToken token
                ? Objects.requireNonNullElse(token.getSubject(), "")
                : identity.isAnonymous() ? "" : identity.getPrincipal().getName();
        if (!SUBJECT.matcher(subject).matches()) {
            throw new ProblemException(
                    ProblemCode.UNAUTHENTICATED,
                    "The token's sub can't be recorded: it must be at most 64 printable ASCII characters.");
        }
        return subject;
    }

    public boolean isAnonymous() {
        return identity.isAnonymous();
    }

    /** A person and nothing more: whoever is also a service or an admin is not held to one account. */
    public boolean isUser() {
        return identity.hasRole(Roles.USER) && !isService();
    }

    /** A service, or an admin, who may do all a service may. */
    public boolean isService() {
        return identity.hasRole(Roles.SERVICE) || isAdmin();
    }

    public boolean isAdmin() {
        return identity.hasRole(Roles.ADMIN);
    }

    /**
     * Lets services and admins pass, and a user to their own account. Everyone else gets the same {@code forbidden},
     * whether that account exists or not, so that nobody can probe for accounts.
     */
    public void requireOwn(String userId) {
        boolean own = isUser() && !userId.isEmpty() && userId.equals(subject());
        if (!own && !isService()) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "This token gives no access to that account.");
        }
    }

    /** Lets services and admins pass; for resources that are open to all and decide for themselves. */
    public void requireService() {
        if (!isService()) {
            throw isAnonymous()
                    ? new ProblemException(ProblemCode.UNAUTHENTICATED, "Send a bearer token.")
                    : new ProblemException(ProblemCode.FORBIDDEN, "This token has not the role for that.");
        }
    }

    /**
     * Where this caller's idempotency keys live: users have a scope each, so that no one can take or guess another's
     * key; services and admins share the global one, as do Kafka events.
     */
    public String scope() {
        return isService() ? "" : "u:" + subject();
    }
}
