package io.jifen.ledger;

/** The database can't be asked now; nothing is decided. The same postings may be tried again with the same keys. */
public class LedgerUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    LedgerUnavailableException(Throwable cause) {
        super("the ledger's database can't be asked: " + cause.getMessage(), cause);
    }
}
