package io.jifen.ledger;

import io.jifen.platform.Sha256;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, as 16 bytes: the operation, its path ids and the known fields in canonical form. Nulls and
 * defaults are left out (so a field added later changes no old hash), decimals are normalised, the idempotency key and
 * unknown fields don't count. The same key with another content hash is {@code idempotency-key-reused}.
 */
public final class ContentHash {

    private final SortedMap<String, String> fields = new TreeMap<>();

    private ContentHash(String operation) {
        fields.put("", canonical(operation));
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
        return Sha256.half(text(fields));
    }

    /** Two values have the same form only if they mean the same: each says its kind and its length. */
    private static String canonical(Object value) {
        return switch (value) {
            case Number number -> kind('n', plain(new BigDecimal(number.toString())));
            case Boolean bool -> kind('b', bool.toString());
            case Map<?, ?> map -> {
                SortedMap<String, String> sorted = new TreeMap<>();
                map.forEach((key, item) -> {
                    if (item != null) {
                        sorted.put(key.toString(), canonical(item));
                    }
                });
                yield kind('m', text(sorted));
            }
            case Collection<?> items ->
                kind(
                        'l',
                        items.stream()
                                .map(item -> item == null ? kind('0', "") : canonical(item))
                                .collect(Collectors.joining()));
            default -> kind('s', value.toString());
        };
    }

    private static String text(SortedMap<String, String> fields) {
        StringBuilder text = new StringBuilder();
        fields.forEach((field, value) -> text.append(kind('k', field)).append(value));
        return text.toString();
    }

    private static String kind(char kind, String value) {
        return kind + Integer.toString(value.length()) + ':' + value;
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toString();
    }
}
