package io.jifen.ledger;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The room's door: makes postings so. */
@ApplicationScoped
public class Ledger {

    /** Posts a batch in one transaction; the answers are in the postings' order. Blocks. */
    public List<Answer> post(List<Posting> postings) {
        throw new IllegalStateException("being written");
    }

    /** Posts one together with whatever else arrives at this time; blocks until it is committed. */
    public Answer post(Posting posting) {
        return post(List.of(posting)).getFirst();
    }
}
