package io.jifen.platform;

/** The roles a token can have in its claim {@code groups}; an admin's token counts as a service's too. */
public final class Roles {
    /** A person, on the account whose userId is the token's {@code sub}. */
    public static final String USER = "points-user";
    /** Another system, on every account. */
    public static final String SERVICE = "points-service";
    /** Someone who runs this service. */
    public static final String ADMIN = "points-admin";

    private Roles() {}
}
