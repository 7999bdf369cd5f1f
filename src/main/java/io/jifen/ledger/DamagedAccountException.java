package io.jifen.ledger;

/** An account's rows contradict each other: its postings fail until somebody has looked, others go on. */
final class DamagedAccountException extends RuntimeException {

    private static final long serialVersionUID = 1;

    DamagedAccountException(String userId, String what) {
        super("account of " + userId + ": " + what + "; see its findings of the reconciliation");
    }
}
