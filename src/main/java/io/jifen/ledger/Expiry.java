package io.jifen.ledger;

import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import java.time.LocalDate;
import java.time.ZoneId;

/** Expiry (过期): what remains of a lot is gone with the first moment of the day after its last. */
final class Expiry {

    private Expiry() {}

    /** One EXPIRE entry per past lot, earliest first, each at the moment its lot ran out. */
    static void expire(Draft draft, AccountState account, LocalDate today, ZoneId zone) {
        for (Lot lot : account.dropPastLots(today)) {
            account.totalExpired = Math.addExact(account.totalExpired, lot.remaining());
            draft.enter(
                    account,
                    EntryType.EXPIRE,
                    Changes.available(-lot.remaining()),
                    Note.expiring(lot.expiresOn()),
                    lot.expiresOn().plusDays(1).atStartOfDay(zone).toInstant(),
                    null);
        }
    }
}
