package io.jifen.balance;

import io.jifen.platform.Json;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Brings every change of a balance to Redis, in whichever pod it was posted. While Redis is away it waits: otherwise a
 * Redis that was only cut off would go on telling what it knew before.
 */
@ApplicationScoped
class BalanceConsumer {

    private final BalanceRedis redis;
    private final Json json;
    private final Time time;
    private final Duration ttl;
    private final Duration pause;
    private volatile boolean stopping;

    BalanceConsumer(BalanceRedis redis, Json json, Time time, BalanceConfig config) {
        this.redis = redis;
        this.json = json;
        this.time = time;
        this.ttl = config.ttl();
        this.pause = config.pause();
    }

    void stopping(@Observes ShutdownEvent event) {
        stopping = true;
    }

    @Incoming("balances")
    @Blocking
    void apply(List<byte[]> messages) throws InterruptedException {
        List<BalanceRedis.Change> changes = List.copyOf(changes(messages, time.now()));
        while (!write(changes)) {
            if (stopping) {
                throw new IllegalStateException("stopped while Redis was away; the batch comes again");
            }
            Thread.sleep(pause);
        }
    }

    private boolean write(List<BalanceRedis.Change> changes) {
        try {
            redis.write(changes).toCompletionStage().toCompletableFuture().join();
            return true;
        } catch (CompletionException e) { // counted and said by the guard
            return false;
        }
    }

    /** The newest of each account. */
    private Collection<BalanceRedis.Change> changes(List<byte[]> messages, Instant now) {
        // Of an older one that is not in Redis, something newer may have been there, and gone.
        Instant bornBefore = now.minus(ttl);
        Map<String, BalanceRedis.Change> newest = new HashMap<>();
        for (byte[] message : messages) {
            read(message).filter(BalanceMessage::isLast).ifPresent(data -> {
                Optional<KnownBalance> balance = data.balance(time.zone());
                balance.ifPresent(value -> newest.merge(
                        value.userId(),
                        new BalanceRedis.Change(value, data.isYoungerThan(bornBefore)),
                        BalanceConsumer::newer));
            });
        }
        return newest.values();
    }

    private static BalanceRedis.Change newer(BalanceRedis.Change one, BalanceRedis.Change other) {
        return other.balance().isNewerThan(one.balance()) ? other : one;
    }

    private Optional<BalanceMessage> read(byte[] message) {
        try {
            return Optional.of(json.parse(message, BalanceMessage.class));
        } catch (ProblemException e) {
            Log.warnf("Skipped a message of points.balance-changed that is not ours: %s", e.getMessage());
            return Optional.empty();
        }
    }
}
