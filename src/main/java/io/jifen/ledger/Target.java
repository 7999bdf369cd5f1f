package io.jifen.ledger;

/** Whose account a posting is for, as the caller knows it. */
public sealed interface Target {

    /** By the caller's id of the user; {@code open}: a missing account is opened. */
    record User(String userId, boolean open) implements Target {}

    /** By the account's own id. */
    record Account(long id) implements Target {}

    /** The same for all postings that name the account in the same way, whatever they want of it. */
    default int lane() {
        return switch (this) {
            case User(String userId, boolean open) -> userId.hashCode();
            case Account(long id) -> Long.hashCode(id);
        };
    }
}
