package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import io.jifen.ledger.Book.RefundRow;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ledger's SQL: what a batch reads and what it writes, one statement a table. */
final class LedgerSql {

    private static final String ACCOUNTS_OF_USERS = "SELECT user_id, id FROM account WHERE user_id IN (%s)";

    private static final String ACCOUNTS = """
            SELECT id, user_id, status, available, frozen, pending, arrears,
                   total_earned, total_consumed, total_expired, level_code, level_basis, level_until,
                   next_expires_on, version, last_entry_id, last_hash, updated_at
            FROM account WHERE id IN (%s) ORDER BY id""";

    /** Takes the locks: by primary key, in id order, alone in its statement, so that what is read next is not stale. */
    private static final String LOCK_ACCOUNTS = ACCOUNTS + " FOR UPDATE";

    private static final String OUTCOMES = """
            SELECT scope, trace_id, content_hash, account_id, user_id, outcome, status, code,
                   transaction_no, answer, created_at
            FROM request WHERE key_hash IN (%s)""";

    /** The other index begins with the day, which thousands of accounts share: both would be tempted to use it. */
    private static final String LOTS_OF_DAYS = """
            SELECT account_id, expires_on, granted, remaining FROM lot FORCE INDEX (PRIMARY)
            WHERE remaining > 0 AND (account_id, expires_on) IN (%s)""";

    private static final String LOTS_UNTIL = """
            SELECT account_id, expires_on, granted, remaining FROM lot FORCE INDEX (PRIMARY)
            WHERE remaining > 0 AND account_id IN (%s) AND expires_on <= ?""";

    private static final String ALL_LOTS =
            "SELECT account_id, expires_on, granted, remaining FROM lot WHERE remaining > 0 AND account_id IN (%s)";

    /** Each key is a full prefix of the primary key: both databases read the list as ranges of it. */
    private static final String EARNINGS = """
            SELECT account_id, biz_type, biz_no, rule_code, rule_version, clawback_policy, entry_id, transaction_no,
                   points, amount, expires_on, clawed_back
            FROM earning WHERE (account_id, biz_type, biz_no) IN (%s)""";

    private static final String ORDER_REFUNDS = """
            SELECT account_id, order_no, SUM(amount) AS amount FROM order_refund
            WHERE (account_id, order_no) IN (%s) GROUP BY account_id, order_no""";

    private static final String USAGES = """
            SELECT account_id, rule_code, day, times, points FROM rule_usage
            WHERE (account_id, rule_code, day) IN (%s)""";

    private static final String WHO_EARNED =
            "SELECT DISTINCT account_id FROM earning WHERE account_id IN (%s) AND biz_type = ?";

    private static final String PENDINGS = """
            SELECT entry_id, account_id, points, activates_at, valid_days, to_month_end, biz_type, biz_no, rule_code,
                   rule_version
            FROM pending_grant WHERE account_id IN (%s)""";

    private static final String HOLDS = """
            SELECT h.id, h.account_id, h.points, h.captured_points, h.status, h.biz_no, h.expires_at, h.created_at,
                   h.order_amount, h.capture_no, h.bound,
                   l.expires_on AS lot, l.points AS lot_points
            FROM hold h JOIN hold_lot l ON l.hold_id = h.id
            """;

    private static final String HOLDS_BY_ID = HOLDS + "WHERE h.id IN (%s) ORDER BY h.id, l.expires_on";

    private static final String OVERDUE_HOLDS = HOLDS + """
            WHERE h.account_id IN (%s) AND h.status = 'OPEN' AND h.expires_at <= ?
            ORDER BY h.id, l.expires_on""";

    /** Of holds captured before there was such a number, none is known. */
    private static final String CAPTURED_HOLDS = HOLDS + """
            WHERE (h.account_id, h.biz_no) IN (%s) AND h.capture_no IS NOT NULL
            ORDER BY h.id, l.expires_on""";

    private static final String SPENDS = """
            SELECT s.transaction_no, s.account_id, s.points, s.refunded, s.bound, u.expires_on AS lot, u.points AS lot_points
            FROM spend s JOIN lot_use u ON u.entry_id = s.transaction_no
            WHERE s.transaction_no IN (%s) ORDER BY s.transaction_no, u.expires_on""";

