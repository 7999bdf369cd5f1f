package io.jifen.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How callers' tokens are checked; whose tokens count is said by {@code mp.jwt.*}. */
@ConfigMapping(prefix = "jifen.tokens")
interface TokenConfig {

    /**
     * How long a token that was found right counts as right without another look at its signature, at most until it
     * expires. So long a key that was withdrawn is still good: a minute is less than issuers take to tell. 0: not at all.
     */
    @WithDefault("1m")
    Duration trustedFor();

    /** Tokens to remember, some 2 KB each: more callers than one pod serves in a minute. */
    @WithDefault("10000")
    int trustedMax();
}
