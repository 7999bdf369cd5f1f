package io.jifen.event;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Grants in bulk. */
@ConfigMapping(prefix = "jifen.grant-jobs")
interface GrantJobConfig {

    /** Rows of one job: what an upload of the largest size holds, and some minutes of work. */
    @WithDefault("1000000")
    int rowsMax();

    /** Rows that are stored, sent or settled together: one statement of some 100 KiB. */
    @WithDefault("500")
    int chunk();

    /** Rows that are sent and not applied yet: other senders' events wait behind them, half a second at most. */
    @WithDefault("5000")
    int inFlightMax();

    /**
     * Points, given in all rows together, above which somebody else has to agree: a hundred times what one person may
     * give at once. A single row above that asks for it as well.
     */
    @WithDefault("100000")
    long approvalThreshold();

    /** An upload that isn't done by then was given up, and is removed. */
    @WithDefault("1h")
    Duration uploadMax();

    /**
     * Rows of which none was applied for so long are sent again, as the broker may have lost them; after that with
     * growing pauses up to an hour, since it is more likely that nobody consumes.
     */
    @WithDefault("1m")
    Duration standstill();

    /** So long all jobs wait when the pod that runs them dies; many times what a step takes. */
    @WithDefault("30s")
    Duration lockAtMost();
}
