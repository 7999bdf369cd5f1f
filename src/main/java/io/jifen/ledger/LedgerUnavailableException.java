package io.jifen.ledger;

import java.util.ArrayList;
import java.util.List;

/** The database can't be asked now; nothing is decided. The same postings may be tried again with the same keys. */
@SuppressWarnings("serial") // thrown and caught in one process
public class LedgerUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final List<Answer> possible;

    public LedgerUnavailableException(Throwable cause) {
        this(cause, List.of());
    }

    /** @param possible the answers of the first postings, whose commit may have succeeded, or has */
    LedgerUnavailableException(Throwable cause, List<Answer> possible) {
        super("the ledger's database can't be asked: " + cause.getMessage(), cause);
        this.possible = possible;
    }

    /** This, where the postings before those it is about have these answers. */
    LedgerUnavailableException after(List<Answer> before) {
        List<Answer> all = new ArrayList<>(before);
        all.addAll(possible);
        return new LedgerUnavailableException(this, all);
    }

    List<Answer> possible() {
        return possible;
    }
}
