package io.jifen.expiry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;

/** What happens before points expire, and after. */
@ConfigMapping(prefix = "jifen.expiry")
interface ExpiryConfig {

    /**
     * Lots that are written off at once. More make it no faster, and a posting may have to wait for as long as it takes:
     * some 50 ms.
     */
    @WithDefault("1000")
    @Min(1)
    @Max(10_000)
    int batch();

    /** Transactions that they are shared among: while one waits for the disk, another one's entries are made. */
    @WithDefault("2")
    @Min(1)
    @Max(8)
    int lanes();

    /**
     * Entries that others make in a second, from which on the job leaves them five sixths of the time: so postings keep
     * most of their rate where there is none to spare. A few at night don't make it slow.
     */
    @WithDefault("200")
    @Min(0)
    int yieldsAbove();

    /** So many days ahead users are told: time for an order, for a visit, and for nothing but a click. */
    @WithDefault("30,7,1")
    List<@Min(0) @Max(3660) Integer> noticeDays();

    /** Days for which reinstated points can be used, if the request doesn't say: a month to make up for it. */
    @WithDefault("30")
    @Min(0)
    @Max(36_500)
    int reinstatedDays();
}