    /** The entry that a transaction is about has its number. It may be archived; while it is copied there are two of it. */
    private static final String SPENDER = """
            SELECT a.user_id, COALESCE(e.biz_type, o.biz_type) AS biz_type FROM spend s
              JOIN account a ON a.id = s.account_id
              LEFT JOIN entry e ON e.id = s.transaction_no
              LEFT JOIN entry_archive o ON o.id = s.transaction_no
             WHERE s.transaction_no = ?""";

    private static final String INSERT_OUTCOME = """
            INSERT INTO request (key_hash, scope, trace_id, content_hash, account_id, user_id, outcome, status, code,
                                 transaction_no, answer, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String INSERT_ENTRY = """
            INSERT INTO entry (id, account_id, version, transaction_no, type, biz_type, biz_no, trace_id,
                               points, frozen_change, pending_change, arrears_change, before_balance, after_balance,
                               reason, expires_on, rule_code, rule_version, related_id, operator,
                               occurred_at, created_at, hash, derivation)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    /** The figures are what to add; table lot has no CHECK, which would look at the row before it is added up. */
    private static final String CHANGE_LOT = """
            INSERT INTO lot (account_id, expires_on, granted, remaining) VALUES (?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE granted = granted + VALUES(granted), remaining = remaining + VALUES(remaining)""";

    /** Of accounts whose lots were not read: only what the row says. */
    private static final String DELETE_EMPTY_PAST_LOTS =
            "DELETE FROM lot WHERE account_id IN (%s) AND expires_on < ? AND remaining = 0";

    /** Less than nothing is damage, and not ours to remove. */
    private static final String DELETE_EMPTIED_PAST_LOTS =
            "DELETE FROM lot WHERE account_id IN (%s) AND expires_on < ? AND remaining >= 0";

    private static final String INSERT_LOT_USE =
            "INSERT INTO lot_use (entry_id, account_id, expires_on, points) VALUES (?, ?, ?, ?)";

    private static final String PUT_SPEND = """
            INSERT INTO spend (transaction_no, account_id, points, refunded, bound) VALUES (?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE refunded = VALUES(refunded)""";

