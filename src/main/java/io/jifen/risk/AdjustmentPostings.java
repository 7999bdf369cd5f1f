package io.jifen.risk;

import io.jifen.ledger.Key;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.ledger.Validity;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Makes the postings of corrections, asked for by one person or approved by another. */
@Singleton
class AdjustmentPostings implements Approvable {

    static final String KIND = "ADJUSTMENT";

    private final Time time;
    private final Validity validity;

    AdjustmentPostings(Time time, AdjustmentConfig config) {
        this.time = time;
        this.validity = new Validity(config.validDays(), true);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Posting posting(Asked asked) {
        return adjustment(
                asked.key(), asked.contentHash(), asked.userId(), asked.points(), asked.reason(), asked.requestedBy());
    }

    Posting adjustment(
            Key key, byte[] contentHash, String userId, long points, @Nullable String reason, String operator) {
        return Posting.of(
                        key,
                        contentHash,
                        new Target.User(userId, false),
                        new Operation.Adjust(points, validity.lastDay(time.today())))
                .because(reason)
                .by(operator);
    }
}
