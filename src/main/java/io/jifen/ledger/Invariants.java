package io.jifen.ledger;

import java.util.List;

/** What another room's tables must say if it and the ledger are right; asked with the ledger's own invariants. */
public interface Invariants {

    /**
     * Questions after what breaks them, in SQL. Every answer has the columns invariant, user_id (null: no single
     * account), expected, actual and detail; the last mark is a limit of answers.
     */
    List<String> questions();
}
