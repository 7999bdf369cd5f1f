package io.jifen.ledger;

import java.time.Period;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The levels (等级) by the points they begin at, lowest first; the first begins at 0.
 *
 * @param terms on which they are kept
 */
public record Ladder(List<Rung> rungs, Terms terms) {

    /**
     * On which terms a level is kept.
     *
     * @param demoteOnClawback whether a clawback takes the level that its points brought
     * @param period in which points count, and for which a level is sure; null: all points count, and a level stays
     * @param graceDays after the period, in which the level can still be renewed
     */
    public record Terms(boolean demoteOnClawback, @Nullable Period period, int graceDays) {

        public static final Terms FOR_GOOD = new Terms(false, null, 0);
    }

    /** Levels that stay once they are reached. */
    public Ladder(List<Rung> rungs) {
        this(rungs, Terms.FOR_GOOD);
    }

    /** A level and the basis from which on it holds. */
    public record Rung(String code, String name, long minPoints) {}

    /** The level that a basis reaches. */
    public Rung at(long basis) {
        Rung reached = rungs.getFirst();
        for (Rung rung : rungs) {
            if (basis >= rung.minPoints()) {
                reached = rung;
            }
        }
        return reached;
    }

    /** Where a level begins; 0 for one that the ladder no longer has. */
    public long minPointsOf(String code) {
        return rungs.stream()
                .filter(rung -> rung.code().equals(code))
                .findFirst()
                .map(Rung::minPoints)
                .orElse(0L);
    }
}
