package io.jifen.ledger;

import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import jakarta.enterprise.inject.Vetoed;

/** Has no time for anybody. */
@Vetoed
public class OverloadedLedger extends Ledger {

    public OverloadedLedger() {
        super(null, null);
    }

    @Override
    public Answer post(Posting posting) {
        throw new ProblemException(ProblemCode.OVERLOADED, "Too much to do.");
    }
}
