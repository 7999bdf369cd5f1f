package io.jifen.platform;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list: the key of the last item shown, as a string that is safe in a URL and says nothing. A key instead
 * of a page number, so that items added meanwhile neither repeat nor hide others.
 */
public final class Cursor {

    private static final byte NUMBER = 1;
    private static final byte TEXT = 2;
    /** Longer ones are not ours: the longest key of a list is a traceId. */
    private static final int MAX_LENGTH = 512;

    private Cursor() {}

    public static String of(long key) {
        return encode(ByteBuffer.allocate(1 + Long.BYTES).put(NUMBER).putLong(key));
    }

    public static String of(String key) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        return encode(ByteBuffer.allocate(1 + text.length).put(TEXT).put(text));
    }

    /** The key of a cursor, or {@code start} (as in: before everything) without one. */
    public static long number(@Nullable String cursor, long start) {
        if (cursor == null) {
            return start;
        }
        ByteBuffer bytes = decode(cursor, NUMBER);
        if (bytes.remaining() != Long.BYTES) {
            throw broken();
        }
        return bytes.getLong();
    }

    /** The key of a cursor, or null without one. */
    public static @Nullable String text(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            // A fresh decoder reports malformed bytes instead of replacing them.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(decode(cursor, TEXT))
                    .toString();
        } catch (CharacterCodingException e) {
            throw broken();
        }
    }

    private static String encode(ByteBuffer bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    private static ByteBuffer decode(String cursor, byte kind) {
        if (cursor.isEmpty() || cursor.length() > MAX_LENGTH) {
            throw broken();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            if (!bytes.hasRemaining() || bytes.get() != kind) {
                throw broken();
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            throw broken();
        }
    }

    private static ProblemException broken() {
        return new ProblemException(
                Problem.invalid("cursor", "must be the nextCursor of the page before, or left out for the first page"));
    }
}
