package io.jifen.risk;

import java.util.Optional;

/**
 * Many transfers to one receiver in a short time: where stolen points are gathered.
 *
 * @param limit transfers to one receiver in an hour, 1 to 1,000; one more is objected to
 */
record ReceiverBurst(int limit) implements Check {

    @Override
    public boolean looksAt(Move move) {
        return move.kind() == Move.Kind.TRANSFER;
    }

    @Override
    public Optional<String> objection(Move move, Circumstances circumstances) {
        return circumstances.received() >= limit
                ? Optional.of(circumstances.received() + " transfers or more to the receiver in the last hour")
                : Optional.empty();
    }
}
