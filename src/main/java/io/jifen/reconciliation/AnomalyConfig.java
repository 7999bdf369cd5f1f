package io.jifen.reconciliation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import java.math.BigDecimal;

/** What is more than usual. */
@ConfigMapping(prefix = "jifen.anomaly")
interface AnomalyConfig {

    /** Points that one bizType may issue, or consume, in an hour. */
    @WithDefault("100000")
    @Min(1)
    long perHour();

    /** So many times the mean of the same hour of the last four weeks is too much: a sale doubles it, a mistake does more. */
    @WithDefault("5")
    @DecimalMin("1")
    BigDecimal factor();

    /** Fewer points in an hour are never too many: where little is usual, little is several times as much. */
    @WithDefault("10000")
    @Min(0)
    long least();

    /** By so many points the accounts may differ from what came in less what went out before somebody is woken. */
    @WithDefault("10000")
    @Min(1)
    long drift();
}
