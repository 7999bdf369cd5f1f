package io.jifen.lottery;

import java.time.Instant;

/**
 * A draw that was made.
 *
 * @param id the transactionNo of its spend
 * @param ticket the random value, with which the version says the prize
 * @param won false: the prize is nothing, or was out of stock
 */
record Draw(
        long id,
        long accountId,
        String lotteryCode,
        int version,
        long ticket,
        String prizeCode,
        boolean won,
        long pointsPrice,
        long pointsWon,
        Instant createdAt) {}