    private static final String INSERT_HOLD = """
            INSERT INTO hold (id, account_id, points, captured_points, status, biz_no, expires_at, created_at,
                              order_amount, capture_no, bound)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String PUT_HOLD =
            INSERT_HOLD + " ON DUPLICATE KEY UPDATE captured_points = VALUES(captured_points), status = VALUES(status),"
                    + " capture_no = VALUES(capture_no)";

    private static final String INSERT_HOLD_LOT =
            "INSERT INTO hold_lot (hold_id, account_id, expires_on, points) VALUES (?, ?, ?, ?)";

    private static final String PUT_PENDING = """
            INSERT INTO pending_grant (entry_id, account_id, points, activates_at, valid_days, to_month_end, biz_type,
                                       biz_no, rule_code, rule_version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE points = VALUES(points)""";

    private static final String DELETE_PENDINGS = "DELETE FROM pending_grant WHERE entry_id IN (%s)";

    private static final String INSERT_ORDER_REFUND =
            "INSERT INTO order_refund (account_id, order_no, trace_id, amount, created_at) VALUES (?, ?, ?, ?, ?)";

    private static final String PUT_USAGE = """
            INSERT INTO rule_usage (account_id, rule_code, day, times, points) VALUES (?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE times = VALUES(times), points = VALUES(points)""";

    /** A rule that grants once relies on the key: a second row is an error, not an addition. */
    private static final String INSERT_EARNING = """
            INSERT INTO earning (account_id, biz_type, biz_no, rule_code, rule_version, clawback_policy, entry_id,
                                 transaction_no, points, amount, expires_on, clawed_back)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String PUT_EARNING = INSERT_EARNING + """
             ON DUPLICATE KEY UPDATE entry_id = VALUES(entry_id), transaction_no = VALUES(transaction_no),
                points = VALUES(points), amount = VALUES(amount), expires_on = VALUES(expires_on),
                clawed_back = VALUES(clawed_back)""";

    /**
     * Absolute values, under the lock. The row is always there, so this is never an insert: as an upsert it is a list of
     * values, which both databases read in a third of the time that they take for a join with as many SELECTs. Its
     * CHECKs are tried on the row as if it were new, and that one has the same figures.
     */
    private static final String UPDATE_ACCOUNT = """
            INSERT INTO account (id, user_id, available, frozen, pending, arrears, total_earned, total_consumed,
                                 total_expired, level_code, level_basis, level_until, next_expires_on, version,
                                 last_entry_id, last_hash, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE available = VALUES(available), frozen = VALUES(frozen),
                pending = VALUES(pending), arrears = VALUES(arrears), total_earned = VALUES(total_earned),
                total_consumed = VALUES(total_consumed), total_expired = VALUES(total_expired),
                level_code = VALUES(level_code), level_basis = VALUES(level_basis),
                level_until = VALUES(level_until), next_expires_on = VALUES(next_expires_on), version = VALUES(version),
                last_entry_id = VALUES(last_entry_id), last_hash = VALUES(last_hash),
                updated_at = VALUES(updated_at)""";

    private static final String ADD_TOTAL = """
            INSERT INTO daily_total (day, type, biz_type, slot, entries, points, frozen_change, pending_change,
                                     arrears_change)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE entries = entries + VALUES(entries), points = points + VALUES(points),
                frozen_change = frozen_change + VALUES(frozen_change),
                pending_change = pending_change + VALUES(pending_change),
                arrears_change = arrears_change + VALUES(arrears_change)""";

    private static final String EARNED_BY_DAY =
            "SELECT account_id, day, points FROM level_earned WHERE account_id IN (%s)";

    private static final String ADD_EARNED = """
            INSERT INTO level_earned (account_id, day, points) VALUES (?, ?, ?)
            ON DUPLICATE KEY UPDATE points = points + VALUES(points)""";

    private static final String FORGET_EARNED = "DELETE FROM level_earned WHERE account_id IN (%s) AND day < ?";

    private static final String INSERT_LEVEL_CHANGE = """
            INSERT INTO level_history (id, account_id, from_code, to_code, cause, level_basis, valid_until, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private LedgerSql() {}

    // ---- before the transaction ----

    static Optional<AccountIds.Spender> spender(Connection connection, long transactionNo) throws SQLException {
        return Sql.first(
                connection,
                SPENDER,
                row -> new AccountIds.Spender(row.getString("user_id"), row.getString("biz_type")),
                transactionNo);
    }

    static Map<String, Long> accountsOfUsers(Connection connection, Collection<String> userIds) throws SQLException {
        Map<String, Long> found = new HashMap<>();
        Sql.listIn(
                connection, ACCOUNTS_OF_USERS, row -> found.put(row.getString("user_id"), row.getLong("id")), userIds);
        return found;
    }

    // ---- facts ----

    static List<AccountState> lockAccounts(Connection connection, Collection<Long> ids) throws SQLException {
        return Sql.listIn(connection, LOCK_ACCOUNTS, LedgerSql::account, ids);
    }

    static List<AccountState> accounts(Connection connection, Collection<Long> ids) throws SQLException {
        return Sql.listIn(connection, ACCOUNTS, LedgerSql::account, ids);
    }

    static List<Known> outcomes(Connection connection, Collection<KeyHash> keys) throws SQLException {
        return Sql.listIn(
                connection,
                OUTCOMES,
                LedgerSql::known,
                keys.stream().map(KeyHash::bytes).toList());
    }

    /** Of each account the lot of the one day, if there are points left in it. */
    static Map<Long, List<Lot>> lotsOf(Connection connection, Map<Long, LocalDate> days) throws SQLException {
        return lots(
                connection,
                LOTS_OF_DAYS,
                days.entrySet().stream()
                        .map(day -> List.of(day.getKey(), day.getValue()))
                        .toList());
    }

    /** Of each account all lots with points left up to and including that day. */
    static Map<Long, List<Lot>> lotsUntil(Connection connection, Collection<Long> accountIds, LocalDate day)
            throws SQLException {
        return lots(connection, LOTS_UNTIL, accountIds, day);
    }

    static Map<Long, List<Lot>> allLots(Connection connection, Collection<Long> accountIds) throws SQLException {
        return lots(connection, ALL_LOTS, accountIds);
    }

    static List<EarnedState> earnings(Connection connection, Collection<EarnedKey> keys) throws SQLException {
        return Sql.listIn(
                connection,
                EARNINGS,
                LedgerSql::earned,
                keys.stream()
                        .map(key -> List.of(key.accountId(), key.bizType(), key.bizNo()))
                        .toList());
    }

    static Set<Long> whoEarned(Connection connection, Collection<Long> accountIds, String bizType) throws SQLException {
        return Set.copyOf(Sql.listIn(connection, WHO_EARNED, row -> row.getLong("account_id"), accountIds, bizType));
    }

    static void readRefunds(Connection connection, Collection<EarnedKey> orders, Book book) throws SQLException {
        Sql.listIn(
                connection,
                ORDER_REFUNDS,
                row -> {
                    book.knowRefunds(
                            new EarnedKey(row.getLong("account_id"), Clawbacks.ORDER, row.getString("order_no")),
                            row.getBigDecimal("amount"));
                    return book;
                },
                orders.stream()
                        .map(order -> List.of(order.accountId(), order.bizNo()))
                        .toList());
    }

    static List<UsageState> usages(Connection connection, Collection<UsageState.Of> keys) throws SQLException {
        return Sql.listIn(
                connection,
                USAGES,
                row -> new UsageState(
                        new UsageState.Of(
                                row.getLong("account_id"), row.getString("rule_code"), Sql.someDay(row, "day")),
                        row.getInt("times"),
                        row.getLong("points")),
                keys.stream()
                        .map(key -> List.of(key.accountId(), key.code(), key.day()))
                        .toList());
    }

    static List<PendingState> pendings(Connection connection, Collection<Long> accountIds) throws SQLException {
        return Sql.listIn(connection, PENDINGS, LedgerSql::pending, accountIds);
    }

    /** The holds of these ids, and the overdue ones of these accounts. */
    static Collection<HoldState> holds(
            Connection connection, Collection<Long> ids, Collection<Long> accountIds, Instant now) throws SQLException {
        Map<Long, HoldState> byId = new LinkedHashMap<>();
        Sql.listIn(
                connection, HOLDS_BY_ID, row -> byId.merge(row.getLong("id"), hold(row), HoldState::withLotsOf), ids);
        Map<Long, HoldState> overdue = new LinkedHashMap<>();
        Sql.listIn(
                connection,
                OVERDUE_HOLDS,
                row -> overdue.merge(row.getLong("id"), hold(row), HoldState::withLotsOf),
                accountIds,
                now);
        byId.putAll(overdue);
        return byId.values();
    }

    /** The captured holds of these orders. */
    static Collection<HoldState> capturedHolds(Connection connection, Collection<EarnedKey> orders)
            throws SQLException {
        Map<Long, HoldState> holds = new LinkedHashMap<>();
        Sql.listIn(
                connection,
                CAPTURED_HOLDS,
                row -> holds.merge(row.getLong("id"), hold(row), HoldState::withLotsOf),
                orders.stream()
                        .map(order -> List.of(order.accountId(), order.bizNo()))
                        .toList());
        return holds.values();
    }

    static Collection<SpendState> spends(Connection connection, Collection<Long> numbers) throws SQLException {
        Map<Long, SpendState> spends = new LinkedHashMap<>();
        Sql.listIn(
                connection,
                SPENDS,
                row -> spends.merge(row.getLong("transaction_no"), spend(row), SpendState::withUsesOf),
                numbers);
        return spends.values();
    }

    // ---- rows ----

    static void insertOutcomes(Connection connection, Collection<Known> outcomes) throws SQLException {
        Sql.batch(connection, INSERT_OUTCOME, outcomes, known -> new Object[] {
            known.key().hash().bytes(),
            known.key().scope(),
            known.key().traceId(),
            known.contentHash(),
            known.accountId(),
            known.userId(),
            known.outcome(),
            known.status(),
            known.code(),
            known.transactionNo(),
            known.answer(),
            known.createdAt()
        });
    }

    static void insertEntries(Connection connection, List<Entry> entries) throws SQLException {
        Sql.batch(connection, INSERT_ENTRY, entries, entry -> new Object[] {
            entry.id(),
            entry.accountId(),
            entry.version(),
            entry.transactionNo(),
            entry.type(),
            entry.bizType(),
            entry.bizNo(),
            entry.traceId(),
            entry.points(),
            entry.frozenChange(),
            entry.pendingChange(),
            entry.arrearsChange(),
            entry.beforeBalance(),
            entry.afterBalance(),
            entry.reason(),
            entry.expiresOn(),
            entry.ruleCode(),
            entry.ruleVersion(),
            entry.relatedId(),
            entry.operator(),
            entry.occurredAt(),
            entry.createdAt(),
            entry.hash(),
            entry.derivation()
        });
    }

    /** A past lot that has been emptied is deleted at once, without being written before: a night has a million of them. */
    static void changeLots(Connection connection, List<AccountState> accounts, LocalDate today) throws SQLException {
        record Change(long accountId, Lot lot) {}
        List<Change> changes = new ArrayList<>();
        List<Object> emptied = new ArrayList<>();
        List<Object> swept = new ArrayList<>();
        for (AccountState account : accounts) {
            boolean sweeps =
                    account.sweepsLots || account.lotChanges.values().stream().anyMatch(lot -> lot.isPast(today));
            boolean none = account.hasEmptiedPastLots(today);
            if (sweeps) {
                (none ? emptied : swept).add(account.id);
            }
            account.lotChanges.values().stream()
                    .filter(lot -> lot.granted() != 0 || lot.remaining() != 0)
                    .filter(lot -> !(none && lot.isPast(today)))
                    .forEach(lot -> changes.add(new Change(account.id, lot)));
        }
        Sql.batch(connection, CHANGE_LOT, changes, change -> new Object[] {
            change.accountId(),
            change.lot().expiresOn(),
            change.lot().granted(),
            change.lot().remaining()
        });
        deletePastLots(connection, DELETE_EMPTIED_PAST_LOTS, emptied, today);
        deletePastLots(connection, DELETE_EMPTY_PAST_LOTS, swept, today);
    }

    private static void deletePastLots(Connection connection, String sql, List<Object> accounts, LocalDate today)
            throws SQLException {
        if (!accounts.isEmpty()) {
            List<Object> arguments = new ArrayList<>(accounts);
            arguments.add(today);
            Sql.update(connection, sql.formatted(Sql.marks(accounts.size())), arguments);
        }
    }

    static void insertLotUses(Connection connection, List<LotUse> uses) throws SQLException {
        Sql.batch(connection, INSERT_LOT_USE, uses, use ->
                new Object[] {use.entryId(), use.accountId(), use.expiresOn(), use.points()});
    }

    static void putSpends(Connection connection, List<SpendState> spends) throws SQLException {
        Sql.batch(
                connection, PUT_SPEND, spends, spend -> new Object[] {
                    spend.transactionNo(), spend.accountId(), spend.points(), spend.refunded(), spend.bound()
                });
    }

    static void putHolds(Connection connection, List<HoldState> fresh, List<HoldState> changed) throws SQLException {
        Sql.batch(connection, INSERT_HOLD, fresh, LedgerSql::columns);
        Sql.batch(
                connection,
                INSERT_HOLD_LOT,
                fresh.stream().flatMap(hold -> hold.lots().stream()).toList(),
                lot -> new Object[] {lot.entryId(), lot.accountId(), lot.expiresOn(), lot.points()});
        Sql.batch(connection, PUT_HOLD, changed, LedgerSql::columns);
    }

    static void putEarnings(Connection connection, List<EarnedState> fresh, List<EarnedState> changed)
            throws SQLException {
        Sql.batch(connection, INSERT_EARNING, fresh, LedgerSql::columns);
        Sql.batch(connection, PUT_EARNING, changed, LedgerSql::columns);
    }

    static void putPendings(Connection connection, List<PendingState> pendings) throws SQLException {
        Sql.batch(
                connection,
                PUT_PENDING,
                pendings.stream().filter(pending -> pending.points() > 0).toList(),
                pending -> new Object[] {
                    pending.entryId(),
                    pending.accountId(),
                    pending.points(),
                    pending.activatesAt(),
                    pending.validity().days(),
                    pending.validity().toMonthEnd(),
                    pending.bizType(),
                    pending.bizNo(),
                    pending.rule() == null ? null : pending.rule().code(),
                    pending.rule() == null ? null : pending.rule().version()
                });
        List<Long> over = pendings.stream()
                .filter(pending -> pending.points() == 0)
                .map(PendingState::entryId)
                .toList();
        if (!over.isEmpty()) {
            Sql.update(connection, DELETE_PENDINGS.formatted(Sql.marks(over.size())), over);
        }
    }

    static void insertRefunds(Connection connection, List<RefundRow> refunds) throws SQLException {
        Sql.batch(connection, INSERT_ORDER_REFUND, refunds, refund -> new Object[] {
            refund.order().accountId(), refund.order().bizNo(), refund.traceId(), refund.amount(), refund.createdAt()
        });
    }

    static void putUsages(Connection connection, List<UsageState> usages) throws SQLException {
        Sql.batch(connection, PUT_USAGE, usages, usage -> new Object[] {
            usage.key().accountId(), usage.key().code(), usage.key().day(), usage.times(), usage.points()
        });
    }

    static void updateAccounts(Connection connection, List<AccountState> accounts) throws SQLException {
        Sql.batch(connection, UPDATE_ACCOUNT, accounts, account -> new Object[] {
            account.id,
            account.userId,
            account.available,
            account.frozen,
            account.pending,
            account.arrears,
            account.totalEarned,
            account.totalConsumed,
            account.totalExpired,
            account.levelCode,
            account.levelBasis,
            account.levelUntil,
            account.nextExpiresOn,
            account.version,
            account.lastEntryId,
            account.version == 0 ? null : account.lastHash,
            account.updatedAt, // created_at must have a value, and keeps its own
            account.updatedAt
        });
    }

    static void readEarnedByDay(Connection connection, Collection<Long> accountIds, Book book) throws SQLException {
        Sql.listIn(
                connection,
                EARNED_BY_DAY,
                row -> {
                    book.knowEarned(row.getLong("account_id"), Sql.someDay(row, "day"), row.getLong("points"));
                    return book;
                },
                accountIds);
    }

    /** Where levels go by a period: what counts of today, and what counts no more. */
    static void changeEarned(Connection connection, List<AccountState> accounts, LocalDate today) throws SQLException {
        Sql.batch(
                connection,
                ADD_EARNED,
                accounts.stream().filter(account -> account.earnedToday != 0).toList(),
                account -> new Object[] {account.id, today, account.earnedToday});
        List<Object> forgetful = new ArrayList<>();
        accounts.stream()
                .filter(account -> account.forgetsBefore != null)
                .forEach(account -> forgetful.add(account.id));
        LocalDate before = accounts.stream()
                .map(account -> account.forgetsBefore)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (before != null) {
            String sql = FORGET_EARNED.formatted(Sql.marks(forgetful.size()));
            forgetful.add(before);
            Sql.update(connection, sql, forgetful);
        }
    }

    static void insertLevelChanges(Connection connection, List<LevelChange> changes) throws SQLException {
        Sql.batch(connection, INSERT_LEVEL_CHANGE, changes, change -> new Object[] {
            change.id(),
            change.accountId(),
            change.from(),
            change.to(),
            change.cause(),
            change.levelBasis(),
            change.validUntil(),
            change.occurredAt()
        });
    }

    static void addTotals(Connection connection, Collection<Total> totals, int slot) throws SQLException {
        Sql.batch(connection, ADD_TOTAL, totals, total -> new Object[] {
            total.key().day(),
            total.key().type(),
            total.key().bizType(),
            slot,
            total.entries(),
            total.points(),
            total.frozenChange(),
            total.pendingChange(),
            total.arrearsChange()
        });
    }

    // ---- mapping ----

    private static Map<Long, List<Lot>> lots(Connection connection, String sql, Collection<?> keys, Object... after)
            throws SQLException {
        Map<Long, List<Lot>> lots = new HashMap<>();
        Sql.listIn(
                connection,
                sql,
                row -> lots.computeIfAbsent(row.getLong("account_id"), missing -> new ArrayList<>())
                        .add(new Lot(Sql.someDay(row, "expires_on"), row.getLong("granted"), row.getLong("remaining"))),
                keys,
                after);
        return lots;
    }

    private static AccountState account(ResultSet row) throws SQLException {
        return new AccountState(
                row.getLong("id"),
                row.getString("user_id"),
                row.getString("status").equals("BLOCKED"),
                row.getLong("available"),
                row.getLong("frozen"),
                row.getLong("pending"),
                row.getLong("arrears"),
                row.getLong("total_earned"),
                row.getLong("total_consumed"),
                row.getLong("total_expired"),
                row.getString("level_code"),
                row.getLong("level_basis"),
                Sql.day(row, "level_until"),
                Sql.day(row, "next_expires_on"),
                row.getLong("version"),
                row.getLong("last_entry_id"),
                row.getBytes("last_hash"),
                Sql.someInstant(row, "updated_at"));
    }

    private static EarnedState earned(ResultSet row) throws SQLException {
        return new EarnedState(
                new EarnedKey(row.getLong("account_id"), row.getString("biz_type"), row.getString("biz_no")),
                new Operation.RuleRef(
                        row.getString("rule_code"),
                        row.getInt("rule_version"),
                        true,
                        ClawbackPolicy.valueOf(row.getString("clawback_policy"))),
                row.getLong("entry_id"),
                row.getLong("transaction_no"),
                row.getLong("points"),
                row.getBigDecimal("amount"),
                Sql.someDay(row, "expires_on"),
                row.getLong("clawed_back"));
    }

    private static PendingState pending(ResultSet row) throws SQLException {
        String rule = row.getString("rule_code");
        return new PendingState(
                row.getLong("entry_id"),
                row.getLong("account_id"),
                row.getLong("points"),
                Sql.someInstant(row, "activates_at"),
                new Validity(row.getInt("valid_days"), row.getBoolean("to_month_end")),
                row.getString("biz_type"),
                row.getString("biz_no"),
                rule == null ? null : new Operation.RuleRef(rule, row.getInt("rule_version"), true));
    }

    private static HoldState hold(ResultSet row) throws SQLException {
        return new HoldState(
                row.getLong("id"),
                row.getLong("account_id"),
                row.getLong("points"),
                row.getLong("captured_points"),
                HoldState.Status.valueOf(row.getString("status")),
                row.getString("biz_no"),
                Sql.someInstant(row, "expires_at"),
                Sql.someInstant(row, "created_at"),
                row.getBigDecimal("order_amount"),
                Sql.number(row, "capture_no"),
                row.getBoolean("bound"),
                List.of(lotUse(row, row.getLong("id"))));
    }

    private static SpendState spend(ResultSet row) throws SQLException {
        long number = row.getLong("transaction_no");
        return new SpendState(
                number,
                row.getLong("account_id"),
                row.getLong("points"),
                row.getLong("refunded"),
                row.getBoolean("bound"),
                List.of(lotUse(row, number)));
    }

    private static LotUse lotUse(ResultSet row, long entryId) throws SQLException {
        return new LotUse(entryId, row.getLong("account_id"), Sql.someDay(row, "lot"), row.getLong("lot_points"));
    }

    private static @Nullable Object[] columns(HoldState hold) {
        return new Object[] {
            hold.id(),
            hold.accountId(),
            hold.points(),
            hold.capturedPoints(),
            hold.status(),
            hold.bizNo(),
            hold.expiresAt(),
            hold.createdAt(),
            hold.orderAmount(),
            hold.captureNo(),
            hold.bound()
        };
    }

    private static @Nullable Object[] columns(EarnedState earned) {
        return new Object[] {
            earned.key().accountId(),
            earned.key().bizType(),
            earned.key().bizNo(),
            earned.rule().code(),
            earned.rule().version(),
            earned.rule().clawback(),
            earned.entryId(),
            earned.transactionNo(),
            earned.points(),
            earned.amount(),
            earned.expiresOn(),
            earned.clawedBack()
        };
    }

    private static Known known(ResultSet row) throws SQLException {
        return new Known(
                new Key(row.getString("scope"), row.getString("trace_id")),
                row.getBytes("content_hash"),
                Sql.number(row, "account_id"),
                row.getString("user_id"),
                Known.Outcome.valueOf(row.getString("outcome")),
                row.getInt("status"),
                row.getString("code"),
                Sql.number(row, "transaction_no"),
                row.getBytes("answer"),
                Sql.someInstant(row, "created_at"));
    }
}
