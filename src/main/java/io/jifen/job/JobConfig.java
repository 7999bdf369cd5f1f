package io.jifen.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** When jobs run. */
@ConfigMapping(prefix = "jifen.jobs")
interface JobConfig {

    /** By name: Quartz' form of cron, in the program's zone, or {@code off}. A job that has none is started by hand. */
    Map<String, String> cron();

    /** Whether jobs run by themselves. */
    @WithDefault("true")
    boolean scheduled();

    /**
     * When jobs may run by themselves, in the program's zone; before 6 in the morning nearly nobody buys anything. What
     * isn't done by its end goes on in the next night. Who starts a job by hand wants it now.
     */
    @WithDefault("00:00-06:00")
    String window();

    /** How long a pod that died keeps others from its job; many times what a healthy one pauses. */
    @WithDefault("60s")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 1)
    Duration lease();

    /** A batch that took longer is followed by a pause: the database has other things to do. */
    @WithDefault("2s")
    Duration slow();

    /** No pause is longer: a job must not take the night for resting. */
    @WithDefault("30s")
    Duration pauseMax();

    /** How often a batch is tried again before its run has failed; the pauses grow from 1 s, so 5 are half a minute. */
    @WithDefault("5")
    @Min(0)
    @Max(100)
    int retries();
}
