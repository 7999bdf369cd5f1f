package io.jifen.risk;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When a second person has to look. */
@ConfigMapping(prefix = "jifen.approval")
interface ApprovalConfig {

    /** Points, added or taken by a person, above which somebody else has to agree. */
    @WithDefault("1000")
    long threshold();

    /** A wish nobody has looked at for this long is not what is wanted any more. */
    @WithDefault("7d")
    Duration expiresIn();
}
