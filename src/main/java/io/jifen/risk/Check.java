package io.jifen.risk;

import java.util.Optional;

/** One question about a move of points. Pure: what it has to know is in the circumstances. */
sealed interface Check permits ManyPostings, OneSource, NewOrigin, ReceiverBurst, YoungAccount, SharedDevice {

    /** Whether it has a question about such a move; of others nothing is read for it. */
    boolean looksAt(Move move);

    /** What it objects to, in words for staff, without anybody's data; empty: nothing. */
    Optional<String> objection(Move move, Circumstances circumstances);
}
