package io.jifen.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A posting and the account it is for.
 *
 * @param position of its answer; −1 for a welcome that nobody asked for
 * @param accountId null: there is no such account
 */
record Located(Posting posting, int position, @Nullable Long accountId) {

    List<Long> accountIds() {
        return accountId == null ? List.of() : List.of(accountId);
    }
}
