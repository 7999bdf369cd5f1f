package io.jifen.platform;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import jakarta.json.JsonString;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who sent the request at hand, and whether an account is theirs. */
@RequestScoped
public class Caller {

    private static final Pattern SUBJECT = Pattern.compile("[!-~]{1,64}");

    private final SecurityIdentity identity;
    private final AccessConfig access;

    Caller(SecurityIdentity identity, AccessConfig access) {
        this.identity = identity;
        this.access = access;
    }

    /** Whether it can be somebody's name where entries and audit rows have it: 1 to 64 printable ASCII characters. */
    public static boolean isSubject(String text) {
        return SUBJECT.matcher(text).matches();
    }

    /**
     * The token's {@code sub}; empty without a token. Also the operator that entries and audit rows name, so it must fit
     * there.
     */
    public String subject() {
        if (identity.isAnonymous()) {
            return "";
        }
        String subject = identity.getPrincipal() instanceof JsonWebToken token
                ? Objects.requireNonNullElse(token.getSubject(), "")
                : identity.getPrincipal().getName();
        if (!isSubject(subject)) {
            throw new ProblemException(
                    ProblemCode.UNAUTHENTICATED,
                    "The token's sub can't be recorded: it must be 1 to 64 printable ASCII characters.");
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
     * Lets pass who may do this kind of business: everybody, but services whose token or whose configuration lists what
     * they are for.
     */
    public void requireBizType(String bizType) {
        if (!mayDo(bizType)) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "This token is not for that kind of business.");
        }
    }

    private boolean mayDo(String bizType) {
        if (isAdmin() || !isService()) {
            return true;
        }
        List<String> configured = access.bizTypes().get(subject());
        return (configured == null || configured.contains(bizType)) && claimAllows(bizType);
    }

    private boolean claimAllows(String bizType) {
        // Asked for a claim that isn't a standard one, the library throws an exception and catches it: only where it is
        // there.
        Object claim = identity.getPrincipal() instanceof JsonWebToken token
                        && token.getClaimNames().contains(access.bizTypesClaim())
                ? token.claim(access.bizTypesClaim()).orElse(null)
                : null;
        return switch (claim) {
            case null -> true;
            case Collection<?> list -> list.stream().map(Caller::text).anyMatch(bizType::equals);
            default -> List.of(text(claim).strip().split("[\\s,]+")).contains(bizType);
        };
    }

    private static String text(Object value) {
        return value instanceof JsonString json ? json.getString() : value.toString();
    }

    /**
     * Where this caller's idempotency keys live: users have a scope each, so that no one can take or guess another's
     * key; services and admins share the global one, as do Kafka events.
     */
    public String scope() {
        return isService() ? "" : scopeOf(subject());
    }

    /** Where the keys of this user's tokens live. */
    public static String scopeOf(String userId) {
        return "u:" + userId;
    }
}
