package io.jifen.platform;

import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * The parser by which requests are authenticated, with the tokens that it found right a moment ago. It extends the one of
 * the library, as a decorator of that would be generated where its fields can't be seen.
 */
@Alternative
@Priority(1)
@Singleton
class TokenParser extends DefaultJWTParser {

    private final VerifiedTokens verified;

    TokenParser(VerifiedTokens verified) {
        this.verified = verified;
    }

    /** By the machine's clock and not the program's, which can be moved where it is developed: so does the library. */
    @Override
    public JsonWebToken parse(String token) throws ParseException {
        return verified.get(token, Instant.now(), super::parse);
    }
}
