package io.jifen.risk;

import io.jifen.ledger.Key;
import io.jifen.ledger.Requests;
import io.jifen.platform.Caller;
import io.jifen.platform.ClientAddress;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import io.jifen.risk.DayCounter.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request in that is about some kind of business, or refuses it: the caller's token must be good for that kind, and
 * the day's limits of the address, the device and the user must not be reached. To be asked in the request, before
 * anything is done for it; what is asked for again counts again.
 */
@Singleton
public class Admission {

    /** Counters outlive their day a little: the clocks of pods differ, and one is read before Redis is. */
    private static final Duration KEPT_LONGER = Duration.ofHours(1);

    private final Caller caller;
    private final ClientAddress client;
    private final DayCounters counters;
    private final Requests requests;
    private final Vertx vertx;
    private final LimitsConfig config;
    private final Time time;
    private final MeterRegistry metrics;

    Admission(
            Caller caller,
            ClientAddress client,
            DayCounters counters,
            Requests requests,
            Vertx vertx,
            LimitsConfig config,
            Time time,
            MeterRegistry metrics) {
        this.caller = caller;
        this.client = client;
        this.counters = counters;
        this.requests = requests;
        this.vertx = vertx;
        this.config = config;
        this.time = time;
        this.metrics = metrics;
    }

    /** Counters are there from the start: of one that comes with its first refusal nobody sees that it rose. */
    void start(@Observes StartupEvent event) {
        for (Kind kind : Kind.values()) {
            refused(kind);
        }
    }

    /** Of what is never repeated under a key; else as below. */
    public void admit(String bizType, String userId) {
        admit(bizType, userId, null);
    }

    /**
     * Blocks for as long as it takes to count.
     *
     * @param bizType the kind of business, {@code HOLD} or {@code TRANSFER} where its entries name none
     * @param key of the request: what was decided under it before is let in for its first answer, beyond limits as well
     * @throws ProblemException {@code forbidden}, {@code rate-limited}; where limits can't be counted and must be,
     *     {@code service-unavailable}
     */
    public void admit(String bizType, String userId, @Nullable Key key) {
        try {
            admitSoon(bizType, userId, key).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The same without blocking: done when it is let in, or failed with what {@link #admit} throws. */
    public CompletionStage<Void> admitSoon(String bizType, String userId, @Nullable Key key) {
        caller.requireBizType(bizType);
        Instant now = time.now();
        LocalDate day = LocalDate.ofInstant(now, time.zone());
        Duration left =
                Duration.between(now, day.plusDays(1).atStartOfDay(time.zone()).toInstant());
        Future<Void> admitted = Future.succeededFuture();
        for (DayCounter counter : of(bizType, userId, day)) {
            admitted = admitted.compose(before -> counters.count(counter, left.plus(KEPT_LONGER)))
                    .compose(count -> decide(counter, count, left, key));
        }
        return admitted.toCompletionStage();
    }

    private List<DayCounter> of(String bizType, String userId, LocalDate day) {
        List<DayCounter> all = new ArrayList<>();
        // A service's own address says nothing of the user it speaks for. Whoever has no token has an address only.
        if (!caller.isService() || client.isForwarded()) {
            long limit = config.ipOf().getOrDefault(bizType, config.ip());
            all.add(new DayCounter(Kind.IP, client.network(), bizType, day, limit));
        }
        client.device().ifPresent(device -> {
            long limit = config.deviceOf().getOrDefault(bizType, config.device());
            all.add(new DayCounter(Kind.DEVICE, device, bizType, day, limit));
        });
        long limit = config.userOf().getOrDefault(bizType, config.user());
        all.add(new DayCounter(Kind.USER, userId, bizType, day, limit));
        all.removeIf(counter -> counter.limit() <= 0);
        return all;
    }

    private Future<Void> decide(DayCounter counter, DayCounters.Count count, Duration left, @Nullable Key key) {
        Optional<Problem> objection = objection(counter, count, left, config.redisAway());
        if (objection.isEmpty()) {
            return Future.succeededFuture();
        }
        Future<Void> refused = Future.failedFuture(new ProblemException(objection.get()));
        if (count != DayCounters.Count.AT_LIMIT) {
            return refused;
        }
        return isRepeat(key).compose(repeat -> {
            if (repeat) {
                return Future.succeededFuture();
            }
            refused(counter.kind()).increment();
            return refused;
        });
    }

    /** Asks the database, on a thread that may wait for it. */
    private Future<Boolean> isRepeat(@Nullable Key key) {
        return key == null
                ? Future.succeededFuture(false)
                : vertx.executeBlocking(() -> requests.find(key).isPresent(), false);
    }

    /** What a counter has against a request. */
    static Optional<Problem> objection(
            DayCounter counter, DayCounters.Count count, Duration left, LimitsConfig.WhenAway redisAway) {
        return switch (count) {
            case COUNTED -> Optional.empty();
            case AT_LIMIT ->
                Optional.of(Problem.of(
                                ProblemCode.RATE_LIMITED,
                                "No more of this kind of business today, from this " + counter.kind().text + ".")
                        .with("limit", counter.limit())
                        .with(Problem.RETRY_AFTER, left.toSeconds() + 1));
            case UNKNOWN ->
                redisAway == LimitsConfig.WhenAway.OPEN
                        ? Optional.empty()
                        : Optional.of(Problem.of(
                                ProblemCode.SERVICE_UNAVAILABLE,
                                "The limits of the day can't be checked right now. Repeat the request later."));
        };
    }

    private Counter refused(Kind kind) {
        return metrics.counter("jifen.limits.refused", "kind", kind.text);
    }
}
