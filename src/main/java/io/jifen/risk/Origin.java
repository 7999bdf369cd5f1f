package io.jifen.risk;

import io.jifen.platform.Sha256;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from.
 *
 * @param ip the address, in its short form
 * @param device null: no trusted proxy names one
 * @param personal whether they are the user's own, and not those of a service that speaks for many
 */
record Origin(String ip, @Nullable String device, boolean personal) {

    enum Kind {
        DEVICE,
        IP
    }

    /** The one that says more, which the account's other ones are compared with: people change addresses all day. */
    Kind kind() {
        return device == null ? Kind.IP : Kind.DEVICE;
    }

    /** What is kept of it: the first 16 bytes of SHA-256, in hexadecimal. */
    String hash() {
        return HexFormat.of().formatHex(Sha256.half(device == null ? ip : device));
    }
}
