package io.jifen.event;

import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import org.jspecify.annotations.Nullable;

/**
 * A message that can never be applied, with its place in the broker, which makes it one however often it is delivered.
 *
 * @param key of the message, as it came
 * @param payload of the message, as it came
 * @param origin what can be read of it all the same
 * @param code of the problem
 * @param detail what is wrong with it
 */
@SuppressWarnings("ArrayRecordComponent") // bytes to pass on, never compared
record DeadLetter(
        String topic,
        int partition,
        long offset,
        byte @Nullable [] key,
        byte @Nullable [] payload,
        Origin origin,
        String code,
        String detail) {

    /** Which request a message is, as far as it says so in a readable way. */
    record Origin(
            @Nullable @TraceId String traceId,
            @Nullable @UserId String userId) {

        static final Origin UNKNOWN = new Origin(null, null);
    }

    private static final int MAX_DETAIL = 1000;

    DeadLetter {
        detail = storable(detail);
    }

    /** The detail may quote the message, which may be any bytes: what no column or header can hold becomes "?". */
    private static String storable(String detail) {
        StringBuilder text = new StringBuilder();
        detail.codePoints()
                .limit(MAX_DETAIL)
                .map(point -> Character.getType(point) == Character.SURROGATE ? '?' : point)
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}
