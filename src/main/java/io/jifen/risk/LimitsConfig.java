package io.jifen.risk;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;

/** How much of one kind of business may be done on one of the program's days; 0: no limit. */
@ConfigMapping(prefix = "jifen.limits")
interface LimitsConfig {

    enum WhenAway {
        /** Lets everything pass: the limits of the rules, which are in the database, still hold. */
        OPEN,
        /** Refuses what can't be counted. */
        CLOSED
    }

    /** From one address: more than people behind one router do, far less than a machine that pretends to be many. */
    @WithDefault("100")
    @Min(0)
    long ip();

    /** From one device, where a trusted proxy tells which one it is. */
    @WithDefault("0")
    @Min(0)
    long device();

    /** By one user; the rules have daily limits of their own, which count what was granted and not what was tried. */
    @WithDefault("0")
    @Min(0)
    long user();

    /** What one bizType has instead: {@code jifen.limits.ip-of.ORDER=1000}. */
    Map<String, Long> ipOf();

    Map<String, Long> deviceOf();

    Map<String, Long> userOf();

    /** What happens while Redis, which counts, can't be asked. */
    @WithDefault("OPEN")
    WhenAway redisAway();

    /** A healthy Redis answers within 10 ms; longer than this nobody waits for a count. */
    @WithDefault("500ms")
    Duration timeout();
}
