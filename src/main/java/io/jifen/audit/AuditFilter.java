package io.jifen.audit;

import io.jifen.platform.Ids;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a list of acts is narrowed to; null narrows nothing. {@code from} is included, {@code to} is not. */
record AuditFilter(
        @Nullable String who,
        @Nullable String action,
        @Nullable String objectType,
        @Nullable String objectId,
        @Nullable Instant from,
        @Nullable Instant to) {

    /** The smallest id that counts: ids are made from the time. */
    long start() {
        return from == null ? Long.MIN_VALUE : Ids.firstAt(from);
    }

    /** The first id that doesn't count any more. */
    long end() {
        return to == null ? Long.MAX_VALUE : Ids.firstAt(to);
    }

    /** By column. */
    Map<String, String> equal() {
        Map<String, String> equal = new LinkedHashMap<>();
        put(equal, "who", who);
        put(equal, "action", action);
        put(equal, "object_type", objectType);
        put(equal, "object_id", objectId);
        return equal;
    }

    private static void put(Map<String, String> equal, String column, @Nullable String value) {
        if (value != null) {
            equal.put(column, value);
        }
    }
}
