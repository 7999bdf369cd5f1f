package io.jifen.rule;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What limits and budgets are measured by, in the database. */
final class TallySql {

    private static final String DAYS = """
            SELECT account_id, rule_code, day, times, points FROM rule_usage
            WHERE (account_id, rule_code, day) IN (%s)""";

    private static final String PUT_DAY = """
            INSERT INTO rule_usage (account_id, rule_code, day, times, points) VALUES (?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE times = VALUES(times), points = VALUES(points)""";

    private static final String BUDGETS = "SELECT code, issued FROM budget WHERE code IN (%s) ORDER BY code";

    /** In the one order of locks: after the accounts, by code. */
    private static final String LOCK_BUDGETS = BUDGETS + " FOR UPDATE";

    /** Where it is there already, nothing happens but that it is locked. */
    private static final String OPEN_BUDGET =
            "INSERT INTO budget (code, issued) VALUES (?, 0) ON DUPLICATE KEY UPDATE issued = issued";

    /** Absolute, under the lock. */
    private static final String PUT_BUDGET =
            "INSERT INTO budget (code, issued) VALUES (?, ?) ON DUPLICATE KEY UPDATE issued = VALUES(issued)";

    private TallySql() {}

    /** What the needs ask for, for nobody else to change until the transaction ends. The accounts are locked before. */
    static Tally lock(Connection connection, Needs needs) throws SQLException {
        Tally tally = new Tally();
        readDays(connection, needs.days, tally);
        Set<String> missing = readBudgets(connection, LOCK_BUDGETS, needs.budgets, tally);
        if (!missing.isEmpty()) { // a version of a rule that wasn't saved by this service
            openBudgets(connection, missing);
            readBudgets(connection, LOCK_BUDGETS, needs.budgets, tally);
        }
        return tally;
    }

    /** The same without a lock: as it is at this moment. */
    static Tally look(Connection connection, Needs needs) throws SQLException {
        Tally tally = new Tally();
        readDays(connection, needs.days, tally);
        readBudgets(connection, BUDGETS, needs.budgets, tally).forEach(missing -> tally.know(missing, 0));
        return tally;
    }

    static void write(Connection connection, Tally tally) throws SQLException {
        Sql.batch(connection, PUT_DAY, tally.changedDays().entrySet(), day -> new Object[] {
            day.getKey().accountId(),
            day.getKey().ruleCode(),
            day.getKey().day(),
            day.getValue().times(),
            day.getValue().points()
        });
        Sql.batch(connection, PUT_BUDGET, tally.changedBudgets().entrySet(), budget ->
                new Object[] {budget.getKey(), budget.getValue()});
    }

    static void openBudgets(Connection connection, Set<String> codes) throws SQLException {
        Sql.batch(connection, OPEN_BUDGET, codes, code -> new Object[] {code});
    }

    private static void readDays(Connection connection, Set<Tally.Day> days, Tally tally) throws SQLException {
        days.forEach(day -> tally.know(day, Tally.Used.NOTHING));
        Sql.listIn(
                connection,
                DAYS,
                row -> {
                    tally.know(
                            new Tally.Day(
                                    row.getLong("account_id"), row.getString("rule_code"), Sql.someDay(row, "day")),
                            new Tally.Used(row.getInt("times"), row.getLong("points")));
                    return true;
                },
                days.stream()
                        .map(day -> List.of(day.accountId(), day.ruleCode(), day.day()))
                        .toList());
    }

    /** The ones that are not there. */
    private static Set<String> readBudgets(Connection connection, String sql, Set<String> codes, Tally tally)
            throws SQLException {
        Set<String> missing = new TreeSet<>(codes);
        List<String> found = Sql.listIn(
                connection,
                sql,
                row -> {
                    tally.know(row.getString("code"), row.getLong("issued"));
                    return row.getString("code");
                },
                codes);
        missing.removeAll(Set.copyOf(found));
        return missing;
    }
}
