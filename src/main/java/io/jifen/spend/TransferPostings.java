package io.jifen.spend;

import io.jifen.ledger.Key;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Json;
import io.jifen.risk.Approvable;
import jakarta.inject.Singleton;

/** Makes the postings of transfers, asked for now or approved by somebody. */
@Singleton
class TransferPostings implements Approvable {

    static final String KIND = "TRANSFER";

    private final Json json;
    private final TransferConfig config;

    TransferPostings(Json json, TransferConfig config) {
        this.json = json;
        this.config = config;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean concerns(String userId, Asked asked) {
        return userId.equals(asked.userId())
                || userId.equals(
                        asked.request(json, TransferResource.Transfer.class).toUserId());
    }

    @Override
    public Posting posting(Asked asked) {
        TransferResource.Transfer body = asked.request(json, TransferResource.Transfer.class);
        return posting(body, asked.key(), asked.contentHash(), asked.requestedBy());
    }

    Posting posting(TransferResource.Transfer body, Key key, byte[] contentHash, String operator) {
        Operation.DailyLimit limit = new Operation.DailyLimit(config.dailyTimes(), config.dailyPoints());
        return Posting.of(
                        key,
                        contentHash,
                        new Target.User(body.fromUserId(), false),
                        new Operation.Transfer(body.toUserId(), body.points(), limit))
                .because(body.message())
                .by(operator)
                .startedByUser();
    }
}
