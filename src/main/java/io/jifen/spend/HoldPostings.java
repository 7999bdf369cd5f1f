package io.jifen.spend;

import io.jifen.ledger.HoldView;
import io.jifen.ledger.Key;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Json;
import io.jifen.platform.Time;
import io.jifen.risk.Approvable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/** Makes the postings of holds, asked for now or approved by somebody: then their time runs from that moment on. */
@Singleton
class HoldPostings implements Approvable {

    static final String KIND = "HOLD";

    private final Json json;
    private final Time time;
    private final HoldConfig config;

    HoldPostings(Json json, Time time, HoldConfig config) {
        this.json = json;
        this.time = time;
        this.config = config;
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** What an approval shows is the result of a posting, whatever it was about. */
    @Override
    public Posting posting(Asked asked) {
        HoldResource.HoldRequest body = asked.request(json, HoldResource.HoldRequest.class);
        return posting(body, asked.key(), asked.contentHash(), asked.requestedBy())
                .answering(result -> result);
    }

    Posting posting(HoldResource.HoldRequest body, Key key, byte[] contentHash, String operator) {
        Duration life =
                body.expiresInSeconds() == null ? config.expiresIn() : Duration.ofSeconds(body.expiresInSeconds());
        Instant expiresAt = time.now().plus(life);
        return Posting.of(
                        key,
                        contentHash,
                        new Target.User(body.userId(), false),
                        new Operation.Hold(body.points(), expiresAt, body.orderAmount()))
                .biz(null, body.bizNo())
                .by(operator)
                .startedByUser()
                .answering(result -> HoldView.opened(result, expiresAt));
    }
}
