package io.jifen.reconciliation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** How reconciliation goes about it. */
@ConfigMapping(prefix = "jifen.reconciliation")
interface ReconciliationConfig {

    /** Entries of which the accounts are looked at in one batch, or accounts of the full run: some 100 ms. */
    @WithDefault("1000")
    @Min(1)
    @Max(10_000)
    int batch();

    /** Windows end so long ago: twice as long as any transaction lives, so that all with ids of that time are there. */
    @WithDefault("60s")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 1)
    Duration settled();

    /** How far back the first run looks; what is older is for the full run. */
    @WithDefault("P35D")
    @DurationMin(days = 1)
    @DurationMax(days = 3_660)
    Duration first();

    /** How far back exchanges are looked at each night: most are delivered within a month. */
    @WithDefault("P35D")
    @DurationMin(days = 1)
    @DurationMax(days = 3_660)
    Duration exchanges();

    /** Users whose copies are compared. */
    @WithDefault("200")
    @Min(0)
    @Max(10_000)
    int sample();

    /** More findings of a run are not kept: where there are so many, they have one cause. */
    @WithDefault("1000")
    @Min(1)
    @Max(100_000)
    int findings();

    /** Whether shipping orders are in this database; false: the warehouse is another system. */
    @WithDefault("true")
    boolean warehouse();
}
