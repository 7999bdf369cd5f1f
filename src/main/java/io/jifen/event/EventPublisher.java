package io.jifen.event;

import io.jifen.platform.BrokerUnavailableException;
import io.jifen.platform.Json;
import io.jifen.platform.KafkaSender;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Puts events on the topic, keyed by user so that one user's events stay in order. */
@Singleton
class EventPublisher {

    static final String TOPIC = "points.events";

    /** Of an event that a person has sent: the {@code sub} of their token. */
    static final String OPERATOR = "jifen-operator";

    /** Of a message that comes again on behalf of an admin: the id of its dead letter. */
    static final String REPLAY = "jifen-replay";

    private final KafkaSender sender;
    private final Json json;

    EventPublisher(KafkaSender sender, Json json) {
        this.sender = sender;
        this.json = json;
    }

    /**
     * Hands a checked event over without blocking.
     *
     * @return done when the broker has it; failed with {@code broker-unavailable}, within 3 s, when that is not known
     */
    CompletionStage<Void> publish(Event event) {
        return publish(event, Map.of());
    }

    /** The same of an event that this person has sent. */
    CompletionStage<Void> publish(Event event, String operator) {
        return publish(event, Map.of(OPERATOR, operator));
    }

    private CompletionStage<Void> publish(Event event, Map<String, String> headers) {
        return sender.send(TOPIC, event.userId(), json.bytes(event), headers).exceptionally(failure -> {
            throw problem(failure);
        });
    }

    private static RuntimeException problem(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof BrokerUnavailableException
                ? new ProblemException(
                        ProblemCode.BROKER_UNAVAILABLE,
                        "The event is not confirmed. Send it again with the same idempotency key.")
                : new CompletionException(cause);
    }
}
