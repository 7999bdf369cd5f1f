package io.jifen.ledger;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A posting and the account it is for.
 *
 * @param position of its answer; −1 for a welcome that nobody asked for
 * @param accountId null: there is no such account
 * @param otherId the receiver of a transfer; null: there is none, or no such account
 */
record Located(
        Posting posting,
        int position,
        @Nullable Long accountId,
        @Nullable Long otherId) {

    /** The same, without accounts that turned out not to be there. */
    Located among(Book book) {
        return new Located(
                posting, position, book.has(accountId) ? accountId : null, book.has(otherId) ? otherId : null);
    }

    List<Long> accountIds() {
        return Stream.of(accountId, otherId).filter(Objects::nonNull).toList();
    }
}
