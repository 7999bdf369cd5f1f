package io.jifen.risk;

import io.jifen.platform.RedisScript;
import java.time.LocalDate;

/**
 * One of the counters of a day: {@code points:ip:{ip}:{bizType}:{yyyy-MM-dd}}, and the same with {@code device} and
 * {@code user}.
 *
 * @param limit the most it may count, at least 1
 */
record DayCounter(Kind kind, String of, String bizType, LocalDate day, long limit) {

    enum Kind {
        IP("ip"),
        DEVICE("device"),
        USER("user");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /**
     * Keys: the counter. Arguments: its limit, and for how many milliseconds it is kept.
     *
     * <p>Counts one, unless that would be beyond the limit; returns 1 if it did. What is no number was not written by us
     * and counts as nothing. A counter always ends, also one that lost its expiry in some restore.
     */
    static final RedisScript COUNT = new RedisScript("""
            local used = redis.pcall('GET', KEYS[1])
            used = type(used) == 'string' and string.find(used, '^%d+$') and tonumber(used) or 0
            if used >= tonumber(ARGV[1]) then
              return 0
            end
            redis.call('SET', KEYS[1], string.format('%d', used + 1), 'PX', ARGV[2])
            return 1
            """);

    String key() {
        return "points:" + kind.text + ":" + of + ":" + bizType + ":" + day;
    }
}
