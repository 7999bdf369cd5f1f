package io.jifen.exchange;

import java.util.List;

/** How far an exchange is, and from where it may have come there. */
public enum ExchangeStatus {
    /** Paid; the warehouse has not taken it up. */
    CREATED,
    /** The warehouse has taken it up. */
    SHIPPING_REQUESTED,
    SHIPPED,
    DELIVERED,
    /** Called off before it was shipped; points and stock are back. */
    CANCELLED,
    /** The warehouse can't ship it; points and stock are back. */
    FAILED;

    /**
     * The states from which this one is reached. A step may be skipped, as what is shipped was taken up before, whether
     * that was told or not; none is taken back.
     */
    List<ExchangeStatus> from() {
        return switch (this) {
            case CREATED -> List.of();
            case SHIPPING_REQUESTED -> List.of(CREATED);
            case SHIPPED -> List.of(CREATED, SHIPPING_REQUESTED);
            case DELIVERED -> List.of(CREATED, SHIPPING_REQUESTED, SHIPPED);
            case CANCELLED, FAILED -> List.of(CREATED, SHIPPING_REQUESTED);
        };
    }
}
