package io.jifen.outbox;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the relay works. */
@ConfigMapping(prefix = "jifen.outbox")
interface OutboxConfig {

    /** How often the leader looks for rows nobody woke it for: those of other pods. Part of what a reader waits. */
    @WithDefault("100ms")
    Duration poll();

    /** After a page that was not full, rows gather this long: a page costs a commit, however short it is. */
    @WithDefault("5ms")
    Duration gather();

    /** After this long without a sign of life, another pod leads. Longer than any pause of a healthy one. */
    @WithDefault("10s")
    Duration lease();

    /** Rows of a page: with single postings a row is one message. */
    @WithDefault("512")
    int pageRows();

    /** Payload of a page: some thousand messages are enough for the producer to fill its batches. */
    @WithDefault("4M")
    MemorySize pageBytes();

    /** Longest pause between attempts while the broker or the database is away. */
    @WithDefault("2s")
    Duration pauseMax();

    /** How often the gauges look; each look reads the ids of up to 100,000 rows. */
    @WithDefault("10s")
    Duration sample();
}
