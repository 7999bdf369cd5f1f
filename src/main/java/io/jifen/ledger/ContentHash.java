package io.jifen.ledger;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, as 16 bytes: the operation, its path ids and the known fields in canonical form. Nulls and
 * defaults are left out (so a field added later changes no old hash), decimals are normalised, the idempotency key and
 * unknown fields don't count. The same key with another content hash is {@code idempotency-key-reused}.
 */
public final class ContentHash {

    private final SortedMap<String, String> fields = new TreeMap<>();

    private ContentHash(String operation) {
        fields.put("", operation);
    }

    public static ContentHash of(String operation) {
        return new ContentHash(operation);
    }

    public ContentHash with(String field, @Nullable Object value) {
        if (value != null) {
            fields.put(field, canonical(value));
        }
        return this;
    }

    /** Adds the field unless it has its default: said or not said is the same request. */
    public ContentHash with(String field, @Nullable Object value, Object byDefault) {
        return byDefault.equals(value) ? this : with(field, value);
    }

    public byte[] bytes() {
        StringBuilder text = new StringBuilder();
        fields.forEach((field, value) -> text.append(field)
                .append('=')
                .append(value.length())
                .append(':')
                .append(value)
                .append('\n'));
        return Key.sha256_128(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String canonical(Object value) {
        return switch (value) {
            case BigDecimal number ->
                number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
            case Map<?, ?> map -> {
                SortedMap<String, String> sorted = new TreeMap<>();
                map.forEach((key, item) -> {
                    if (item != null) {
                        sorted.put(key.toString(), canonical(item));
                    }
                });
                yield sorted.toString();
            }
            default -> value.toString();
        };
    }
}
