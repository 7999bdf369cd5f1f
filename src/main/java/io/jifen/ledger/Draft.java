package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import io.jifen.platform.Ids;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The entries and new account states of one posting, while it is being decided. Thrown away if it is refused. */
final class Draft {

    /** The signed changes of one entry; see the table in the design, "The entries of a posting". */
    record Changes(long points, long frozen, long pending, long arrears) {

        static Changes available(long points) {
            return new Changes(points, 0, 0, 0);
        }

        static Changes repaid(long points) {
            return new Changes(-points, 0, 0, -points);
        }
    }

    /** What an entry says beside its figures. */
    record Note(
            @Nullable LocalDate expiresOn,
            Operation.@Nullable RuleRef rule,
            @Nullable String relatedId,
            @Nullable String derivation) {

        static final Note NONE = new Note(null, null, null);

        Note(@Nullable LocalDate expiresOn, Operation.@Nullable RuleRef rule, @Nullable String relatedId) {
            this(expiresOn, rule, relatedId, null);
        }

        static Note expiring(LocalDate expiresOn) {
            return new Note(expiresOn, null, null);
        }
    }

    final Posting posting;
    final Instant now;
    final Instant occurredAt;
    final List<Booked> booked = new ArrayList<>();
    final List<LotUse> lotUses = new ArrayList<>();
    final Map<Long, HoldState> holds = new LinkedHashMap<>();
    final Map<Long, SpendState> spends = new LinkedHashMap<>();
    final Map<Book.EarnedBy, EarnedState> earnings = new LinkedHashMap<>();
    final Map<Long, PendingState> pendings = new LinkedHashMap<>();
    final Map<UsageState.Of, UsageState> usages = new LinkedHashMap<>();
    final Map<EarnedKey, BigDecimal> orderRefunds = new LinkedHashMap<>();

    final List<LevelChange> levelChanges = new ArrayList<>();

    /** What a clawback's policy left with the user. */
    long writtenOff;

    private final Map<Long, AccountState> accounts = new LinkedHashMap<>();
    private final Book book;
    private final LongSupplier ids;
    private long transactionNo;

    /** Whether the entry is there that the transaction is named after. */
    private boolean named;

    Draft(Book book, Posting posting, Instant now, LongSupplier ids) {
        this.book = book;
        this.posting = posting;
        this.now = now;
        this.ids = ids;
        this.occurredAt = posting.occurredAt() == null ? now : posting.occurredAt();
    }

    /** An entry, the frozen points after it, and its account as the whole posting leaves it. */
    record Booked(Entry entry, long frozenAfter, AccountState account) {}

    /** The posting's own copy of an account. */
    AccountState account(long id) {
        return accounts.computeIfAbsent(id, missing -> book.account(missing).copy());
    }

    Iterable<AccountState> touched() {
        return accounts.values();
    }

    /** The id of the entry that the posting is about, minted here if there is none yet. */
    long transactionNo() {
        if (transactionNo == 0) {
            transactionNo = ids.getAsLong();
        }
        return transactionNo;
    }

    long newId() {
        return ids.getAsLong();
    }

    /** Appends an entry to the account's chain and applies its changes. Its id is never before the account's last. */
    Entry enter(AccountState account, EntryType type, Changes changes, Note note) {
        return enter(account, type, changes, note, occurredAt, posting.reason());
    }

    Entry enter(
            AccountState account,
            EntryType type,
            Changes changes,
            Note note,
            Instant happenedAt,
            @Nullable String reason) {
        long id = Ids.after(named ? ids.getAsLong() : transactionNo(), account.lastEntryId);
        if (!named) {
            if (!booked.isEmpty() && id != transactionNo) {
                throw new IllegalStateException("what comes behind an entry ahead of it is of the same account");
            }
            named = true;
            transactionNo = id;
        }
        return append(id, account, type, changes, note, happenedAt, reason);
    }

    /** As {@link #enter}, but what the posting is about comes behind it: the next entry, which is of the same account. */
    void enterAhead(AccountState account, EntryType type, Changes changes, Note note) {
        long id = Ids.after(ids.getAsLong(), account.lastEntryId);
        transactionNo = Ids.after(ids.getAsLong(), id);
        append(id, account, type, changes, note, occurredAt, posting.reason());
    }

    /** Whether something was entered ahead of what hasn't come. */
    boolean isNameless() {
        return !booked.isEmpty() && !named;
    }

