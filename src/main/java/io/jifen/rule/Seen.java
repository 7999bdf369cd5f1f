package io.jifen.rule;

import io.jifen.ledger.AccountView;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A deed and its account as conditions see them: texts, 64-bit integers, doubles, booleans, lists and maps. */
final class Seen {

    private Seen() {}

    /** All fields are there, attributes aside: what the deed leaves out is 0 or empty. */
    static Map<String, Object> of(Deed deed, AccountView account, Moment moment) {
        return Map.of(
                "event",
                Map.of(
                        "amount",
                        deed.amount() == null ? 0.0 : deed.amount().doubleValue(),
                        "points",
                        deed.points() == null ? 0L : deed.points(),
                        "bizType",
                        deed.bizType(),
                        "bizNo",
                        Objects.requireNonNullElse(deed.bizNo(), ""),
                        "occurredAt",
                        Objects.requireNonNullElse(deed.occurredAt(), moment.at())
                                .toString(),
                        "day",
                        moment.day().toString(),
                        "attributes",
                        object(deed.attributes())),
                "account",
                Map.of(
                        "userId",
                        account.userId(),
                        "level",
                        account.level(),
                        "available",
                        account.available(),
                        "frozen",
                        account.frozen(),
                        "pending",
                        account.pending(),
                        "arrears",
                        account.arrears()));
    }

    private static Map<String, Object> object(Map<?, ?> json) {
        Map<String, Object> object = new HashMap<>();
        json.forEach((key, value) -> {
            Object seen = value(value);
            if (seen != null) { // absent and null mean the same
                object.put(String.valueOf(key), seen);
            }
        });
        return object;
    }

    private static @Nullable Object value(@Nullable Object json) {
        return switch (json) {
            case null -> null;
            case Integer number -> number.longValue();
            case BigInteger number -> number.doubleValue();
            case BigDecimal number -> number.doubleValue();
            case Map<?, ?> object -> object(object);
            case List<?> list ->
                list.stream().map(Seen::value).filter(Objects::nonNull).toList();
            default -> json;
        };
    }
}
