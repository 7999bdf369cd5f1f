package io.jifen.exchange;

/** What sort of goods it is. */
public enum GoodsKind {
    /** Is shipped. */
    PHYSICAL,
    /** Is a code out of a pool. */
    COUPON,
    /** Is delivered with the exchange itself: others act on its record. */
    VIRTUAL
}
