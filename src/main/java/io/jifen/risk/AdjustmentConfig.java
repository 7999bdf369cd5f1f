package io.jifen.risk;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** Corrections by a person. */
@ConfigMapping(prefix = "jifen.adjustment")
interface AdjustmentConfig {

    /**
     * Days for which added points can be used, rounded up to the end of the month; 0: for ever. As long as what the
     * shipped rules grant, so that a correction is worth what it corrects.
     */
    @WithDefault("365")
    @Min(0)
    @Max(36_500)
    int validDays();
}
