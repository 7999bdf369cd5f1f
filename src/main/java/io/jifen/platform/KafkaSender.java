package io.jifen.platform;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Sends messages to the broker and says when it has them. */
@ApplicationScoped
public class KafkaSender {

    /**
     * Hands a message over without blocking. Messages of one key, sent by one thread, keep their order.
     *
     * @return done when all in-sync replicas have it; failed with a {@link BrokerUnavailableException}, within 3 s, when
     *     that is not known
     */
    public CompletionStage<Void> send(String topic, String key, byte[] value, Map<String, String> headers) {
        return CompletableFuture.failedFuture(new BrokerUnavailableException("being written"));
    }
}
