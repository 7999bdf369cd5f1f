package io.jifen.ledger;

import io.jifen.platform.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The hash chain of an account's entries: SHA-256 over the previous entry's hash (32 zero bytes before the first) and
 * the entry's fields in the order of table {@code entry}. Numbers are 8 bytes big-endian, texts are a 4-byte length
 * and UTF-8, days are ISO text, instants are milliseconds since 1970; null is the length −1.
 */
final class Chain {

    static final byte[] START = new byte[32];

    private Chain() {}

    /** The entry's right hash; the one it carries is not looked at. */
    static byte[] hash(byte[] previous, Entry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(previous);
            out.writeLong(entry.id());
            out.writeLong(entry.accountId());
            out.writeLong(entry.version());
            out.writeLong(entry.transactionNo());
            text(out, entry.type().name());
            text(out, entry.bizType());
            text(out, entry.bizNo());
            text(out, entry.traceId());
            out.writeLong(entry.points());
            out.writeLong(entry.frozenChange());
            out.writeLong(entry.pendingChange());
            out.writeLong(entry.arrearsChange());
            out.writeLong(entry.beforeBalance());
            out.writeLong(entry.afterBalance());
            text(out, entry.reason());
            text(out, entry.expiresOn());
            text(out, entry.ruleCode());
            text(out, entry.ruleVersion());
            text(out, entry.relatedId());
            text(out, entry.operator());
            moment(out, entry.occurredAt());
            moment(out, entry.createdAt());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Sha256.of(bytes.toByteArray());
    }

    private static void text(DataOutputStream out, @Nullable Object value) throws IOException {
        if (value == null) {
            out.writeInt(-1);
            return;
        }
        byte[] utf8 = value.toString().getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static void moment(DataOutputStream out, Instant value) throws IOException {
        out.writeLong(value.toEpochMilli());
    }
}
