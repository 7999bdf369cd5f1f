package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jifen.fake.TokenIssuer;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {

    private static final TokenIssuer ISSUER = TokenIssuer.create();
    private static final Duration TRUSTED = Duration.ofMinutes(1);
    private static final int MOST = 3;

    private final Instant now = Instant.now();
    private final VerifiedTokens tokens = new VerifiedTokens(new TokenConfig() {
        @Override
        public Duration trustedFor() {
            return TRUSTED;
        }

        @Override
        public int trustedMax() {
            return MOST;
        }
    });
    private JWTParser parser;
    private int verifications;

    @BeforeEach
    void parser() throws Exception {
        parser = parserOf(ISSUER);
    }

    @Test
    void looks_once_at_a_token_that_comes_again() throws Exception {
        // Given
        String token = token(Duration.ofHours(1));
        JsonWebToken first = get(token, now);

        // When
        JsonWebToken second = get(token, now.plus(TRUSTED).minusMillis(1));

        // Then
        assertThat(second).isSameAs(first);
        assertThat(second.getSubject()).isEqualTo("bob");
        assertThat(verifications).isEqualTo(1);
    }

    @Test
    void refuses_a_changed_signature_although_the_right_one_is_known() throws Exception {
        // Given
        String token = token(Duration.ofHours(1));
        get(token, now);
        int place = token.lastIndexOf('.') + 10;
        String changed =
                token.substring(0, place) + (token.charAt(place) == 'A' ? 'B' : 'A') + token.substring(place + 1);

        // Then
        assertThatThrownBy(() -> get(changed, now)).isInstanceOf(ParseException.class);
    }

    @Test
    void refuses_claims_of_another_under_a_known_signature() throws Exception {
        // Given
        String token = token(Duration.ofHours(1));
        get(token, now);
        String claims = ISSUER.token("eve", "points-admin", Duration.ofHours(1)).split("\\.")[1];
        String changed = token.replaceFirst("\\..*\\.", "." + claims + ".");

        // Then
        assertThatThrownBy(() -> get(changed, now)).isInstanceOf(ParseException.class);
    }

    @Test
    void looks_again_at_a_token_that_has_expired() throws Exception {
        // Given
        String token = token(Duration.ofSeconds(30));
        JsonWebToken first = get(token, now);

        // When
        get(token, Instant.ofEpochSecond(first.getExpirationTime()));

        // Then
        assertThat(verifications).isEqualTo(2);
    }

    @Test
    void remembers_no_token_that_was_refused() {
        String expired = token(Duration.ofHours(-1));
        assertThatThrownBy(() -> get(expired, now)).isInstanceOf(ParseException.class);
        assertThatThrownBy(() -> get(expired, now)).isInstanceOf(ParseException.class);
        assertThat(verifications).isEqualTo(2);
    }

    @Test
    void trusts_a_withdrawn_key_for_a_minute_at_most() throws Exception {
        // Given
        String token = token(Duration.ofHours(1));
        get(token, now);

        // When
        parser = parserOf(TokenIssuer.create());

        // Then
        assertThat(get(token, now.plusSeconds(59)).getSubject()).isEqualTo("bob");
        assertThatThrownBy(() -> get(token, now.plus(TRUSTED))).isInstanceOf(ParseException.class);
    }

    @Test
    void trusts_nothing_when_the_clock_was_set_back() throws Exception {
        // Given
        String token = token(Duration.ofHours(1));
        get(token, now);

        // When
        get(token, now.minusSeconds(1));

        // Then
        assertThat(verifications).isEqualTo(2);
    }

    @Test
    void begins_anew_when_there_are_too_many() throws Exception {
        // Given
        String token = token(Duration.ofHours(1));
        get(token, now);
        for (int i = 0; i < MOST; i++) {
            get(token(Duration.ofHours(1)), now);
        }

        // When
        get(token, now);

        // Then
        assertThat(verifications).isEqualTo(MOST + 2);
    }

    private JsonWebToken get(String token, Instant moment) throws ParseException {
        return tokens.get(token, moment, one -> {
            verifications++;
            return parser.parse(one);
        });
    }

    private static String token(Duration validFor) {
        return ISSUER.token("bob", "points-user", validFor);
    }

    private static JWTParser parserOf(TokenIssuer issuer) throws Exception {
        var key = KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(issuer.publicKey())));
        return new DefaultJWTParser(new JWTAuthContextInfo((RSAPublicKey) key, TokenIssuer.ISSUER));
    }
}
