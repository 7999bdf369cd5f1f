package io.jifen.rule;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the limits are measured by, as the postings decided so far have left it: how often a rule was used by an account
 * on a day, and what was issued of budgets. Filled from the database before, emptied into it after.
 */
final class Tally {

    /** The key of table {@code rule_usage}. */
    record Day(long accountId, String ruleCode, LocalDate day) implements Comparable<Day> {
        @Override
        public int compareTo(Day other) {
            int order = Long.compare(accountId, other.accountId);
            order = order != 0 ? order : ruleCode.compareTo(other.ruleCode);
            return order != 0 ? order : day.compareTo(other.day);
        }
    }

    record Used(int times, long points) {
        static final Used NOTHING = new Used(0, 0);
    }

    private final Map<Day, Used> used = new HashMap<>();
    private final Map<String, Long> issued = new HashMap<>();
    private final Set<Day> changedDays = new TreeSet<>();
    private final Set<String> changedBudgets = new TreeSet<>();

    void know(Day day, Used uses) {
        used.put(day, uses);
    }

    void know(String budget, long points) {
        issued.put(budget, points);
    }

    Used used(Day day) {
        Used known = used.get(day);
        if (known == null) {
            throw new IllegalArgumentException(day + " is not among the facts of this batch");
        }
        return known;
    }

    long issued(String budget) {
        Long known = issued.get(budget);
        if (known == null) {
            throw new IllegalArgumentException("budget " + budget + " is not among the facts of this batch");
        }
        return known;
    }

    /** Counts what was granted. */
    void add(Award award, long accountId, Rules rules) {
        for (Award.Line line : award.granted()) {
            if (line.points() > 0 && rules.counts(line.rule().code())) {
                Day day = new Day(accountId, line.rule().code(), award.moment().day());
                Used before = used(day);
                used.put(day, new Used(before.times() + 1, Math.addExact(before.points(), line.points())));
                changedDays.add(day);
            }
            line.spent().forEach((budget, points) -> {
                issued.put(budget, Math.addExact(issued(budget), points));
                changedBudgets.add(budget);
            });
        }
    }

    Map<Day, Used> changedDays() {
        Map<Day, Used> changed = new TreeMap<>();
        changedDays.forEach(day -> changed.put(day, used(day)));
        return changed;
    }

    Map<String, Long> changedBudgets() {
        Map<String, Long> changed = new TreeMap<>();
        changedBudgets.forEach(budget -> changed.put(budget, issued(budget)));
        return changed;
    }
}
