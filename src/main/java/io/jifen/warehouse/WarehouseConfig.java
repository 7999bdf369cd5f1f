package io.jifen.warehouse;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the warehouse works. */
@ConfigMapping(prefix = "jifen.warehouse")
interface WarehouseConfig {

    /**
     * The shortest pause before the carrier is asked again for a waybill. Longer than a call with all its tries takes (10
     * s), so that no other worker asks meanwhile; if one does, the carrier knows the repetition by its key.
     */
    @WithDefault("15s")
    Duration retryFirst();

    /** The longest one: what a parcel waits for at most once the carrier is back. */
    @WithDefault("10m")
    Duration retryMax();

    /** When a parcel that was sent is first looked after, unless somebody asks for it before. */
    @WithDefault("10m")
    Duration followFirst();

    /** Pauses grow up to that: a parcel takes days, and there may be many. */
    @WithDefault("6h")
    Duration followMax();

    /** So long after it was sent a parcel is not looked after any more, unless somebody asks: it is lost. */
    @WithDefault("90d")
    Duration followFor();

    /** Calls beside each other of one pod, for waybills; as many may hang without any other order being late. */
    @WithDefault("32")
    int orderCalls();

    /** The same for looking after parcels, which is less urgent. */
    @WithDefault("8")
    int followCalls();

    /** How old an answer of the carrier may be that is shown; also how often at most it is asked about a parcel. */
    @WithDefault("30s")
    Duration trackingFresh();

    /** Pause before requests are taken again after the database was away. */
    @WithDefault("1s")
    Duration pause();
}
