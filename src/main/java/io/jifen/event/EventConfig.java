package io.jifen.event;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of what comes in as events. */
@ConfigMapping(prefix = "jifen.events")
interface EventConfig {

    /** How far ahead of ours a sender's clock may be: more than clocks that are kept right differ, less than a mistake. */
    @WithDefault("5m")
    Duration futureTolerance();

    /** Events in one request: what fits 1 MiB, and what the consumer applies in two transactions. */
    @WithDefault("1000")
    int batchMax();

    /** The longest pause between two tries while the database or the broker is away: what an outage costs on top. */
    @WithDefault("5s")
    Duration retryPauseMax();
}
