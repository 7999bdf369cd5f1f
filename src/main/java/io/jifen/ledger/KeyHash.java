package io.jifen.ledger;

import java.util.Arrays;

/** Sixteen bytes, compared and ordered by content (unsigned, as the database orders BINARY). */
record KeyHash(byte[] bytes) implements Comparable<KeyHash> {

    @Override
    public int compareTo(KeyHash other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyHash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
