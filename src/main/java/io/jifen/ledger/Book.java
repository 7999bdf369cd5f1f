package io.jifen.ledger;

import io.jifen.audit.Act;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one batch as they stand after the postings decided so far, and the rows to write for them. Knows no
 * database: it is filled from one before and emptied into one after.
 */
final class Book {

    /** For which business of which account something was granted. */
    record EarnedKey(long accountId, String bizType, String bizNo) {

        private static final Comparator<EarnedKey> ORDER = Comparator.comparingLong(EarnedKey::accountId)
                .thenComparing(EarnedKey::bizType)
                .thenComparing(EarnedKey::bizNo);
    }

    /** The key of table {@code earning}. */
    record EarnedBy(EarnedKey key, String ruleCode) implements Comparable<EarnedBy> {

        private static final Comparator<EarnedBy> ORDER =
                Comparator.comparing(EarnedBy::key, EarnedKey.ORDER).thenComparing(EarnedBy::ruleCode);

        static EarnedBy of(EarnedState earned) {
            return new EarnedBy(earned.key(), earned.rule().code());
        }

        @Override
        public int compareTo(EarnedBy other) {
            return ORDER.compare(this, other);
        }
    }

    /** A refund of an order that is to be written. */
    record RefundRow(EarnedKey order, String traceId, BigDecimal amount, Instant createdAt) {}

    private final TreeMap<Long, AccountState> accounts = new TreeMap<>();
    private final Map<KeyHash, Known> outcomes = new HashMap<>();
    private final TreeMap<Long, HoldState> holds = new TreeMap<>();
    private final TreeMap<Long, SpendState> spends = new TreeMap<>();
    private final TreeMap<EarnedBy, EarnedState> earned = new TreeMap<>();
    private final TreeMap<Long, PendingState> pendings = new TreeMap<>();
    private final TreeMap<UsageState.Of, UsageState> usages = new TreeMap<>();
    private final Map<EarnedKey, BigDecimal> refunds = new HashMap<>();

    private final TreeSet<Long> changed = new TreeSet<>();
    private final TreeMap<KeyHash, Known> newOutcomes = new TreeMap<>();
    private final List<Draft.Booked> booked = new ArrayList<>();
    private final List<LotUse> lotUses = new ArrayList<>();
    private final TreeSet<Long> changedHolds = new TreeSet<>();
    private final TreeSet<Long> newHolds = new TreeSet<>();
    private final TreeSet<Long> changedSpends = new TreeSet<>();
    private final TreeSet<EarnedBy> newEarned = new TreeSet<>();
    private final TreeSet<EarnedBy> changedEarned = new TreeSet<>();
    private final TreeSet<Long> changedPendings = new TreeSet<>();
    private final TreeSet<UsageState.Of> changedUsages = new TreeSet<>();
    private final List<RefundRow> newRefunds = new ArrayList<>();
    private final List<LevelChange> levelChanges = new ArrayList<>();
    private final Map<Long, SortedMap<LocalDate, Long>> earnedByDay = new HashMap<>();
    private final List<Act> acts = new ArrayList<>();

    // ---- facts ----

    void know(AccountState account) {
        accounts.put(account.id, account);
    }

    void know(Known outcome) {
        outcomes.put(outcome.key().hash(), outcome);
    }

    void know(HoldState hold) {
        holds.put(hold.id(), hold);
    }

    void know(SpendState spend) {
        spends.put(spend.transactionNo(), spend);
    }

    void know(EarnedState earning) {
        earned.put(EarnedBy.of(earning), earning);
    }

    void know(PendingState pending) {
        pendings.put(pending.entryId(), pending);
    }

    void know(UsageState usage) {
        usages.put(usage.key(), usage);
    }

    void knowRefunds(EarnedKey order, BigDecimal sum) {
        refunds.put(order, sum);
    }

    void knowEarned(long accountId, LocalDate day, long points) {
        earnedByDay.computeIfAbsent(accountId, missing -> new TreeMap<>()).put(day, points);
    }

    /** What the account earned by day, before this batch; known where its level is looked at. */
    SortedMap<LocalDate, Long> earnedByDay(long accountId) {
        return earnedByDay.getOrDefault(accountId, Collections.emptySortedMap());
    }

    boolean has(@Nullable Long accountId) {
        return accountId != null && accounts.containsKey(accountId);
    }

    AccountState account(long id) {
        AccountState account = accounts.get(id);
        if (account == null) {
            throw new IllegalArgumentException("account " + id + " is not among the facts of this batch");
        }
        return account;
    }

