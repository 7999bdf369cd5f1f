package io.jifen.risk;

import java.util.Optional;

/**
 * Nobody does that much by hand: a script, or somebody else who empties the account.
 *
 * @param limit postings of one account in an hour, 1 to 1,000; one more is objected to
 */
record ManyPostings(int limit) implements Check {

    @Override
    public boolean looksAt(Move move) {
        return move.kind() != Move.Kind.GRANT || move.large();
    }

    @Override
    public Optional<String> objection(Move move, Circumstances circumstances) {
        return circumstances.postings() >= limit
                ? Optional.of(circumstances.postings() + " postings or more in the last hour")
                : Optional.empty();
    }
}
