package io.jifen.rule;

import io.jifen.ledger.ClawbackPolicy;
import io.jifen.ledger.Validity;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rules for tests of the pure code: about ORDER, in force since long ago, giving nothing until told to. */
final class RuleBuilder {

    private static final Conditions CONDITIONS = new Conditions();

    private String code = "RULE";
    private int version = 1;
    private String bizType = "ORDER";
    private BigDecimal ratio = BigDecimal.ZERO;
    private long fixed;
    private long cap;
    private int validDays = 365;
    private boolean toMonthEnd;
    private int dailyTimes;
    private long dailyPoints;
    private long budget;
    private int pendingDays;
    private @Nullable Condition condition;
    private Map<String, BigDecimal> levels = Map.of();
    private boolean takesGiven;
    private boolean once;
    private boolean active = true;
    private Instant from = Instant.parse("1990-01-01T00:00:00Z");
    private @Nullable Instant until;

    RuleBuilder code(String value) {
        code = value;
        return this;
    }

    RuleBuilder version(int value) {
        version = value;
        return this;
    }

    RuleBuilder bizType(String value) {
        bizType = value;
        return this;
    }

    RuleBuilder ratio(String value) {
        return ratio(new BigDecimal(value));
    }

    RuleBuilder ratio(BigDecimal value) {
        ratio = value;
        return this;
    }

    RuleBuilder fixed(long value) {
        fixed = value;
        return this;
    }

    RuleBuilder cap(long value) {
        cap = value;
        return this;
    }

    RuleBuilder dailyTimes(int value) {
        dailyTimes = value;
        return this;
    }

    RuleBuilder dailyPoints(long value) {
        dailyPoints = value;
        return this;
    }

    RuleBuilder budget(long value) {
        budget = value;
        return this;
    }

    RuleBuilder pendingDays(int value) {
        pendingDays = value;
        return this;
    }

    RuleBuilder condition(String value) {
        condition = CONDITIONS.of(value);
        return this;
    }

    RuleBuilder level(String level, String factor) {
        levels = Map.of(level, new BigDecimal(factor));
        return this;
    }

    RuleBuilder validDays(int value) {
        validDays = value;
        return this;
    }

    RuleBuilder toMonthEnd() {
        toMonthEnd = true;
        return this;
    }

    RuleBuilder takesGiven() {
        takesGiven = true;
        return this;
    }

    RuleBuilder once() {
        once = true;
        return this;
    }

    RuleBuilder inactive() {
        active = false;
        return this;
    }

    RuleBuilder from(Instant value) {
        from = value;
        return this;
    }

    RuleBuilder until(Instant value) {
        until = value;
        return this;
    }

    RuleVersion build() {
        return new RuleVersion(
                code,
                version,
                code,
                bizType,
                ratio,
                fixed,
                cap,
                dailyTimes,
                dailyPoints,
                budget,
                new Validity(validDays, toMonthEnd),
                pendingDays,
                takesGiven,
                once,
                ClawbackPolicy.WITHIN_BALANCE,
                condition,
                levels,
                active,
                from,
                until,
                "test",
                from);
    }
}
