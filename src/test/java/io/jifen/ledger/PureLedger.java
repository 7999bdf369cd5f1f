package io.jifen.ledger;

import io.jifen.platform.Problem;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** The pure ledger with one account per user id and a clock that is moved: what a test of decisions needs. */
final class PureLedger {

    static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    static final Ladder LADDER = new Ladder(List.of(
            new Ladder.Rung("NORMAL", "Normal", 0),
            new Ladder.Rung("VIP1", "VIP 1", 1000),
            new Ladder.Rung("VIP2", "VIP 2", 5000)));

    int graceDays = 7;
    long arrearsLimit = 0;
    ZoneId zone = ZONE;
    Ladder ladder = LADDER;
    Guard.Facts guard = Guard.Facts.NONE;
    Instant now = Instant.parse("2026-11-22T08:00:00Z");

    private final Book book = new Book();
    private final TreeMap<String, Long> ids = new TreeMap<>();
    private final AtomicLong nextId = new AtomicLong(1000);

    PureLedger(String... users) {
        for (String user : users) {
            long id = ids.size() + 1L;
            ids.put(user, id);
            AccountState account = new AccountState(
                    id, user, false, 0, 0, 0, 0, 0, 0, 0, "NORMAL", 0, null, null, 0, 0, null, Instant.EPOCH);
            account.allLotsKnown = true;
            book.know(account);
        }
    }

    AccountState account(String user) {
        return book.account(ids.get(user));
    }

    LocalDate today() {
        return LocalDate.ofInstant(now, zone);
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    HoldState hold(long id) {
        return book.hold(id);
    }

    List<LevelChange> levelChanges() {
        return book.levelChanges();
    }

    /** As a commit does it: what was earned today is known by its day from then on, and what is forgotten is gone. */
    void commitEarned(String user) {
        AccountState account = account(user);
        SortedMap<LocalDate, Long> byDay = new TreeMap<>(book.earnedByDay(account.id));
        byDay.forEach((day, points) -> {
            if (account.forgetsBefore != null && day.isBefore(account.forgetsBefore)) {
                book.earnedByDay(account.id).remove(day);
            }
        });
        book.knowEarned(account.id, today(), byDay.getOrDefault(today(), 0L) + account.earnedToday);
        account.earnedToday = 0;
        account.forgetsBefore = null;
    }

    List<Entry> entries(String user) {
        return book.booked().stream()
                .map(Draft.Booked::entry)
                .filter(entry -> entry.accountId() == ids.get(user))
                .toList();
    }

    Decision.Decided decide(String user, Operation operation) {
        return decide(Posting.keyless(new Target.User(user, false), operation));
    }

    Decision.Decided decide(Posting posting) {
        String user = userOf(posting.target());
        Decision decision =
                new Decision(book, now, new Terms(zone, ladder, graceDays, arrearsLimit), nextId::incrementAndGet);
        AccountState other =
                posting.operation() instanceof Operation.Transfer transfer && ids.containsKey(transfer.toUserId())
                        ? account(transfer.toUserId())
                        : null;
        return decision.decide(posting, account(user), other, Map.of(), guard);
    }

    private String userOf(Target target) {
        return switch (target) {
            case Target.User user -> user.userId();
            case Target.Account account -> book.account(account.id()).userId;
        };
    }

    PostingResult accepted(String user, Operation operation) {
        return ((Decision.Decided.Accepted) decide(user, operation)).result();
    }

    Problem refused(String user, Operation operation) {
        return ((Decision.Decided.Refused) decide(user, operation)).problem();
    }

    static Operation.Grant grant(long points, LocalDate expiresOn) {
        return new Operation.Grant(List.of(new Operation.Line(points, expiresOn, null, null)));
    }

    static Operation.Grant grantBy(String rule, long points, LocalDate expiresOn) {
        return new Operation.Grant(
                List.of(new Operation.Line(points, expiresOn, new Operation.RuleRef(rule, 1, true), BigDecimal.TEN)));
    }

    /** What contradicts the invariants of one account; empty if all is well. */
    List<String> violations(String user) {
        AccountState account = account(user);
        List<String> wrong = new ArrayList<>();
        long lots = account.lots.values().stream().mapToLong(Long::longValue).sum();
        check(wrong, "available = lots", account.available, lots);
        long changes =
                account.lotChanges.values().stream().mapToLong(Lot::remaining).sum();
        check(wrong, "available = changes of lots", account.available, changes);
        List<Entry> entries = entries(user);
        check(
                wrong,
                "available = entries",
                account.available,
                entries.stream().mapToLong(Entry::points).sum());
        check(
                wrong,
                "frozen = entries",
                account.frozen,
                entries.stream().mapToLong(Entry::frozenChange).sum());
        check(
                wrong,
                "pending = entries",
                account.pending,
                entries.stream().mapToLong(Entry::pendingChange).sum());
        check(
                wrong,
                "arrears = entries",
                account.arrears,
                entries.stream().mapToLong(Entry::arrearsChange).sum());
        check(
                wrong,
                "frozen = open holds",
                account.frozen,
                book.openHolds(account.id).stream()
                        .flatMap(hold -> hold.lots().stream())
                        .mapToLong(LotUse::points)
                        .sum());
        check(
                wrong,
                "pending = pending grants",
                account.pending,
                book.pendings(account.id).stream()
                        .mapToLong(PendingState::points)
                        .sum());
        account.lots.values().stream()
                .filter(remaining -> remaining < 0)
                .forEach(remaining -> wrong.add("a lot below 0: " + remaining));
        if (account.arrears > 0 && account.available > 0) {
            wrong.add("arrears beside available points");
        }
        long version = 0;
        long balance = 0;
        long lastId = 0;
        byte[] hash = Chain.START;
        for (Entry entry : entries) {
            version++;
            check(wrong, "version", entry.version(), version);
            check(wrong, "before balance", entry.beforeBalance(), balance);
            check(wrong, "after balance", entry.afterBalance(), balance + entry.points());
            if (entry.id() <= lastId) {
                wrong.add("ids do not grow");
            }
            if (!java.util.Arrays.equals(entry.hash(), Chain.hash(hash, entry))) {
                wrong.add("hash of version " + version);
            }
            balance = entry.afterBalance();
            lastId = entry.id();
            hash = entry.hash();
        }
        return wrong;
    }

    private static void check(List<String> wrong, String what, long actual, long expected) {
        if (actual != expected) {
            wrong.add(what + ": " + actual + " instead of " + expected);
        }
    }
}
