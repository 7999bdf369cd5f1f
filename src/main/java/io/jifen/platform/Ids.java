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

    /** The smallest id that can be made at this moment. */
    public static long firstAt(Instant moment) {
        return (moment.toEpochMilli() - EPOCH_MS) << BITS_BELOW_TIME;
    }
}
