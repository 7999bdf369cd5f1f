package io.jifen.event;

import io.jifen.ledger.Posting;
import io.jifen.platform.Json;
import io.jifen.risk.Approvable;
import jakarta.inject.Singleton;

/** Makes the posting of a grant that one person has asked for and another has approved. */
@Singleton
class GrantPostings implements Approvable {

    static final String KIND = "GRANT";

    private final Intake intake;
    private final Json json;

    GrantPostings(Intake intake, Json json) {
        this.intake = intake;
        this.json = json;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Posting posting(Asked asked) {
        Event event = asked.request(json, Event.class);
        return intake.earning(event, asked.key(), asked.contentHash())
                .by(asked.requestedBy())
                .answering(result -> result);
    }
}
