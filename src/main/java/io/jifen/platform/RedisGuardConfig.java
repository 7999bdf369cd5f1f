package io.jifen.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When Redis is left alone. */
@ConfigMapping(prefix = "jifen.redis")
interface RedisGuardConfig {

    /** Failures in a row after which it is: fewer would be a hiccup. */
    @WithDefault("3")
    int failuresInARow();

    /** For how long, before one caller tries again. */
    @WithDefault("500ms")
    Duration pause();
}
