package io.jifen.ledger;

import io.jifen.ledger.Draft.Changes;
import io.jifen.ledger.Draft.Note;
import java.time.LocalDate;
import java.util.List;

/**
 * Points that come into one lot.
 *
 * @param granted what they add to the lot's {@code granted}; 0 where they only come back to it
 */
record Inflow(LocalDate expiresOn, long granted, long points) {

    static Inflow fresh(LocalDate expiresOn, long points) {
        return new Inflow(expiresOn, points, points);
    }

    static Inflow back(LocalDate expiresOn, long points) {
        return new Inflow(expiresOn, 0, points);
    }

    /** Puts what has just been entered into its lots; arrears are repaid from it first, out of the earliest lots. */
    static void receive(Draft draft, AccountState account, List<Inflow> parts) {
        long owed = account.arrears;
        long repaid = 0;
        for (Inflow part : parts.stream()
                .sorted((a, b) -> a.expiresOn().compareTo(b.expiresOn()))
                .toList()) {
            long repaying = Math.min(owed - repaid, part.points());
            account.putIntoLot(part.expiresOn(), part.granted(), part.points() - repaying);
            repaid += repaying;
        }
        if (repaid > 0) {
            draft.enter(account, EntryType.ARREARS_REPAID, Changes.repaid(repaid), Note.NONE);
        }
    }
}
