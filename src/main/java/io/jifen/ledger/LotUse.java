package io.jifen.ledger;

import java.time.LocalDate;

/** What an entry took from a lot; 1 or more points. */
record LotUse(long entryId, long accountId, LocalDate expiresOn, long points) {}
