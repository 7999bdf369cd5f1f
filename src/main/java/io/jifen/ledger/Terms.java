package io.jifen.ledger;

import java.time.ZoneId;

/**
 * The program's terms that postings are decided by.
 *
 * @param zone in which days begin and end
 * @param refundGraceDays how long refunded points of a lot past its day can still be used; 0: not at all
 * @param arrearsLimit the most that clawbacks may leave an account owing; 0: no limit
 */
record Terms(ZoneId zone, Ladder ladder, int refundGraceDays, long arrearsLimit) {}
