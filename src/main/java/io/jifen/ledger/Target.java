package io.jifen.ledger;

/** Whose account a posting is for, as the caller knows it. */
public sealed interface Target {

    /** By the caller's id of the user; {@code open}: a missing account is opened. */
    record User(String userId, boolean open) implements Target {}

    /** By the account's own id. */
    record Account(long id) implements Target {}

    /** The account of a hold. */
    record Hold(long holdId) implements Target {}

    /** The account of a spend or capture. */
    record Spend(long transactionNo) implements Target {}
}
