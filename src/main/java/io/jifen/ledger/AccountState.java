package io.jifen.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
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

    /** The last day on which the level is sure to be kept; null: no end. */
    @Nullable
    LocalDate levelUntil;

    /** What the batch adds to the basis today. */
    long earnedToday;

    /** Days whose earnings have left the period are deleted up to this one; null: none. */
    @Nullable
    LocalDate forgetsBefore;

    /** Past lots without points are deleted, also where the batch has not touched them. */
    boolean sweepsLots;

    @Nullable
    LocalDate nextExpiresOn;

    long version;
    long lastEntryId;
    byte[] lastHash;
    Instant updatedAt;

    /** What remains of the earliest lots with points left; of all of them if {@link #allLotsKnown}. */
    final TreeMap<LocalDate, Long> lots;

    /** By day, what the batch adds to (or takes from) the lot's two figures. */
    final TreeMap<LocalDate, Lot> lotChanges;

    boolean allLotsKnown;

    /** All lots with points left were read in this transaction; what is known by other means may be damaged. */
    boolean allLotsRead;

    /** Lots before this day have no points left in the database: known, though not read. */
    LocalDate emptyBefore = LocalDate.MIN;

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
            @Nullable LocalDate levelUntil,
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
        this.levelUntil = levelUntil;
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
        this.levelUntil = from.levelUntil;
        this.earnedToday = from.earnedToday;
        this.forgetsBefore = from.forgetsBefore;
        this.sweepsLots = from.sweepsLots;
        this.nextExpiresOn = from.nextExpiresOn;
        this.version = from.version;
        this.lastEntryId = from.lastEntryId;
        this.lastHash = from.lastHash;
        this.updatedAt = from.updatedAt;
        this.lots = new TreeMap<>(from.lots);
        this.lotChanges = new TreeMap<>(from.lotChanges);
        this.allLotsKnown = from.allLotsKnown;
        this.allLotsRead = from.allLotsRead;
        this.emptyBefore = from.emptyBefore;
    }

    AccountState copy() {
        return new AccountState(this);
    }

    AccountView view() {
        return new AccountView(
                id, userId, blocked, available, frozen, pending, arrears, levelCode, version, nextExpiresOn);
    }

    /** Points that count for the level come, or go again by a clawback. */
    void changeBasis(long points) {
        levelBasis = Math.max(0, Math.addExact(levelBasis, points));
        earnedToday = Math.addExact(earnedToday, points);
    }

    boolean hasPastLots(LocalDate today) {
        return nextExpiresOn != null && nextExpiresOn.isBefore(today);
    }

    /** Learns a lot from the database. */
    void knowLot(LocalDate expiresOn, long remaining) {
        lots.put(expiresOn, remaining);
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
            Map.Entry<LocalDate, Long> earliest = earliestLot();
            long taken = Math.min(left, earliest.getValue());
            uses.add(new LotUse(entryId, id, earliest.getKey(), taken));
            change(earliest.getKey(), 0, -taken);
            left -= taken;
        }
        lookAtEarliestLot();
        return uses;
    }

    /** Takes points from one lot as far as it goes, the rest by earliest day. */
    List<LotUse> takeFromLots(long points, LocalDate firstFrom, long entryId) {
        long taken = Math.min(points, lots.getOrDefault(firstFrom, 0L));
        if (taken == 0) {
            return takeFromLots(points, entryId);
        }
        change(firstFrom, 0, -taken);
        Map<LocalDate, LotUse> uses = new LinkedHashMap<>();
        uses.put(firstFrom, new LotUse(entryId, id, firstFrom, taken));
        takeFromLots(points - taken, entryId).forEach(use -> uses.put(use.expiresOn(), use));
        return List.copyOf(uses.values());
    }

    /** Empties the lots past their day and says what was in them, earliest first. */
    SortedMap<LocalDate, Long> dropPastLots(LocalDate today) {
        SortedMap<LocalDate, Long> past = new TreeMap<>(lots.headMap(today, false));
        past.forEach((expiresOn, remaining) -> change(expiresOn, 0, -remaining));
        emptyBefore = today;
        lookAtEarliestLot();
        return past;
    }

    /** Whether nothing is left in any lot past its day, so that their rows can go whatever they said before. */
    boolean hasEmptiedPastLots(LocalDate today) {
        return allLotsRead && lots.headMap(today, false).isEmpty();
    }

    private Map.Entry<LocalDate, Long> earliestLot() {
        if (lots.isEmpty()) {
            throw new DamagedAccountException(userId, "its lots hold less than its available points");
        }
        return lots.firstEntry();
    }

    private void change(LocalDate expiresOn, long granted, long remaining) {
        lotChanges.merge(
                expiresOn, new Lot(expiresOn, granted, remaining), (a, b) -> a.plus(b.granted(), b.remaining()));
        if (isKnown(expiresOn)) {
            long left = lots.getOrDefault(expiresOn, 0L) + remaining;
            if (left == 0) {
                lots.remove(expiresOn);
            } else {
                lots.put(expiresOn, left);
            }
        }
    }

    /** Whether what {@link #lots} says of this day, even nothing, is so: known lots are the earliest, without a gap. */
    private boolean isKnown(LocalDate expiresOn) {
        return allLotsKnown
                || expiresOn.isBefore(emptyBefore)
                || (!lots.isEmpty() && !expiresOn.isAfter(lots.lastKey()));
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
