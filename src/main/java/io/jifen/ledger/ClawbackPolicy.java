package io.jifen.ledger;

/** How far a clawback (追回) of a rule's grant may go, decided when it was granted. */
public enum ClawbackPolicy {

    /** Only what is not active yet. */
    PENDING_ONLY,

    /** What is pending, then what is available. */
    WITHIN_BALANCE,

    /** What is pending, then what is available; the rest is owed. */
    ARREARS
}