    private Entry append(
            long id,
            AccountState account,
            EntryType type,
            Changes changes,
            Note note,
            Instant happenedAt,
            @Nullable String reason) {
        long before = account.available;
        account.available = notNegative(account, Math.addExact(before, changes.points()));
        account.frozen = notNegative(account, Math.addExact(account.frozen, changes.frozen()));
        account.pending = notNegative(account, Math.addExact(account.pending, changes.pending()));
        account.arrears = notNegative(account, Math.addExact(account.arrears, changes.arrears()));
        account.version++;
        account.lastEntryId = id;
        account.updatedAt = now.isBefore(account.updatedAt) ? account.updatedAt : now;
        Entry unsealed = new Entry(
                id,
                account.id,
                account.version,
                transactionNo,
                type,
                posting.bizType(),
                posting.bizNo(),
                posting.traceId(),
                changes.points(),
                changes.frozen(),
                changes.pending(),
                changes.arrears(),
                before,
                account.available,
                reason,
                note.expiresOn(),
                note.rule() == null ? null : note.rule().code(),
                note.rule() == null ? null : note.rule().version(),
                note.relatedId(),
                posting.operator(),
                happenedAt,
                account.updatedAt,
                Chain.START,
                note.derivation());
        Entry entry = unsealed.sealedWith(Chain.hash(account.lastHash, unsealed));
        account.lastHash = entry.hash();
        booked.add(new Booked(entry, account.frozen, account));
        return entry;
    }

    // ---- facts beside accounts: this posting's own first, else the book's ----

    HoldState hold(long id) {
        HoldState own = holds.get(id);
        return own == null ? book.hold(id) : own;
    }

    void put(HoldState hold) {
        holds.put(hold.id(), hold);
    }

    /** The captured holds of an order, as this posting has left them. */
    List<HoldState> capturedFor(EarnedKey order) {
        Map<Long, HoldState> known = new LinkedHashMap<>();
        book.capturedHolds(order.accountId(), order.bizNo()).forEach(hold -> known.put(hold.id(), hold));
        holds.values().stream()
                .filter(hold -> hold.status() == HoldState.Status.CAPTURED && order.equals(hold.order()))
                .forEach(hold -> known.put(hold.id(), hold));
        return List.copyOf(known.values());
    }

    SpendState spend(long transactionNo) {
        SpendState own = spends.get(transactionNo);
        return own == null ? book.spend(transactionNo) : own;
    }

    void put(SpendState spend) {
        spends.put(spend.transactionNo(), spend);
    }

    List<EarnedState> earnedFor(EarnedKey key) {
        Map<Book.EarnedBy, EarnedState> earned = new LinkedHashMap<>();
        book.earnedFor(key).forEach(one -> earned.put(Book.EarnedBy.of(one), one));
        earnings.values().stream()
                .filter(one -> one.key().equals(key))
                .forEach(one -> earned.put(Book.EarnedBy.of(one), one));
        return List.copyOf(earned.values());
    }

    @Nullable
    EarnedState earned(EarnedKey key, String ruleCode) {
        Book.EarnedBy by = new Book.EarnedBy(key, ruleCode);
        EarnedState own = earnings.get(by);
        return own == null ? book.earned(by) : own;
    }

    void put(EarnedState earned) {
        earnings.put(Book.EarnedBy.of(earned), earned);
    }

    /** The account's pending grants, as this posting has left them. */
    List<PendingState> pendings(long accountId) {
        Map<Long, PendingState> known = new LinkedHashMap<>();
        book.pendings(accountId).forEach(pending -> known.put(pending.entryId(), pending));
        pendings.values().stream()
                .filter(pending -> pending.accountId() == accountId)
                .forEach(pending -> known.put(pending.entryId(), pending));
        return known.values().stream().filter(pending -> pending.points() > 0).toList();
    }

    List<PendingState> pendingsOf(EarnedState earned) {
        return pendings(earned.key().accountId()).stream()
                .filter(pending -> pending.isOf(earned))
                .toList();
    }

    void put(PendingState pending) {
        pendings.put(pending.entryId(), pending);
    }

    UsageState usage(long accountId, String code, LocalDate day) {
        UsageState.Of key = new UsageState.Of(accountId, code, day);
        UsageState own = usages.get(key);
        return own == null ? book.usage(key) : own;
    }

    void put(UsageState usage) {
        usages.put(usage.key(), usage);
    }

    BigDecimal refundsOf(EarnedKey order) {
        return book.refundsOf(order).add(orderRefunds.getOrDefault(order, BigDecimal.ZERO));
    }

    void refunded(EarnedKey order, BigDecimal amount) {
        orderRefunds.merge(order, amount, BigDecimal::add);
    }

    Stream<Entry> entries() {
        return booked.stream().map(Booked::entry);
    }

    private static long notNegative(AccountState account, long points) {
        if (points < 0) {
            throw new DamagedAccountException(account.userId, "a decided posting would take a balance below 0");
        }
        return points;
    }
}
