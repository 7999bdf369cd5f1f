package io.jifen.exchange;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An exchange (兑换记录).
 *
 * @param id the transactionNo of its spend, or of the draw that won it
 * @param pointsCost 0: it was won
 * @param messageId to the warehouse; null: nothing is shipped
 * @param codes of a coupon; else none
 */
record Exchange(
        long id,
        long accountId,
        String userId,
        String goodsId,
        int quantity,
        long pointsCost,
        ExchangeStatus status,
        @Nullable Long messageId,
        @Nullable String waybillNo,
        List<String> codes,
        Instant createdAt) {

    boolean isWon() {
        return pointsCost == 0;
    }

    Exchange in(ExchangeStatus other) {
        return new Exchange(
                id, accountId, userId, goodsId, quantity, pointsCost, other, messageId, waybillNo, codes, createdAt);
    }

    Exchange with(List<String> itsCodes) {
        return new Exchange(
                id,
                accountId,
                userId,
                goodsId,
                quantity,
                pointsCost,
                status,
                messageId,
                waybillNo,
                itsCodes,
                createdAt);
    }

    /** So that codes stay out of logs. */
    @Override
    public String toString() {
        return "Exchange[id=" + id + ", status=" + status + "]";
    }
}
