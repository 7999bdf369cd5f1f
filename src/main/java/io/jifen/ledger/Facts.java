package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads the facts of a batch, after its accounts are locked: one statement a table. */
final class Facts {

    /** From one month's end to the next at least. */
    private static final int MONTH_DAYS = 31;

    private final Connection connection;
    private final Book book = new Book();

    Facts(Connection connection) {
        this.connection = connection;
    }

    /** Locks the accounts; nothing of the batch may be read before. */
    Book lock(Collection<Located> postings) throws SQLException {
        LedgerSql.lockAccounts(connection, accountIds(postings)).forEach(book::know);
        return book;
    }

    /** The accounts as they are in this snapshot, for a decision that will not be written. */
    Book look(Collection<Located> postings) throws SQLException {
        LedgerSql.accounts(connection, accountIds(postings)).forEach(book::know);
        return book;
    }

    private static Set<Long> accountIds(Collection<Located> postings) {
        TreeSet<Long> ids = new TreeSet<>();
        postings.forEach(located -> ids.addAll(located.accountIds()));
        return ids;
    }

    /** Reads what the ledger itself needs. */
    void read(List<Located> postings, Instant now, LocalDate today) throws SQLException {
        Set<KeyHash> keys = new TreeSet<>();
        Set<EarnedKey> earned = new LinkedHashSet<>();
        Set<EarnedKey> orders = new LinkedHashSet<>();
        Set<EarnedKey> refunded = new LinkedHashSet<>();
        Set<Long> holds = new TreeSet<>();
        Set<Long> captured = new TreeSet<>();
        Set<Long> spends = new TreeSet<>();
        Set<Long> pendings = new TreeSet<>();
        Set<Long> activated = new TreeSet<>();
        Set<Long> ranked = new TreeSet<>();
        Set<UsageState.Of> usages = new TreeSet<>();
        TreeMap<Long, Long> taken = new TreeMap<>();
        for (Located located : postings) {
            Posting posting = located.posting();
            if (posting.key() != null) {
                keys.add(posting.key().hash());
            }
            if (located.accountId() == null) {
                continue;
            }
            long id = located.accountId();
            if (posting.redeems() != null) {
                holds.add(posting.redeems());
            }
            if (posting.companion() != null) {
                addEarned(posting, id, earned, orders);
            }
            switch (posting.operation()) {
                case Operation.Grant grant -> addEarned(posting, id, earned, orders);
                case Operation.Capture capture -> {
                    holds.add(capture.holdId());
                    captured.add(capture.holdId());
                }
                case Operation.Release release -> holds.add(release.holdId());
                case Operation.Refund refund -> spends.add(refund.transactionNo());
                case Operation.OrderRefund refund -> {
                    EarnedKey order = new EarnedKey(id, Clawbacks.ORDER, refund.orderNo());
                    earned.add(order);
                    orders.add(order);
                    refunded.add(order);
                }
                case Operation.Activate activate -> activated.add(id);
                case Operation.Rank rank -> ranked.add(id);
                case Operation.Transfer transfer -> usages.add(new UsageState.Of(id, Transfers.USAGE, today));
                case null, default -> {}
            }
            taken.merge(id, takesAtMost(posting), Facts::addUpTo);
            if (located.otherId() != null) {
                taken.merge(located.otherId(), 0L, Facts::addUpTo);
            }
        }
        LedgerSql.outcomes(connection, keys).forEach(book::know);
        for (HoldState hold : LedgerSql.holds(connection, holds, withOverdueHolds(taken.keySet()), now)) {
            book.know(hold);
            EarnedKey order = hold.order();
            if (order != null && captured.contains(hold.id())) {
                earned.add(order);
                orders.add(order);
            }
        }
        for (PendingState pending : LedgerSql.pendings(connection, activated)) {
            book.know(pending);
            EarnedKey key = pending.earnedKey();
            if (key != null) {
                earned.add(key);
            }
        }
        LedgerSql.earnings(connection, earned).forEach(book::know);
        LedgerSql.readRefunds(connection, orders, book);
        for (EarnedKey order : orders) {
            if (book.refundsOf(order).signum() > 0) {
                taken.put(order.accountId(), Long.MAX_VALUE); // refunded before it was earned: taken back at once
                refunded.add(order);
            }
            if (book.account(order.accountId()).pending > 0) {
                pendings.add(order.accountId());
            }
        }
        LedgerSql.pendings(connection, pendings).forEach(book::know);
        for (HoldState hold : LedgerSql.capturedHolds(connection, refunded)) {
            book.know(hold);
            spends.add(Objects.requireNonNull(hold.captureNo()));
        }
        LedgerSql.spends(connection, spends).forEach(book::know);
        LedgerSql.usages(connection, usages).forEach(book::know);
        LedgerSql.readEarnedByDay(connection, ranked, book);
        readLots(taken, today);
    }

    private void addEarned(Posting posting, long accountId, Set<EarnedKey> earned, Set<EarnedKey> orders) {
        EarnedKey key = Grants.earnedKey(posting, book.account(accountId));
        if (key != null) {
            earned.add(key);
            if (key.bizType().equals(Clawbacks.ORDER)) {
                orders.add(key);
            }
        }
    }

    /** Of these accounts, those whose open holds may have run out. */
    private List<Long> withOverdueHolds(Set<Long> accountIds) {
        return accountIds.stream().filter(id -> book.account(id).frozen > 0).toList();
    }

