package io.jifen.spend;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Limits of transfers; 0 is none. */
@ConfigMapping(prefix = "jifen.transfer")
interface TransferConfig {

    /** Transfers of a sender on one of the program's days: far more than a person makes, far fewer than a script. */
    @WithDefault("1000")
    int dailyTimes();

    /** Points of a sender on one of the program's days. */
    @WithDefault("1000000")
    long dailyPoints();

    /** The fewest points of one transfer. */
    @WithDefault("1")
    long minPoints();
}
