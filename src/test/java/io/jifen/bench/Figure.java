package io.jifen.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One measured number, and what it is compared with.
 *
 * @param key     names it for other parts and for programs
 * @param beside  what the ratio is to; null: it is compared with nothing
 * @param goal    what DESIGN 9 wants; empty: nothing
 * @param reached null: there is no goal, or what it compares with was not measured in this run
 */
record Figure(
        String key,
        String what,
        double value,
        String unit,
        @Nullable String beside,
        @Nullable Double ratio,
        String goal,
        @Nullable Boolean reached,
        String detail) {

    static Figure rate(String key, String what, double perSecond) {
        return new Figure(key, what, perSecond, "/s", null, null, "", null, "");
    }

    /** Of something that is made of so many. */
    Figure times(int many) {
        return new Figure(key, what, value * many, unit, beside, ratio, goal, reached, detail);
    }

    /** The ratio to another figure, without a goal. */
    Figure beside(String other, OptionalDouble value) {
        return new Figure(key, what, this.value, unit, other, ratioTo(value), goal, reached, detail);
    }

    /** At least so many times another figure. */
    Figure atLeast(double times, String other, OptionalDouble value) {
        Double ratio = ratioTo(value);
        return beside(other, value).wanting("≥ %s × %s".formatted(number(times), other), ratio, times);
    }

    Figure atLeast(double least) {
        return wanting("≥ %s%s".formatted(number(least), unit), value, least);
    }

    Figure reached(String what, boolean really) {
        return wanting(what, really ? 1.0 : 0.0, 1);
    }

    Figure because(String text) {
        String all = detail.isEmpty() ? text : detail + "; " + text;
        return new Figure(key, what, value, unit, beside, ratio, goal, reached, all);
    }

    private @Nullable Double ratioTo(OptionalDouble other) {
        return other.isPresent() ? value / other.getAsDouble() : null;
    }

    /** Several goals are reached together or not at all. */
    private Figure wanting(String another, @Nullable Double actual, double least) {
        List<String> goals = new ArrayList<>(goal.isEmpty() ? List.of() : List.of(goal));
        goals.add(another);
        Boolean met = actual == null ? null : Boolean.valueOf(actual >= least);
        Boolean all = goal.isEmpty() ? met : (met == null || reached == null) ? null : Boolean.valueOf(met && reached);
        return new Figure(key, what, value, unit, beside, ratio, String.join(" and ", goals), all, detail);
    }

    static String number(double value) {
        return value >= 100 || value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }
}
