package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the facts of a batch, after its accounts are locked: one statement a table. */
final class Facts {

    private final Connection connection;
    private final LocalDate today;
    private final int lotsAtFirst;
    private final Book book = new Book();

    Facts(Connection connection, LocalDate today, int lotsAtFirst) {
        this.connection = connection;
        this.today = today;
        this.lotsAtFirst = lotsAtFirst;
    }

    /** Locks the accounts; nothing of the batch may be read before. */
    Book lock(Collection<Located> postings) throws SQLException {
        TreeSet<Long> ids = new TreeSet<>();
        postings.forEach(located -> ids.addAll(located.accountIds()));
        LedgerSql.lockAccounts(connection, ids).forEach(book::know);
        return book;
    }

    /** Reads what the ledger itself needs. */
    void read(List<Located> postings) throws SQLException {
        Set<KeyHash> keys = new TreeSet<>();
        Set<EarnedKey> earned = new LinkedHashSet<>();
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
            if (posting.companion() != null || posting.operation() instanceof Operation.Grant) {
                EarnedKey key = Grants.earnedKey(posting, book.account(id));
                if (key != null) {
                    earned.add(key);
                }
            }
            taken.merge(id, takesAtMost(posting), Facts::addUpTo);
        }
        LedgerSql.outcomes(connection, keys).forEach(book::know);
        LedgerSql.readEarnings(connection, earned, book);
        readLots(taken);
    }

    /** Reads and locks the facts of the companions, in the one lock order of all rooms. */
    Map<Companion, Companion.Facts> readCompanions(List<Located> postings) throws SQLException {
        Map<Companion, List<Posting>> byCompanion = new LinkedHashMap<>();
        Map<Posting, AccountView> accounts = new IdentityHashMap<>();
        for (Located located : postings) {
            Companion companion = located.posting().companion();
            if (companion != null && located.accountId() != null) {
                byCompanion.computeIfAbsent(companion, missing -> new ArrayList<>()).add(located.posting());
                accounts.put(located.posting(), book.account(located.accountId()).view());
            }
        }
        List<Companion> ordered = byCompanion.keySet().stream()
                .sorted((a, b) -> Integer.compare(a.lockOrder(), b.lockOrder()))
                .toList();
        Map<Companion, Companion.Facts> facts = new LinkedHashMap<>();
        for (Companion companion : ordered) {
            facts.put(companion, companion.read(connection, byCompanion.get(companion), accounts::get));
        }
        return facts;
    }

    /** The first few lots are enough for most; all are read where they are not, or where some are past their day. */
    private void readLots(TreeMap<Long, Long> taken) throws SQLException {
        List<Long> some = new ArrayList<>();
        List<Long> all = new ArrayList<>();
        taken.forEach((id, points) -> {
            AccountState account = book.account(id);
            if (account.hasPastLots(today)) {
                all.add(id);
            } else if (points > 0 && account.available > 0) {
                some.add(id);
            }
        });
        Map<Long, List<Lot>> first = LedgerSql.earliestLots(connection, some, lotsAtFirst);
        for (Long id : some) {
            AccountState account = book.account(id);
            List<Lot> lots = first.getOrDefault(id, List.of());
            long held = lots.stream().mapToLong(Lot::remaining).sum();
            if (lots.size() == lotsAtFirst && held < taken.get(id)) {
                all.add(id);
            } else {
                lots.forEach(account::know);
                account.allLotsKnown = lots.size() < lotsAtFirst;
            }
        }
        Map<Long, List<Lot>> whole = LedgerSql.allLots(connection, all);
        for (Long id : all) {
            AccountState account = book.account(id);
            whole.getOrDefault(id, List.of()).forEach(account::know);
            account.allLotsKnown = true;
        }
        taken.keySet().stream()
                .map(book::account)
                .filter(account -> account.available == 0)
                .forEach(account -> account.allLotsKnown = true); // by invariant 1 there are none with points left
    }

    private static long takesAtMost(Posting posting) {
        if (posting.companion() != null) {
            return posting.companion().takesAtMost(posting);
        }
        return switch (posting.operation()) {
            case Operation.Spend spend -> spend.points();
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
