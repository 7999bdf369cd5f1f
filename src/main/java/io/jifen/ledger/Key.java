package io.jifen.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An idempotency key (幂等键) in its scope: {@code ""} for services, {@code u:<sub>} for a user's token, another name
 * for postings that the system makes by itself. A class and not a record, as its hash is nobody's to choose.
 */
public final class Key {

    private static final String OWN = "own:";

    private final String scope;
    private final String traceId;
    private final KeyHash hash;

    public Key(String scope, String traceId) {
        this.scope = scope;
        this.traceId = traceId;
        this.hash = new KeyHash(sha256_128((scope + '\0' + traceId).getBytes(StandardCharsets.UTF_8)));
    }

    /** The program's own postings: their keys can't meet anybody else's. */
    public static Key own(String kind, String id) {
        return new Key(OWN + kind, id);
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

    static byte[] sha256_128(byte[] content) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(content), 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
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
