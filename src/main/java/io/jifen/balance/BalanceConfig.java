package io.jifen.balance;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How balances are kept in Redis and read. */
@ConfigMapping(prefix = "jifen.balance")
interface BalanceConfig {

    /** How long a balance stays: it bounds memory to those who are active, and how long any mistake lives. */
    @WithDefault("5m")
    Duration ttl();

    /**
     * How long a reader waits for Redis before asking the database. A healthy one answers within 10 ms; this much more
     * lets a pod that is short of processor time notice the answer, and still leaves time for the database.
     */
    @WithDefault("500ms")
    Duration readTimeout();

    /** The same for writes, which nobody waits for and which go out many at a time. */
    @WithDefault("2s")
    Duration writeTimeout();

    /** How long the consumer waits before it tries again what Redis did not take. */
    @WithDefault("500ms")
    Duration pause();

    /** Balances that wait to be written after a posting; more are dropped, the consumer brings them later. */
    @WithDefault("10000")
    int queue();

    /** Balances written at once on one connection: one round trip for all of them, in about 5 ms. */
    @WithDefault("500")
    int chunk();

    /** Readers in the database at once: less than half of the connections, since postings need them too. */
    @WithDefault("8")
    int loaders();

    /** Accounts that may wait for a loader; more are refused as overload. At 2,000 a second this is half a second. */
    @WithDefault("1000")
    int loadsWaiting();
}
