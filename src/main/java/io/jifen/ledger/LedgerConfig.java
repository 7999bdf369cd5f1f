package io.jifen.ledger;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of the posting path. */
@ConfigMapping(prefix = "jifen.ledger")
interface LedgerConfig {

    /** Group-commit lanes of a pod: each is one transaction at a time, so this is how many commits run at once. */
    @WithDefault("2")
    int lanes();

    /**
     * Most postings in one transaction. More make the locks longer, not the rate higher: the gain per posting is
     * nearly all there at 256.
     */
    @WithDefault("256")
    int batchMax();

    /** Postings that may wait in one lane; what comes on top is answered {@code overloaded}. */
    @WithDefault("2048")
    int queueMax();

    /** How long a caller is kept waiting while the database is away, before it is told so. */
    @WithDefault("5s")
    Duration deadline();

    /** The most that clawbacks may leave an account owing; 0: no limit. */
    @WithDefault("0")
    long arrearsLimit();
}
