package io.jifen.exchange;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Goods as their row says.
 *
 * @param place grows with time
 * @param stock what can still be had; of coupons: the codes that nobody has yet
 * @param sold what exchanges took that were not called off
 * @param stockSet what the last edit that named the stock said; null: none did
 * @param perUserLimit how many a user may have in all; 0: no limit
 * @param onSaleFrom null: from the beginning
 * @param onSaleTo exclusive; null: without end
 */
record Goods(
        String goodsId,
        long place,
        String name,
        GoodsKind kind,
        long pointsPrice,
        long stock,
        long sold,
        @Nullable Long stockSet,
        int perUserLimit,
        @Nullable String requiredLevel,
        @Nullable Instant onSaleFrom,
        @Nullable Instant onSaleTo,
        Status status,
        int version,
        String updatedBy,
        Instant updatedAt) {

    enum Status {
        ON_SALE,
        OFF_SALE
    }

    /** Why it can't be had at this moment, in one word; null: it can. */
    @Nullable
    String notOnSale(Instant now) {
        if (status == Status.OFF_SALE || (onSaleTo != null && !now.isBefore(onSaleTo))) {
            return Status.OFF_SALE.name();
        }
        return onSaleFrom != null && now.isBefore(onSaleFrom) ? "NOT_YET_ON_SALE" : null;
    }

    /** With so many taken; negative: given back. */
    Goods taking(long quantity) {
        return new Goods(
                goodsId,
                place,
                name,
                kind,
                pointsPrice,
                stock - quantity,
                sold + quantity,
                stockSet,
                perUserLimit,
                requiredLevel,
                onSaleFrom,
                onSaleTo,
                status,
                version,
                updatedBy,
                updatedAt);
    }

    /** With so many on the shelf. */
    Goods stocked(long number, @Nullable Long said) {
        return new Goods(
                goodsId,
                place,
                name,
                kind,
                pointsPrice,
                number,
                sold,
                said,
                perUserLimit,
                requiredLevel,
                onSaleFrom,
                onSaleTo,
                status,
                version,
                updatedBy,
                updatedAt);
    }
}
