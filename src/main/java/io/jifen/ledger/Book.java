package io.jifen.ledger;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one batch as they stand after the postings decided so far, and the rows to write for them. Knows no
 * database: it is filled from one before and emptied into one after.
 */
final class Book {

    /** A spend that can be refunded up to its points. */
    record Spent(long transactionNo, long accountId, long points) {}

    /** What a rule has granted for a bizNo: the base of "once" and of clawback. */
    record Earned(
            EarnedKey key,
            Operation.RuleRef rule,
            long entryId,
            long transactionNo,
            long points,
            @Nullable BigDecimal amount,
            LocalDate expiresOn) {}

    /** For which business of which account something was granted. */
    record EarnedKey(long accountId, String bizType, String bizNo) {

        /** As the table's key orders its rows. */
        static final Comparator<Earned> ORDER = Comparator.<Earned>comparingLong(e -> e.key().accountId())
                .thenComparing(e -> e.key().bizType())
                .thenComparing(e -> e.key().bizNo())
                .thenComparing(e -> e.rule().code());
    }

    private final TreeMap<Long, AccountState> accounts = new TreeMap<>();
    private final Map<KeyHash, Known> outcomes = new HashMap<>();
    private final Map<EarnedKey, Map<String, Long>> earned = new HashMap<>();

    private final TreeSet<Long> changed = new TreeSet<>();
    private final TreeMap<KeyHash, Known> newOutcomes = new TreeMap<>();
    private final List<Draft.Booked> booked = new ArrayList<>();
    private final List<LotUse> lotUses = new ArrayList<>();
    private final List<Spent> spends = new ArrayList<>();
    private final List<Earned> earnings = new ArrayList<>();

    // ---- facts ----

    void know(AccountState account) {
        accounts.put(account.id, account);
    }

    void know(Known outcome) {
        outcomes.put(outcome.key().hash(), outcome);
    }

    void knowEarned(EarnedKey key, String ruleCode, long transactionNo) {
        earned.computeIfAbsent(key, missing -> new HashMap<>()).put(ruleCode, transactionNo);
    }

    AccountState account(long id) {
        AccountState account = accounts.get(id);
        if (account == null) {
            throw new IllegalArgumentException("account " + id + " is not among the facts of this batch");
        }
        return account;
    }

    @Nullable Known outcome(Key key) {
        return outcomes.get(key.hash());
    }

    /** The transaction in which the rule granted for this business before; null if it never did. */
    @Nullable Long grantedBefore(EarnedKey key, String ruleCode) {
        return earned.getOrDefault(key, Map.of()).get(ruleCode);
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
        spends.addAll(draft.spends);
        for (Earned earning : draft.earnings) {
            earnings.add(earning);
            knowEarned(earning.key(), earning.rule().code(), earning.transactionNo());
        }
    }

    void remember(Known outcome) {
        know(outcome);
        newOutcomes.put(outcome.key().hash(), outcome);
    }

    boolean isUnchanged() {
        return changed.isEmpty() && newOutcomes.isEmpty();
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

    List<Spent> spends() {
        return spends;
    }

    List<Earned> earnings() {
        return earnings;
    }
}
