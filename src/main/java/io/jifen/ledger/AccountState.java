package io.jifen.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An account as the postings of a batch have left it so far. It starts as the locked row and its earliest lots; each
 * posting works on a copy, which takes this one's place if the posting is accepted.
 *
 * <p>Lots may be known only in part: the earliest ones with points left, enough for what the batch takes. Changes to
 * lots are kept as sums, so a grant needs no lot to be read.
 */
final class AccountState {

    final long id;
    final String userId;
    final boolean blocked;
    long available;
    long frozen;
    long pending;
    long arrears;
    long totalEarned;
    long totalConsumed;
    long totalExpired;
    String levelCode;
    long levelBasis;
    @Nullable LocalDate nextExpiresOn;
    long version;
    long lastEntryId;
    byte[] lastHash;
    Instant updatedAt;

    /** The earliest lots with points left; all of them if {@link #allLotsKnown}. */
    final TreeMap<LocalDate, Lot> lots;

    /** By day, what the batch adds to (or takes from) the lot's two figures. */
    final TreeMap<LocalDate, Lot> lotChanges;

    boolean allLotsKnown;

    AccountState(
            long id,
            String userId,
            boolean blocked,
            long available,
            long frozen,
            long pending,
            long arrears,
            long totalEarned,
            long totalConsumed,
            long totalExpired,
            String levelCode,
            long levelBasis,
            @Nullable LocalDate nextExpiresOn,
            long version,
            long lastEntryId,
            byte @Nullable [] lastHash,
            Instant updatedAt) {
        this.id = id;
        this.userId = userId;
        this.blocked = blocked;
        this.available = available;
        this.frozen = frozen;
        this.pending = pending;
        this.arrears = arrears;
        this.totalEarned = totalEarned;
        this.totalConsumed = totalConsumed;
        this.totalExpired = totalExpired;
        this.levelCode = levelCode;
        this.levelBasis = levelBasis;
        this.nextExpiresOn = nextExpiresOn;
        this.version = version;
        this.lastEntryId = lastEntryId;
        this.lastHash = lastHash == null ? Chain.START : lastHash;
        this.updatedAt = updatedAt;
        this.lots = new TreeMap<>();
        this.lotChanges = new TreeMap<>();
    }

    private AccountState(AccountState from) {
        this.id = from.id;
        this.userId = from.userId;
        this.blocked = from.blocked;
        this.available = from.available;
        this.frozen = from.frozen;
        this.pending = from.pending;
        this.arrears = from.arrears;
        this.totalEarned = from.totalEarned;
        this.totalConsumed = from.totalConsumed;
        this.totalExpired = from.totalExpired;
        this.levelCode = from.levelCode;
        this.levelBasis = from.levelBasis;
        this.nextExpiresOn = from.nextExpiresOn;
        this.version = from.version;
        this.lastEntryId = from.lastEntryId;
        this.lastHash = from.lastHash;
        this.updatedAt = from.updatedAt;
        this.lots = new TreeMap<>(from.lots);
        this.lotChanges = new TreeMap<>(from.lotChanges);
        this.allLotsKnown = from.allLotsKnown;
    }

    AccountState copy() {
        return new AccountState(this);
    }

    AccountView view() {
        return new AccountView(
                id, userId, blocked, available, frozen, pending, arrears, levelCode, version, nextExpiresOn);
    }

    boolean hasPastLots(LocalDate today) {
        return nextExpiresOn != null && nextExpiresOn.isBefore(today);
    }

    /** Learns a lot from the database. */
    void know(Lot lot) {
        lots.put(lot.expiresOn(), lot);
    }

    /** Puts points into a lot: new ones raise both figures, points that come back only what remains. */
    void putIntoLot(LocalDate expiresOn, long granted, long remaining) {
        change(expiresOn, granted, remaining);
        if (!expiresOn.equals(Lot.NEVER) && (nextExpiresOn == null || expiresOn.isBefore(nextExpiresOn))) {
            nextExpiresOn = expiresOn;
        }
    }

    /** Takes points by earliest day; the caller has made sure that they are there. */
    List<LotUse> takeFromLots(long points, long entryId) {
        List<LotUse> uses = new ArrayList<>();
        long left = points;
        while (left > 0) {
            Lot earliest = earliestLot();
            long taken = Math.min(left, earliest.remaining());
            change(earliest.expiresOn(), 0, -taken);
            uses.add(new LotUse(entryId, id, earliest.expiresOn(), taken));
            left -= taken;
        }
        lookAtEarliestLot();
        return uses;
    }

    /** Empties the lots past their day, earliest first. */
    List<Lot> dropPastLots(LocalDate today) {
        List<Lot> past = new ArrayList<>(lots.headMap(today, false).values());
        past.forEach(lot -> change(lot.expiresOn(), 0, -lot.remaining()));
        lookAtEarliestLot();
        return past;
    }

    private Lot earliestLot() {
        if (lots.isEmpty()) {
            throw new DamagedAccountException(userId, "its lots hold less than its available points");
        }
        return lots.firstEntry().getValue();
    }

    private void change(LocalDate expiresOn, long granted, long remaining) {
        lotChanges.merge(expiresOn, new Lot(expiresOn, granted, remaining), (a, b) -> a.plus(b.granted(), b.remaining()));
        Lot known = lots.get(expiresOn);
        if (known != null || allLotsKnown || (!lots.isEmpty() && expiresOn.isBefore(lots.lastKey()))) {
            Lot now = (known == null ? new Lot(expiresOn, 0, 0) : known).plus(granted, remaining);
            if (now.remaining() == 0) {
                lots.remove(expiresOn);
            } else {
                lots.put(expiresOn, now);
            }
        }
    }

    /** Moves {@code nextExpiresOn} to the earliest lot left. Where that isn't known, the old day stays: it is no later. */
    private void lookAtEarliestLot() {
        if (!lots.isEmpty()) {
            LocalDate earliest = lots.firstKey();
            nextExpiresOn = earliest.equals(Lot.NEVER) ? null : earliest;
        } else if (allLotsKnown) {
            nextExpiresOn = null;
        }
    }
}
