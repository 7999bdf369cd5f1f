package io.jifen.event;

import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Posting;
import io.jifen.platform.Json;
import io.jifen.risk.Approvable;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;

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
        Event event = json.parse(asked.request().getBytes(StandardCharsets.UTF_8), Event.class);
        byte[] contentHash = ContentHash.of(KIND).with("key", asked.key()).bytes();
        return intake.earning(event, asked.key(), contentHash)
                .by(asked.requestedBy())
                .answering(result -> result);
    }
}
