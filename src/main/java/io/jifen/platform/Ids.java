package io.jifen.platform;

import com.github.f4b6a3.tsid.TsidFactory;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/**
 * Makes 64-bit ids that grow with time: milliseconds since 2020-01-01 UTC in the upper 42 bits, a random node and a
 * counter below (the layout of TSID). Two pods may, very rarely, make the same one: every table that takes an id has
 * it as its key, and whoever inserts tries again with new ids.
 */
@Singleton
public class Ids {

    /** Ids of a moment start here, so a range of ids is a range of time. */
    private static final long EPOCH_MS = 1_577_836_800_000L;

    private static final int BITS_BELOW_TIME = 22;

    /** A factory never goes back. One that is further ahead of the clock than any correction of it is made anew. */
    private static final long AHEAD_MAX_MS = 10_000;

    private final Clock clock;
    private volatile TsidFactory factory;

    Ids(Clock clock) {
        this.clock = clock;
        factory = factory();
    }

    public long next() {
        long id = factory.create().toLong();
        if (id >>> BITS_BELOW_TIME > clock.millis() - EPOCH_MS + AHEAD_MAX_MS) {
            factory = factory();
            return factory.create().toLong();
        }
        return id;
    }

    private TsidFactory factory() {
        return TsidFactory.builder().withClock(clock).build();
    }

    /**
     * An id that is later than another one, which a pod may have made whose clock is ahead: of the same maker as the given
     * one, in the millisecond after that. The number after it would be somebody else's: ids of a moment follow each other.
     */
    public static long after(long id, long last) {
        long below = (1L << BITS_BELOW_TIME) - 1;
        return id > last ? id : (last >>> BITS_BELOW_TIME) + 1 << BITS_BELOW_TIME | id & below;
    }

    /** The smallest id that can be made at this moment; of moments that no id can tell of, the nearest number. */
    public static long firstAt(Instant moment) {
        long ms = moment.toEpochMilli() - EPOCH_MS;
        long last = Long.MAX_VALUE >> BITS_BELOW_TIME;
        if (Math.abs(ms) > last) {
            return ms < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return ms << BITS_BELOW_TIME;
    }
}
