package io.jifen.outbox;

/** Where a reliable message stands. */
enum MessageState {
    /** To be sent, or sent and not confirmed. */
    WAITING,
    CONFIRMED,
    /** Taken back by its sender. */
    WITHDRAWN,
    /** An admin has ended the sending; a late confirmation still counts. */
    GIVEN_UP
}
