package io.jifen.ledger;

import org.jspecify.annotations.Nullable;

/** What the business of a posting has earned its account before, as the batch has left it so far. */
@FunctionalInterface
public interface EarnedBefore {

    /** The transactionNo of the rule's first grant for this business; null if there is none. */
    @Nullable
    Long transactionNo(String ruleCode);
}
