package io.jifen.warehouse;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The warehouse's order, one for each exchange.
 *
 * @param address JSON, while the carrier hasn't got it
 * @param tries for a waybill; once there is one, how often the parcel was looked after
 * @param carrierMayHaveIt a call for a waybill is out, or nobody knows how one ended
 * @param tracking what the carrier last said, as JSON of {@link Carrier.Progress}
 * @param updatedAt when the status was reached
 */
record ShippingOrder(
        long id,
        long exchangeId,
        long messageId,
        int type,
        String goodsId,
        int quantity,
        @Nullable String address,
        Status status,
        @Nullable String waybillNo,
        int tries,
        boolean carrierMayHaveIt,
        @Nullable String tracking,
        @Nullable Instant trackedAt,
        Instant updatedAt) {

    /** In the words of {@code warehouse.shipping-results}. */
    enum Status {
        /** Taken; the carrier is asked until it gives a waybill. */
        SHIPPING_REQUESTED,
        SHIPPED,
        DELIVERED,
        /** The request makes no sense, or the carrier will not take the parcel. */
        FAILED,
        /** Its exchange was called off before the carrier could have the parcel. */
        CANCELLED
    }

    /** The same order a step further. */
    ShippingOrder in(Status next, @Nullable String waybill, Instant now) {
        return new ShippingOrder(
                id,
                exchangeId,
                messageId,
                type,
                goodsId,
                quantity,
                address,
                next,
                waybill,
                tries,
                carrierMayHaveIt,
                tracking,
                trackedAt,
                now);
    }

    /** What the carrier knows the order by: the same for every try. */
    String key() {
        return "jifen-" + id;
    }
}
