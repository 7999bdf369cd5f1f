package io.jifen.risk;

import io.jifen.ledger.Operation;
import java.util.Optional;

/**
 * Points that are about to leave or to come in.
 *
 * @param points 1 or more
 * @param large whether they are as many as the settings call large
 */
record Move(Kind kind, long points, boolean large) {

    enum Kind {
        /** Spends and holds. */
        SPEND,
        TRANSFER,
        /** What rules or given points bring in; looked at only where it is large. */
        GRANT
    }

    static Move of(Kind kind, long points, RiskSettings settings) {
        return new Move(kind, points, points >= (kind == Kind.GRANT ? settings.largeGrant() : settings.largeSpend()));
    }

    /** What the operation moves; empty: nothing that is checked. */
    static Optional<Move> of(Operation operation, RiskSettings settings) {
        return switch (operation) {
            case Operation.Spend spend -> Optional.of(of(Kind.SPEND, spend.points(), settings));
            case Operation.SpendAndGrant both -> Optional.of(of(Kind.SPEND, both.points(), settings));
            case Operation.Hold hold -> Optional.of(of(Kind.SPEND, hold.points(), settings));
            case Operation.Transfer transfer -> Optional.of(of(Kind.TRANSFER, transfer.points(), settings));
            case Operation.Grant grant -> {
                long points = 0;
                for (Operation.Line line : grant.lines()) {
                    points = Math.addExact(points, line.points());
                }
                yield Optional.of(of(Kind.GRANT, points, settings));
            }
            default -> Optional.empty(); // corrections, refunds and what ends a hold: decided elsewhere
        };
    }
}
