package io.jifen.level;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.time.Period;

/** What levels go by. */
@ConfigMapping(prefix = "jifen.level")
interface LevelConfig {

    enum Basis {
        /** All points ever earned: a level, once reached, stays. */
        LIFETIME,
        /** Points earned in the last period: a level is kept for a period, and then has to be earned again. */
        PERIOD
    }

    @WithDefault("LIFETIME")
    Basis basis();

    /** In which points count, and for which a level is sure; a year has every season once. */
    @WithDefault("P12M")
    Period period();

    /** Days after the period in which a level can still be renewed: time for one more order. */
    @WithDefault("30")
    @Min(0)
    @Max(366)
    int graceDays();

    /** Whether a clawback takes a level that its points had brought. Off: who returned one order is not punished. */
    @WithDefault("false")
    boolean demoteOnClawback();

    /** How long after an edit all pods know it: more than twice as long as they wait between two looks. */
    @WithDefault("5s")
    Duration settle();
}
