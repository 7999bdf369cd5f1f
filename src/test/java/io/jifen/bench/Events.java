package io.jifen.bench;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What senders send: grants and spends, half and half, each with a key of its own. */
final class Events {

    /** Small, so that an account lives through many spends, and ends within its first lot or two. */
    private static final int POINTS_MAX = 5;

    private static final AtomicLong NUMBER = new AtomicLong(System.currentTimeMillis() * 1_000_000);

    /** An event, and whom it is about: the key of its message. */
    record Event(String userId, String json) {}

    private Events() {}

    /** No key was ever used before. */
    static String key() {
        return "bench-" + Long.toString(NUMBER.incrementAndGet(), 36);
    }

    static Supplier<String> anyOf(IntFunction<String> userIds, int number) {
        return () -> userIds.apply(ThreadLocalRandom.current().nextInt(number));
    }

    /** For the topic. */
    static Supplier<Event> mixed(Supplier<String> users) {
        return () -> {
            String userId = users.get();
            return new Event(userId, isGrant() ? earning(key(), userId) : spending(key(), userId));
        };
    }

    /** For HTTP, to be posted at once. */
    static Supplier<Call> mixedCalls(Supplier<String> users) {
        return () -> isGrant()
                ? Call.post("/api/v1/grants", earning(key(), users.get()))
                : Call.post("/api/v1/deductions", deduction(key(), users.get()));
    }

    static String earning(String key, String userId) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"%s","amount":%d}""".formatted(key, userId, key, points());
    }

    static String earning(String key, String userId, String bizType, String channel) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"%s","bizNo":"%s","amount":%d,"attributes":{"channel":"%s"}}""".formatted(key, userId, bizType, key, points(), channel);
    }

    private static String spending(String key, String userId) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"CUP","bizNo":"%s","action":"sub","points":%d}""".formatted(key, userId, key, points());
    }

    private static String deduction(String key, String userId) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"CUP","bizNo":"%s","points":%d}""".formatted(key, userId, key, points());
    }

    private static boolean isGrant() {
        return ThreadLocalRandom.current().nextBoolean();
    }

    private static int points() {
        return ThreadLocalRandom.current().nextInt(1, POINTS_MAX + 1);
    }
}
