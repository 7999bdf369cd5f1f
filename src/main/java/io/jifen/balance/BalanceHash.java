package io.jifen.balance;

import io.jifen.platform.RedisScript;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a balance lies in Redis: a hash {@code user:points:{userId}} of texts. {@code nextExpiry} is milliseconds since
 * 1970, or empty for never. What is not written exactly so was not written by us and counts as absent; the script that
 * writes the hash judges by the same rules, so whatever is not read is replaced.
 */
final class BalanceHash {

    /** In the order of {@link #read}. */
    static final List<String> FIELDS = List.of("balance", "frozen", "version", "level", "nextExpiry");

    /** More digits than any sum of points has, and few enough for a long. */
    private static final int POINTS_DIGITS_MAX = 18;
    /** Few enough for the script, whose numbers are doubles. */
    private static final int ORDER_DIGITS_MAX = 15;

    private static final String KEY_PREFIX = "user:points:";

    /**
     * Keys: the hash. Arguments: the five fields, the time to live in milliseconds, 1 if it may be created.
     *
     * <p>Writes only what is newer by (version, next expiry), where never is the latest expiry: at one version, an
     * expiry that is later means that the lots before it were found expired. Returns 1 if it wrote.
     */
    static final RedisScript WRITE = new RedisScript("""
            local function digits(text, max)
              return text and #text <= max and string.find(text, '^%d+$')
            end
            local old = redis.pcall('HMGET', KEYS[1], 'balance', 'frozen', 'version', 'level', 'nextExpiry')
            if not old.err and digits(old[1], 18) and digits(old[2], 18) and digits(old[3], 15)
                and old[4] and (old[5] == '' or digits(old[5], 15)) then
              local version, oldVersion = tonumber(ARGV[3]), tonumber(old[3])
              if version < oldVersion then
                return 0
              end
              if version == oldVersion then
                if old[5] == '' or (ARGV[5] ~= '' and tonumber(ARGV[5]) <= tonumber(old[5])) then
                  return 0
                end
              end
            elseif ARGV[7] == '1' then
              redis.call('DEL', KEYS[1])
            else
              return 0
            end
            redis.call('HSET', KEYS[1], 'balance', ARGV[1], 'frozen', ARGV[2], 'version', ARGV[3],
                'level', ARGV[4], 'nextExpiry', ARGV[5])
            redis.call('PEXPIRE', KEYS[1], ARGV[6])
            return 1
            """);

    private BalanceHash() {}

    static String key(String userId) {
        return KEY_PREFIX + userId;
    }

    /** The values of {@link #FIELDS}. */
    static List<String> values(KnownBalance balance) {
        return List.of(
                Long.toString(balance.available()),
                Long.toString(balance.frozen()),
                Long.toString(balance.version()),
                balance.level(),
                balance.nextExpiry() == null
                        ? ""
                        : Long.toString(balance.nextExpiry().toEpochMilli()));
    }

    /** What the values of {@link #FIELDS} say; empty if they are absent or not what we write. */
    static Optional<KnownBalance> read(String userId, List<@Nullable String> values) {
        String level = values.get(3);
        String nextExpiry = values.get(4);
        boolean never = "".equals(nextExpiry);
        if (!isNumber(values.get(0), POINTS_DIGITS_MAX)
                || !isNumber(values.get(1), POINTS_DIGITS_MAX)
                || !isNumber(values.get(2), ORDER_DIGITS_MAX)
                || level == null
                || !never && !isNumber(nextExpiry, ORDER_DIGITS_MAX)) {
            return Optional.empty();
        }
        return Optional.of(new KnownBalance(
                userId,
                Long.parseLong(values.get(0)),
                Long.parseLong(values.get(1)),
                Long.parseLong(values.get(2)),
                level,
                never ? null : Instant.ofEpochMilli(Long.parseLong(nextExpiry))));
    }

    private static boolean isNumber(@Nullable String text, int digitsMax) {
        return text != null
                && !text.isEmpty()
                && text.length() <= digitsMax
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
