package io.jifen.risk;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An account that gives points away soon after it was opened may have been opened for that: registration grants are
 * gathered this way.
 *
 * @param days 1 to 3,650; a younger account is objected to
 */
record YoungAccount(int days) implements Check {

    @Override
    public boolean looksAt(Move move) {
        return move.kind() == Move.Kind.TRANSFER;
    }

    @Override
    public Optional<String> objection(Move move, Circumstances circumstances) {
        Instant openedAt = circumstances.openedAt();
        return openedAt != null && openedAt.isAfter(circumstances.now().minus(Duration.ofDays(days)))
                ? Optional.of("a transfer from an account that is younger than " + days + " d")
                : Optional.empty();
    }
}
