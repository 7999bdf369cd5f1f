package io.jifen.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** What an entry took from a lot; negative for what a refund gave back to it. */
record LotUse(long entryId, long accountId, LocalDate expiresOn, long points) {

    LotUse givenBack() {
        return new LotUse(entryId, accountId, expiresOn, -points);
    }

    /** The first so many points of these, as the use of another entry. */
    static List<LotUse> first(List<LotUse> uses, long points, long entryId) {
        List<LotUse> first = new ArrayList<>();
        long left = points;
        for (LotUse use : uses) {
            long taken = Math.min(left, use.points);
            if (taken > 0) {
                first.add(new LotUse(entryId, use.accountId, use.expiresOn, taken));
                left -= taken;
            }
        }
        return first;
    }

    /** These without their first so many points. */
    static List<LotUse> without(List<LotUse> uses, long points) {
        List<LotUse> rest = new ArrayList<>();
        long left = points;
        for (LotUse use : uses) {
            long skipped = Math.min(left, use.points);
            left -= skipped;
            if (skipped < use.points) {
                rest.add(new LotUse(use.entryId, use.accountId, use.expiresOn, use.points - skipped));
            }
        }
        return rest;
    }
}
