package io.jifen.exchange;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of exchanges. */
@ConfigMapping(prefix = "jifen.exchange")
interface ExchangeConfig {

    /** The most of one exchange: what a person carries, and what one parcel takes. */
    @WithDefault("100")
    int quantityMax();

    /** Between two tries while the database is away, when results of the warehouse wait. */
    @WithDefault("1s")
    Duration pause();
}
