package io.jifen.spend;

import io.jifen.ledger.Key;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Json;
import io.jifen.risk.Approvable;
import jakarta.inject.Singleton;

/** Makes the postings of deductions, asked for now or approved by somebody. */
@Singleton
class DeductionPostings implements Approvable {

    static final String KIND = "DEDUCTION";

    private final Json json;

    DeductionPostings(Json json) {
        this.json = json;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Posting posting(Asked asked) {
        DeductionResource.Deduction body = asked.request(json, DeductionResource.Deduction.class);
        return posting(body, asked.key(), asked.contentHash(), asked.requestedBy());
    }

    static Posting posting(DeductionResource.Deduction body, Key key, byte[] contentHash, String operator) {
        return Posting.of(key, contentHash, new Target.User(body.userId(), false), new Operation.Spend(body.points()))
                .biz(body.bizType(), body.bizNo())
                .because(body.reason())
                .by(operator)
                .startedByUser();
    }
}
