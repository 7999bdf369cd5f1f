package io.jifen.platform;

import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Remembers tokens that were found right, for a short time: a caller sends the same one with each request, and checking
 * its signature costs more than anything else that is done with a request before it is read. Known by their SHA-256, so
 * that a token which differs in a single bit, its signature included, is another one and is checked.
 */
@Singleton
class VerifiedTokens {

    /** Checks everything there is to check about a token. */
    @FunctionalInterface
    interface Verification {
        JsonWebToken verify(String token) throws ParseException;
    }

    /** Right from the one moment until before the other; a clock that is set back asks again. */
    private record Verified(JsonWebToken token, Instant from, Instant until) {

        boolean at(Instant moment) {
            return !moment.isBefore(from) && moment.isBefore(until);
        }
    }

    private final TokenConfig config;
    private final Map<ByteBuffer, Verified> verified = new ConcurrentHashMap<>();

    VerifiedTokens(TokenConfig config) {
        this.config = config;
    }

    /** @throws ParseException if it is not right, or no longer */
    JsonWebToken get(String token, Instant now, Verification verification) throws ParseException {
        ByteBuffer key = ByteBuffer.wrap(Sha256.of(token));
        Verified known = verified.get(key);
        if (known != null && known.at(now)) {
            return known.token();
        }
        JsonWebToken right = verification.verify(token);
        remember(key, new Verified(right, now, trustedUntil(right, now)));
        return right;
    }

    /** One that doesn't say when it expires is not remembered. */
    private Instant trustedUntil(JsonWebToken token, Instant now) {
        Instant expires = Instant.ofEpochSecond(token.getExpirationTime());
        Instant known = now.plus(config.trustedFor());
        return known.isBefore(expires) ? known : expires;
    }

    /** Where there are too many it begins anew, which costs each caller one more check. */
    private void remember(ByteBuffer key, Verified one) {
        if (verified.size() >= config.trustedMax()) {
            verified.clear();
        }
        verified.put(key, one);
    }
}
