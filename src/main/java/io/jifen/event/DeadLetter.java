package io.jifen.event;

import org.jspecify.annotations.Nullable;

/**
 * A message that can never be applied, with its place in the broker, which makes it one however often it is delivered.
 *
 * @param key of the message, as it came
 * @param payload of the message, as it came
 * @param traceId of the event, where it can be read
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
        @Nullable String traceId,
        String code,
        String detail) {

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
