package io.jifen.ledger;

/** What an entry (积分流水) says happened. */
public enum EntryType {
    GRANT,
    PENDING,
    ACTIVATE,
    ARREARS_REPAID,
    SPEND,
    HOLD,
    CAPTURE,
    RELEASE,
    REFUND,
    CLAWBACK,
    TRANSFER_OUT,
    TRANSFER_IN,
    ADJUST,
    EXPIRE,
    REINSTATE
}