    /** Those that are watched over and not known yet: nothing is asked twice about a repeat. */
    List<Guard.Watched> watched(List<Located> postings) {
        List<Guard.Watched> watched = new ArrayList<>();
        for (Located located : postings) {
            Posting posting = located.posting();
            if (posting.watch() != null
                    && located.accountId() != null
                    && (posting.key() == null || book.outcome(posting.key()) == null)) {
                watched.add(new Guard.Watched(
                        posting,
                        book.account(located.accountId()).view(),
                        located.otherId() == null
                                ? null
                                : book.account(located.otherId()).view(),
                        takesAtMost(posting)));
            }
        }
        return watched;
    }

    /** Reads and locks the facts of the companions, in the one lock order of all rooms. */
    Map<Companion, Companion.Facts> readCompanions(List<Located> postings, Instant now) throws SQLException {
        Map<Companion, List<Posting>> byCompanion = new LinkedHashMap<>();
        Map<Posting, AccountView> accounts = new IdentityHashMap<>();
        for (Located located : postings) {
            Companion companion = located.posting().companion();
            if (companion == null || located.accountId() == null) {
                continue;
            }
            AccountView account = book.account(located.accountId()).view();
            Posting itself = located.posting();
            Stream.concat(Stream.of(itself), companion.question(itself).stream())
                    .forEach(posting -> {
                        byCompanion
                                .computeIfAbsent(
                                        Objects.requireNonNull(posting.companion()), missing -> new ArrayList<>())
                                .add(posting);
                        accounts.put(posting, account);
                    });
        }
        List<Map.Entry<Companion, List<Posting>>> ordered = byCompanion.entrySet().stream()
                .sorted(Comparator.comparingInt(
                                (Map.Entry<Companion, ?> one) -> one.getKey().lockOrder())
                        .thenComparing(one -> one.getKey().getClass().getName()))
                .toList();
        Map<Companion, Companion.Facts> facts = new LinkedHashMap<>();
        for (Map.Entry<Companion, List<Posting>> one : ordered) {
            facts.put(
                    one.getKey(),
                    one.getKey()
                            .read(
                                    connection,
                                    one.getValue(),
                                    posting -> Objects.requireNonNull(accounts.get(posting)),
                                    now));
        }
        return facts;
    }

    /**
     * The soonest lot is enough for most. Of the others those of a month are read, from the soonest of all of them on; all
     * lots where an account has none in that month or not enough, or some that are past their day.
     */
    private void readLots(TreeMap<Long, Long> taken, LocalDate today) throws SQLException {
        Map<Long, LocalDate> soonestDays = new TreeMap<>();
        Set<Long> all = new TreeSet<>();
        taken.forEach((id, points) -> {
            AccountState account = book.account(id);
            if (account.hasPastLots(today) || points == Long.MAX_VALUE) {
                all.add(id);
            } else if (points > 0 && account.available > 0) {
                soonestDays.put(id, account.nextExpiresOn == null ? Lot.NEVER : account.nextExpiresOn);
            }
        });
        Set<Long> more = knowIfEnough(soonestDays.keySet(), LedgerSql.lotsOf(connection, soonestDays), taken);
        soonestDays.keySet().retainAll(more);
        LocalDate month = monthFrom(more.isEmpty() ? today : Collections.min(soonestDays.values()));
        soonestDays.forEach((id, day) -> {
            if (day.isAfter(month)) {
                all.add(id);
            }
        });
        more.removeAll(all);
        all.addAll(knowIfEnough(more, LedgerSql.lotsUntil(connection, more, month), taken));
        Map<Long, List<Lot>> whole = LedgerSql.allLots(connection, all);
        for (Long id : all) {
            know(id, whole.getOrDefault(id, List.of()));
            book.account(id).allLotsKnown = true;
            book.account(id).allLotsRead = true;
        }
        taken.keySet().stream()
                .map(book::account)
                .filter(account -> account.available == 0)
                .forEach(account -> account.allLotsKnown = true); // by invariant 1 there are none with points left
    }

    private static LocalDate monthFrom(LocalDate day) {
        return day.isAfter(Lot.NEVER.minusDays(MONTH_DAYS)) ? Lot.NEVER : day.plusDays(MONTH_DAYS);
    }

    /**
     * Enough: something is left after the batch, so that the soonest lot is known then, too.
     *
     * @return the accounts of which it is not
     */
    private Set<Long> knowIfEnough(Set<Long> accountIds, Map<Long, List<Lot>> found, Map<Long, Long> taken) {
        Set<Long> notEnough = new TreeSet<>();
        for (Long id : accountIds) {
            List<Lot> lots = found.getOrDefault(id, List.of());
            if (lots.stream().mapToLong(Lot::remaining).sum() > taken.getOrDefault(id, 0L)) {
                know(id, lots);
            } else {
                notEnough.add(id);
            }
        }
        return notEnough;
    }

    private void know(long accountId, List<Lot> lots) {
        lots.forEach(lot -> book.account(accountId).knowLot(lot.expiresOn(), lot.remaining()));
    }

    private static long takesAtMost(Posting posting) {
        if (posting.companion() != null) {
            return posting.companion().takesAtMost(posting);
        }
        return switch (posting.operation()) {
            case Operation.Spend spend -> spend.points();
            case Operation.Hold hold -> hold.points();
            case Operation.Transfer transfer -> transfer.points();
            case Operation.OrderRefund refund -> Long.MAX_VALUE; // its grant's own lot first, wherever that is
            case Operation.Adjust adjust -> Math.max(0, -adjust.points());
            case null, default -> 0;
        };
    }

    /** Sums that overflow are "all". */
    private static long addUpTo(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
