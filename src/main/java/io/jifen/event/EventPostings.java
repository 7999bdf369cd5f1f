package io.jifen.event;

import io.jifen.ledger.Key;
import io.jifen.ledger.Posting;
import io.jifen.platform.Json;
import io.jifen.risk.Approvable;
import io.jifen.risk.Risk;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Makes the postings of events, as they come or when somebody has approved them. */
@Singleton
class EventPostings implements Approvable {

    static final String KIND = "EVENT";

    /** Rules are seldom more generous than this; of one that is, the facts are read in a second try. */
    private static final BigDecimal POINTS_OF_A_YUAN = BigDecimal.TEN;

    private final Intake intake;
    private final Risk risk;
    private final Json json;

    EventPostings(Intake intake, Risk risk, Json json) {
        this.intake = intake;
        this.risk = risk;
        this.json = json;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Posting posting(Asked asked) {
        Event event = asked.request(json, Event.class);
        return intake.posting(event, asked.key(), asked.contentHash())
                .by(asked.requestedBy())
                .answering(result -> result);
    }

    /**
     * The posting of a checked event, watched over.
     *
     * @param operator the person who has sent it; null: a service
     */
    Posting posting(Event event, Key key, @Nullable String operator) {
        Posting posting = intake.posting(event, key, event.contentHash()).by(operator);
        return risk.watchEvent(posting, KIND, event, mayBring(event));
    }

    /** How many points the event may bring in, as far as that can be told before the rules are asked. */
    static long mayBring(Event event) {
        if (event.isSpend()) {
            return 0;
        }
        if (event.points() != null) {
            return event.points();
        }
        return event.amount() == null
                ? 0
                : event.amount()
                        .multiply(POINTS_OF_A_YUAN)
                        .setScale(0, RoundingMode.UP)
                        .longValueExact();
    }
}
