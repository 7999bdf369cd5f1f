package io.jifen.outbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How messages lie in a row: a byte that names this form, then per message topic, key, id and type as {@link
 * DataOutputStream#writeUTF} writes them, the time in milliseconds since 1970, and the length and bytes of the data.
 */
final class Payload {

    private static final int FORM = 1;

    /** A row stays far below the 16 MB that the column and a packet to the server hold. */
    private static final int ROW_BYTES = 1 << 20;

    private Payload() {}

    /** The payloads of as few rows as possible, nearly always one. */
    static List<byte[]> encode(List<OutboxMessage> messages) {
        List<byte[]> rows = new ArrayList<>(1);
        ByteArrayOutputStream row = new ByteArrayOutputStream(messages.size() * 800);
        DataOutputStream out = new DataOutputStream(row);
        try {
            for (OutboxMessage message : messages) {
                if (row.size() == 0) {
                    out.writeByte(FORM);
                }
                write(message, out);
                if (row.size() >= ROW_BYTES) {
                    rows.add(row.toByteArray());
                    row.reset();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a message that can't be written down", e); // text of 64 KiB and more
        }
        if (row.size() > 0) {
            rows.add(row.toByteArray());
        }
        return rows;
    }

    /** @throws IOException if this is not what {@link #encode} makes */
    static List<OutboxMessage> decode(byte[] payload) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
        if (in.readByte() != FORM) {
            throw new IOException("unknown form of a payload");
        }
        List<OutboxMessage> messages = new ArrayList<>();
        while (in.available() > 0) {
            messages.add(read(in));
        }
        return messages;
    }

    private static void write(OutboxMessage message, DataOutputStream out) throws IOException {
        out.writeUTF(message.topic());
        out.writeUTF(message.key());
        out.writeUTF(message.id());
        out.writeUTF(message.type());
        out.writeLong(message.time().toEpochMilli());
        out.writeInt(message.data().length);
        out.write(message.data());
    }

    private static OutboxMessage read(DataInputStream in) throws IOException {
        String topic = in.readUTF();
        String key = in.readUTF();
        String id = in.readUTF();
        String type = in.readUTF();
        Instant time = Instant.ofEpochMilli(in.readLong());
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a payload that is cut off");
        }
        return new OutboxMessage(topic, key, id, type, time, in.readNBytes(length));
    }
}
