package io.jifen.ledger;

import io.jifen.platform.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * An idempotency key (幂等键) in its scope: {@code ""} for services, {@code u:<sub>} for a user's token, another name
 * for postings that the system makes by itself and for messages that are tried again. A class and not a record, as its
 * hash is nobody's to choose.
 */
public final class Key {

    private static final String OWN = "own:";

    private static final String REPLAYED = "dead:";

    private final String scope;
    private final String traceId;
    private final KeyHash hash;

    public Key(String scope, String traceId) {
        this.scope = scope;
        this.traceId = traceId;
        this.hash = new KeyHash(Sha256.half(scope + '\0' + traceId));
    }

    /** The program's own postings: their keys can't meet anybody else's. */
    public static Key own(String kind, String id) {
        return new Key(OWN + kind, id);
    }

    /** Under which the message of this key is tried again, once it was put aside: a dead outcome is final like any other. */
    Key ofReplay() {
        return new Key(REPLAYED + scope, traceId);
    }

    public String scope() {
        return scope;
    }

    public String traceId() {
        return traceId;
    }

    /** The first 16 bytes of SHA-256 over scope, a zero byte and the traceId: the key of table {@code request}. */
    KeyHash hash() {
        return hash;
    }

    boolean isOwn() {
        return scope.startsWith(OWN);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key that && scope.equals(that.scope) && traceId.equals(that.traceId);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    @Override
    public String toString() {
        return scope + '/' + traceId;
    }
}
