package io.jifen.ledger;

import java.util.List;
import java.util.stream.Stream;

/**
 * A spend or capture that can be refunded up to its points.
 *
 * @param bound it paid for something of another room: it is refunded through that room's companion alone
 * @param uses what it took from which lot, in the order of taking
 */
record SpendState(long transactionNo, long accountId, long points, long refunded, boolean bound, List<LotUse> uses) {

    long refundable() {
        return points - refunded;
    }

    SpendState refunded(long more) {
        return new SpendState(transactionNo, accountId, points, refunded + more, bound, uses);
    }

    /** Rows of a join: the same spend, with the other's uses behind its own. */
    SpendState withUsesOf(SpendState other) {
        return new SpendState(
                transactionNo,
                accountId,
                points,
                refunded,
                bound,
                Stream.concat(uses.stream(), other.uses.stream()).toList());
    }
}
