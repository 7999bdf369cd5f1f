package io.jifen.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.activity.Orders;
import io.jifen.activity.TaskDeed;
import io.jifen.ledger.Key;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import io.jifen.platform.Validation;
import io.jifen.rule.Deed;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an event must be, whichever way it comes in, and what it asks of the ledger. */
@Singleton
class Intake {

    /** Services, admins and Kafka share the global scope of keys. */
    private static final String SCOPE = "";

    private final Json json;
    private final Validation validation;
    private final Time time;
    private final EventConfig config;
    private final Orders orders;

    Intake(Json json, Validation validation, Time time, EventConfig config, Orders orders) {
        this.json = json;
        this.validation = validation;
        this.time = time;
        this.config = config;
        this.orders = orders;
    }

    /** Reads and checks an event that must bring its own key; else throws {@link ProblemException}. */
    Event read(byte[] bytes) {
        return check(json.parse(bytes, Event.class));
    }

    /** The event, if it could be applied; else throws {@link ProblemException}. */
    Event check(Event event) {
        IdempotencyKey.of(null, event.traceId());
        return checkContent(event);
    }

    /** The same of an event that needs no key, as it is not to be applied. */
    Event checkContent(Event event) {
        validation.check(event);
        if (event.isSpend() && event.points() == null) {
            throw new ProblemException(Problem.invalid("points", "is required where action is sub"));
        }
        if (event.occurredAt() != null && event.occurredAt().isAfter(time.now().plus(config.futureTolerance()))) {
            throw new ProblemException(Problem.invalid("occurredAt", "must not be in the future"));
        }
        return event;
    }

    /** What can be read of an event that is wrong elsewhere. */
    DeadLetter.Origin origin(byte @Nullable [] bytes) {
        try {
            JsonNode event = json.parse(bytes == null ? new byte[0] : bytes, JsonNode.class);
            return new DeadLetter.Origin(
                    valid(event, "traceId", text -> new DeadLetter.Origin(text, null)),
                    valid(event, "userId", text -> new DeadLetter.Origin(null, text)));
        } catch (RuntimeException e) { // a problem, or a mistake of ours: neither may stop the others
            return DeadLetter.Origin.UNKNOWN;
        }
    }

    private @Nullable String valid(JsonNode event, String field, Function<String, DeadLetter.Origin> origin) {
        String text = event.path(field).textValue();
        try {
            if (text != null) {
                validation.check(origin.apply(text));
            }
            return text;
        } catch (ProblemException e) {
            return null;
        }
    }

    static Key key(String traceId) {
        return new Key(SCOPE, traceId);
    }

    /** The posting of a checked event, under a key of the caller's choice. */
    Posting posting(Event event, Key key, byte[] contentHash) {
        if (event.isSpend()) {
            Operation spend = new Operation.Spend(Objects.requireNonNull(event.points()));
            return Posting.of(key, contentHash, new Target.User(event.userId(), false), spend)
                    .biz(event.bizType(), event.bizNo())
                    .because(event.reason())
                    .occurredAt(event.occurredAt())
                    .startedByUser()
                    .answering(null);
        }
        return earning(event, key, contentHash);
    }

    /** The posting of what a checked event earns, under a key of the caller's choice. */
    Posting earning(Event event, Key key, byte[] contentHash) {
        return orders.earn(new Target.User(event.userId(), true), deed(event), key, contentHash);
    }

    /** What the rules look at. */
    static Deed deed(Event event) {
        Deed deed = new Deed(
                        event.bizType(),
                        event.bizNo(),
                        event.amount(),
                        event.points(),
                        event.occurredAt(),
                        event.reason())
                .with(event.attributes() == null ? Map.of() : event.attributes());
        return TaskDeed.decided(deed);
    }
}
