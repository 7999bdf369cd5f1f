package io.jifen.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * An idempotency key (幂等键) in its scope: {@code ""} for services, {@code u:<sub>} for a user's token, another name
 * for postings that the system makes by itself.
 *
 * @param hash the first 16 bytes of SHA-256 over scope, a zero byte and the traceId: the key of table {@code request}
 */
public record Key(String scope, String traceId, KeyHash hash) {

    private static final String OWN = "own:";

    public Key(String scope, String traceId) {
        this(scope, traceId, hash(scope, traceId));
    }

    /** The program's own postings: their keys can't meet anybody else's. */
    public static Key own(String kind, String id) {
        return new Key(OWN + kind, id);
    }

    boolean isOwn() {
        return scope.startsWith(OWN);
    }

    private static KeyHash hash(String scope, String traceId) {
        return new KeyHash(sha256_128((scope + '\0' + traceId).getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] sha256_128(byte[] content) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(content), 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
