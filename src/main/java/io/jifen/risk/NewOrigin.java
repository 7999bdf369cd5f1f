package io.jifen.risk;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A large spend from a device (where none is told, from an address) that is new to the account: a thief spends at once. An
 * account that was never used from anywhere else has nothing to compare it with.
 *
 * @param hours after which a device counts as known, 1 to 8,760
 */
record NewOrigin(int hours) implements Check {

    @Override
    public boolean looksAt(Move move) {
        return move.kind() != Move.Kind.GRANT; // from small ones it learns
    }

    @Override
    public Optional<String> objection(Move move, Circumstances circumstances) {
        Origin origin = circumstances.origin();
        if (!move.large() || origin == null || !origin.personal()) {
            return Optional.empty();
        }
        Instant settled = circumstances.now().minus(Duration.ofHours(hours));
        boolean known = false;
        boolean others = false;
        for (Circumstances.Seen seen : circumstances.seen()) {
            if (seen.kind() == origin.kind() && !seen.firstSeen().isAfter(settled)) {
                known |= seen.value().equals(origin.hash());
                others |= !seen.value().equals(origin.hash());
            }
        }
        return others && !known
                ? Optional.of("a large spend from "
                        + (origin.kind() == Origin.Kind.DEVICE ? "a device" : "an address")
                        + " that the account was not used from before the last " + hours + " h")
                : Optional.empty();
    }
}