    @Nullable
    Known outcome(Key key) {
        return outcomes.get(key.hash());
    }

    HoldState hold(long id) {
        return fact(holds.get(id), "hold", id);
    }

    /** The account's open holds, by age. */
    List<HoldState> openHolds(long accountId) {
        return holds.values().stream()
                .filter(hold -> hold.accountId() == accountId && hold.status() == HoldState.Status.OPEN)
                .toList();
    }

    /** The account's captured holds for this business, by age. */
    List<HoldState> capturedHolds(long accountId, String bizNo) {
        return holds.values().stream()
                .filter(hold -> hold.accountId() == accountId
                        && hold.status() == HoldState.Status.CAPTURED
                        && bizNo.equals(hold.bizNo()))
                .toList();
    }

    SpendState spend(long transactionNo) {
        return fact(spends.get(transactionNo), "spend", transactionNo);
    }

    List<EarnedState> earnedFor(EarnedKey key) {
        return earned.tailMap(new EarnedBy(key, "")).values().stream()
                .takeWhile(one -> one.key().equals(key))
                .toList();
    }

    @Nullable
    EarnedState earned(EarnedBy by) {
        return earned.get(by);
    }

    List<PendingState> pendings(long accountId) {
        return pendings.values().stream()
                .filter(pending -> pending.accountId() == accountId)
                .toList();
    }

    UsageState usage(UsageState.Of key) {
        UsageState known = usages.get(key);
        return known == null ? new UsageState(key, 0, 0) : known;
    }

    BigDecimal refundsOf(EarnedKey order) {
        return refunds.getOrDefault(order, BigDecimal.ZERO);
    }

    private static <T> T fact(@Nullable T known, String what, long id) {
        if (known == null) {
            throw new IllegalArgumentException(what + " " + id + " is not among the facts of this batch");
        }
        return known;
    }

    // ---- what the batch does ----

    /** Takes over an accepted posting's draft. */
    void accept(Draft draft) {
        for (AccountState account : draft.touched()) {
            accounts.put(account.id, account);
            changed.add(account.id);
        }
        booked.addAll(draft.booked);
        lotUses.addAll(draft.lotUses);
        levelChanges.addAll(draft.levelChanges);
        draft.holds.forEach((id, hold) -> {
            (holds.containsKey(id) && !newHolds.contains(id) ? changedHolds : newHolds).add(id);
            holds.put(id, hold);
        });
        spends.putAll(draft.spends);
        changedSpends.addAll(draft.spends.keySet());
        draft.earnings.forEach((by, earning) -> {
            (earned.containsKey(by) && !newEarned.contains(by) ? changedEarned : newEarned).add(by);
            earned.put(by, earning);
        });
        pendings.putAll(draft.pendings);
        changedPendings.addAll(draft.pendings.keySet());
        usages.putAll(draft.usages);
        changedUsages.addAll(draft.usages.keySet());
        draft.orderRefunds.forEach((order, amount) -> {
            refunds.merge(order, amount, BigDecimal::add);
            newRefunds.add(new RefundRow(
                    order, Objects.requireNonNull(draft.posting.traceId(), "traceId"), amount, draft.now));
        });
    }

    void remember(Known outcome) {
        know(outcome);
        newOutcomes.put(outcome.key().hash(), outcome);
    }

    /** Admins' doing, for the audit trail. */
    void record(Act act) {
        acts.add(act);
    }

    List<Act> acts() {
        return acts;
    }

    List<AccountState> changedAccounts() {
        return changed.stream().map(this::account).toList();
    }

    Collection<Known> newOutcomes() {
        return newOutcomes.values();
    }

    List<Draft.Booked> booked() {
        return booked;
    }

    List<LotUse> lotUses() {
        return lotUses;
    }

    List<LevelChange> levelChanges() {
        return levelChanges;
    }

    List<HoldState> newHolds() {
        return newHolds.stream().map(holds::get).toList();
    }

    List<HoldState> changedHolds() {
        return changedHolds.stream().map(holds::get).toList();
    }

    List<SpendState> changedSpends() {
        return changedSpends.stream().map(spends::get).toList();
    }

    List<EarnedState> newEarnings() {
        return newEarned.stream().map(earned::get).toList();
    }

    List<EarnedState> changedEarnings() {
        return changedEarned.stream().map(earned::get).toList();
    }

    List<PendingState> changedPendings() {
        return changedPendings.stream().map(pendings::get).toList();
    }

    List<UsageState> changedUsages() {
        return changedUsages.stream().map(usages::get).toList();
    }

    List<RefundRow> newRefunds() {
        return newRefunds;
    }
}
