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

    private final TsidFactory factory;

    Ids(Clock clock) {
        factory = TsidFactory.builder().withClock(clock).build();
    }

    public long next() {
        return factory.create().toLong();
    }

    /** The smallest id that can be made at this moment. */
    public static long firstAt(Instant moment) {
        return (moment.toEpochMilli() - EPOCH_MS) << BITS_BELOW_TIME;
    }
}
