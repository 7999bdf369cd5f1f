package io.jifen.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes along an account's entries, from where they were found right the last time to their end, and compares what they
 * come to with what the account says and with what lies in its lots, holds and pending grants. Pure: it is given all of
 * it, as it was at one moment.
 */
final class Trail {

    /** What the account's row says. */
    record Says(
            long accountId,
            String userId,
            Sums sums,
            long version,
            long lastEntryId,
            byte @Nullable [] lastHash,
            @Nullable LocalDate nextExpiresOn) {}

    /** Points of each kind. */
    record Sums(long available, long frozen, long pending, long arrears, long expired) {

        static final Sums ZERO = new Sums(0, 0, 0, 0, 0);

        Sums plus(Entry entry) {
            boolean expiry = entry.type() == EntryType.EXPIRE || entry.type() == EntryType.REINSTATE;
            return new Sums(
                    available + entry.points(),
                    frozen + entry.frozenChange(),
                    pending + entry.pendingChange(),
                    arrears + entry.arrearsChange(),
                    expiry ? expired - entry.points() : expired);
        }
    }

    /** Up to where the entries are right, and what they came to. */
    record Checkpoint(long accountId, long version, long entryId, Sums sums, byte[] hash) {

        static Checkpoint start(long accountId) {
            return new Checkpoint(accountId, 0, 0, Sums.ZERO, Chain.START);
        }
    }

    /**
     * What the account has elsewhere.
     *
     * @param inLots points remaining
     * @param wrongLot a lot with less than nothing or more than was granted; null: none
     * @param earliest the day of the first lot with points left that expires at all
     */
    record Holdings(
            long inLots,
            @Nullable LocalDate wrongLot,
            @Nullable LocalDate earliest,
            long held,
            long pending) {

        static final Holdings NONE = new Holdings(0, null, null, 0, 0);
    }

    private final Says says;
    private final Holdings holdings;
    private final List<Violation> violations = new ArrayList<>();
    private Checkpoint at;
    private boolean broken;
    private @Nullable Entry last;

    Trail(Says says, Holdings holdings, Checkpoint from) {
        this.says = says;
        this.holdings = holdings;
        this.at = from;
    }

    /** The next entry, in the order of their versions. Only the first that does not follow is named. */
    void next(Entry entry) {
        if (!broken) {
            broken = !follows(entry);
        }
        at = new Checkpoint(
                at.accountId(), entry.version(), entry.id(), at.sums().plus(entry), entry.hash());
        last = entry;
    }

    private boolean follows(Entry entry) {
        String which = "entry " + entry.id() + ", version " + entry.version();
        if (entry.version() != at.version() + 1) {
            return differs("versions-without-gap", at.version() + 1, entry.version(), which);
        }
        if (entry.beforeBalance() != at.sums().available()) {
            return differs("before-balance-continues", at.sums().available(), entry.beforeBalance(), which);
        }
        if (entry.afterBalance() != entry.beforeBalance() + entry.points()) {
            return differs(
                    "after-balance-adds-up", entry.beforeBalance() + entry.points(), entry.afterBalance(), which);
        }
        if (entry.id() <= at.entryId() || (last != null && entry.createdAt().isBefore(last.createdAt()))) {
            return differs("entries-in-order", at.entryId(), entry.id(), which);
        }
        if (!Arrays.equals(Chain.hash(at.hash(), entry), entry.hash())) {
            return differs(
                    "hash-right",
                    entry.version(),
                    at.version(),
                    which + ": its version; the last one whose hash is right");
        }
        return true;
    }

    /** All that is wrong, when there are no more entries. */
    List<Violation> end() {
        Sums sums = at.sums();
        String entries = "what the entries add up to; the account";
        same("available-equals-entries", sums.available(), says.sums().available(), entries);
        same("frozen-equals-entries", sums.frozen(), says.sums().frozen(), entries);
        same("pending-equals-entries", sums.pending(), says.sums().pending(), entries);
        same("arrears-equals-entries", sums.arrears(), says.sums().arrears(), entries);
        same("total-expired-equals-entries", sums.expired(), says.sums().expired(), entries);
        same("version-equals-entries", at.version(), says.version(), entries);
        same("last-entry", at.entryId(), says.lastEntryId(), "the last entry; what the account says");
        if (at.version() > 0 && at.version() == says.version() && !Arrays.equals(at.hash(), says.lastHash())) {
            differs("last-hash", at.version(), says.version(), "the account has another hash than its last entry");
        }
        same(
                "available-equals-lots",
                holdings.inLots(),
                says.sums().available(),
                "points remaining in lots; available");
        same("frozen-equals-holds", holdings.held(), says.sums().frozen(), "points of open holds by lot; frozen");
        same("pending-equals-grants", holdings.pending(), says.sums().pending(), "points of pending grants; pending");
        if (holdings.wrongLot() != null) {
            differs("lot-within-granted", 0, 1, "lot of " + holdings.wrongLot() + ": from 0 to what was granted");
        }
        LocalDate known = says.nextExpiresOn();
        LocalDate earliest = holdings.earliest();
        if (earliest != null && (known == null || known.isAfter(earliest))) {
            differs(
                    "next-expiry-not-late",
                    earliest.toEpochDay(),
                    known == null ? 0 : known.toEpochDay(),
                    "at most the day of the earliest lot, " + earliest + "; the account (days since 1970)");
        }
        if (says.sums().arrears() > 0 && says.sums().available() != 0) {
            differs("arrears-before-available", 0, says.sums().available(), "available while there are arrears");
        }
        return violations;
    }

    /** Where it has come. Worth keeping only if nothing is wrong. */
    Checkpoint checkpoint() {
        return at;
    }

    private void same(String invariant, long expected, long actual, String detail) {
        if (expected != actual) {
            differs(invariant, expected, actual, detail);
        }
    }

    private boolean differs(String invariant, long expected, long actual, String detail) {
        violations.add(new Violation(invariant, says.userId(), expected, actual, detail));
        return false;
    }
}
