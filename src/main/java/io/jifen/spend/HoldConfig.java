package io.jifen.spend;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long points may be held. */
@ConfigMapping(prefix = "jifen.hold")
interface HoldConfig {

    /** When a hold ends whose request does not say: what a shop gives for paying an order. */
    @WithDefault("30m")
    Duration expiresIn();

    /** A hold takes points out of use: nobody may do that for longer than a pre-sale lasts. */
    @WithDefault("90d")
    Duration expiresInMax();
}
