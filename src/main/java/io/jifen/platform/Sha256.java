package io.jifen.platform;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** SHA-256, which every Java has. */
public final class Sha256 {

    private static final int HALF = 16;

    private Sha256() {}

    /** One to be fed piece by piece. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** All 32 bytes. */
    public static byte[] of(byte[] content) {
        return digest().digest(content);
    }

    /** Of the text in UTF-8. */
    public static byte[] of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The first 16 bytes of that: enough to tell things apart by. */
    public static byte[] half(String text) {
        return Arrays.copyOf(of(text), HALF);
    }
}
