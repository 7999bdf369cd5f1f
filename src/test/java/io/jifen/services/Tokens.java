package io.jifen.services;

import java.time.Duration;

/** JWTs for the application under test, which trusts the key pair of this test JVM. */
public final class Tokens {

    /** Longer than any test run. */
    private static final Duration LIFE = Duration.ofHours(6);

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
        return TestServices.issuer().token(subject, role, LIFE);
    }

    /** Signed by the right key, and no longer valid. */
    public static String expired() {
        return TestServices.issuer().token("service", "points-service", Duration.ofHours(-1));
    }
}
