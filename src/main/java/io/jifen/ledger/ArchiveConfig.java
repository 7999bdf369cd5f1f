package io.jifen.ledger;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** When entries leave the table that every posting writes. */
@ConfigMapping(prefix = "jifen.archive")
interface ArchiveConfig {

    /** Entries that are older leave by whole months: a year is what users look at, and what is compared with. */
    @WithDefault("12")
    @Min(2)
    @Max(240)
    int months();

    /** Entries that are copied, or verified, at once: some 100 ms. */
    @WithDefault("5000")
    @Min(1)
    @Max(50_000)
    int batch();
}
