package io.jifen.ledger;

/**
 * Where the ledger gets the levels from. An interface although one class implements it: levels are edited in a room of
 * their own, which depends on this one, so the ledger can't call it; it says here what it needs instead.
 */
public interface LadderSource {

    /** The levels as of a few seconds ago at most; cheap enough to ask for once a batch. */
    Ladder ladder();
}
