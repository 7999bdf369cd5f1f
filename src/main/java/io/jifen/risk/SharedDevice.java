package io.jifen.risk;

import java.util.Optional;

/**
 * Many accounts on one device are often one person's.
 *
 * @param limit accounts on one device, 1 to 100; one more is objected to
 */
record SharedDevice(int limit) implements Check {

    @Override
    public boolean looksAt(Move move) {
        return move.kind() != Move.Kind.GRANT;
    }

    @Override
    public Optional<String> objection(Move move, Circumstances circumstances) {
        return circumstances.accountsOnDevice() > limit
                ? Optional.of(circumstances.accountsOnDevice() + " accounts or more on the device")
                : Optional.empty();
    }
}
