package io.jifen.ledger;

import java.util.List;

/** The levels (等级) by the points they begin at, lowest first; the first begins at 0. */
public record Ladder(List<Rung> rungs) {

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
