package io.jifen.risk;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Points of which nearly all come from one kind of business, or from one other user, were often made and not earned: a
 * hole in a rule, or a string of accounts that feed one. Of large moves only; what was given for registering doesn't count.
 *
 * @param percent of what came in lately, 50 to 100; as much as that from one source is objected to
 */
record OneSource(int percent) implements Check {

    @Override
    public boolean looksAt(Move move) {
        return move.large();
    }

    @Override
    public Optional<String> objection(Move move, Circumstances circumstances) {
        double all = circumstances.earned().values().stream()
                .mapToDouble(Long::doubleValue)
                .sum();
        return circumstances.earned().entrySet().stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .filter(most -> most.getValue() * 100.0 >= all * percent)
                .map(most -> percent + " % or more of the points come from one source: " + shown(most.getKey()));
    }

    /** Users are not named. */
    private static String shown(String source) {
        return source.startsWith(RiskSql.FROM_USER) ? "another user's transfers" : source;
    }
}
