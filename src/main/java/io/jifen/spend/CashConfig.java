package io.jifen.spend;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import java.math.BigDecimal;

/** How points make an order cheaper; looked at when the service starts, which it doesn't with other values. */
@ConfigMapping(prefix = "jifen.cash")
interface CashConfig {

    /** Points that take one yuan off: one for a cent. */
    @WithDefault("100")
    @DecimalMin("0.01")
    @DecimalMax("1000000")
    BigDecimal pointsPerYuan();

    /** The most of an order that points may pay: what remains covers what the shop paid itself. */
    @WithDefault("0.5")
    @DecimalMin("0")
    @DecimalMax("1")
    BigDecimal maxShare();

    /** Fewer are not worth the while: one yuan. */
    @WithDefault("100")
    @Min(1)
    long minPoints();

    /** Points go in steps of this: at the rate above, ten cents. */
    @WithDefault("10")
    @Min(1)
    long step();
}
