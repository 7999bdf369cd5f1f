package io.jifen.services;

import io.jifen.fake.TokenIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** JWTs for the application under test, which trusts the key pair of this test JVM. */
public final class Tokens {

    /** Longer than any test run. */
    private static final Duration LIFE = Duration.ofHours(6);

    /** A signature costs more than most requests. */
    private static final Map<String, String> SIGNED = new ConcurrentHashMap<>();

    private Tokens() {}

    public static String admin() {
        return admin("admin");
    }

    /** Another admin: whoever asked for something may not approve it. */
    public static String admin(String subject) {
        return of(subject, "points-admin");
    }

    public static String service() {
        return of("service", "points-service");
    }

    public static String user(String userId) {
        return of(userId, "points-user");
    }

    public static String of(String subject, String role) {
        return SIGNED.computeIfAbsent(
                role + " " + subject, first -> TestServices.issuer().token(subject, role, LIFE));
    }

    /** A service whose token lists what it is for. */
    public static String serviceFor(String bizTypes) {
        return of(TestServices.issuer(), TokenIssuer.ISSUER, "service", "points-service", ",\"biz_types\":" + bizTypes);
    }

    /** Of an admin of no name, or of the one that the claim says. */
    public static String withoutSubject(String claim) {
        long now = Instant.now().getEpochSecond();
        return TestServices.issuer().signed("{\"alg\":\"RS256\",\"typ\":\"JWT\"}", """
                {"iss":"%s",%s"upn":"x","groups":["points-admin"],"iat":%d,"exp":%d}""".formatted(
                        TokenIssuer.ISSUER, claim, now, now + LIFE.toSeconds()));
    }

    /** Signed by the right key, in another issuer's name. */
    public static String ofOtherIssuer() {
        return of(TestServices.issuer(), "https://elsewhere.example", "service", "points-admin", "");
    }

    /** In the right issuer's name, signed by somebody else. */
    public static String ofOtherKey() {
        return of(TokenIssuer.create(), TokenIssuer.ISSUER, "service", "points-admin", "");
    }

    /** Of any key pair, with its id in the header, for any audience, ending so many seconds from now. */
    public static String of(TokenIssuer key, String keyId, String audience, String subject, String role, long seconds) {
        long now = Instant.now().getEpochSecond();
        return key.signed("""
                {"alg":"RS256","typ":"JWT","kid":"%s"}""".formatted(keyId), """
                {"iss":"%s","aud":"%s","sub":"%s","upn":"%s","groups":["%s"],"iat":%d,"exp":%d}""".formatted(
                        TokenIssuer.ISSUER, audience, subject, subject, role, now - 60, now + seconds));
    }

    private static String of(TokenIssuer key, String issuer, String subject, String role, String moreClaims) {
        long now = Instant.now().getEpochSecond();
        return key.signed("{\"alg\":\"RS256\",\"typ\":\"JWT\"}", """
                {"iss":"%s","sub":"%s","upn":"%s","groups":["%s"],"iat":%d,"exp":%d%s}""".formatted(
                        issuer, subject, subject, role, now, now + LIFE.toSeconds(), moreClaims));
    }

    /** Signed by the right key, and no longer valid. */
    public static String expired() {
        return TestServices.issuer().token("service", "points-service", Duration.ofHours(-1));
    }
}
