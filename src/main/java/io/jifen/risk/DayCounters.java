package io.jifen.risk;

import io.jifen.platform.RedisGuard;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Redis;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Counts in Redis. One key in a command, so that it may be a cluster. */
@Singleton
class DayCounters {

    /** What a count said. */
    enum Count {
        COUNTED,
        AT_LIMIT,
        /** Redis didn't answer. */
        UNKNOWN
    }

    private final Redis redis;
    private final RedisGuard guard;
    /** Who counts comes from all kinds of threads; the commands run here. */
    private final Context context;

    private final long timeoutMs;
    private final Counter unknown;

    DayCounters(Redis redis, RedisGuard guard, Vertx vertx, LimitsConfig config, MeterRegistry metrics) {
        this.redis = redis;
        this.guard = guard;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.timeoutMs = config.timeout().toMillis();
        this.unknown = Counter.builder("jifen.limits.unchecked")
                .description("Requests whose daily limits could not be checked, as Redis did not answer")
                .register(metrics);
    }

    /** Counts one. Never fails. */
    Future<Count> count(DayCounter counter, Duration keep) {
        if (!guard.permits()) {
            return Future.succeededFuture(uncounted());
        }
        Promise<Count> counted = Promise.promise();
        List<String> arguments = List.of(Long.toString(counter.limit()), Long.toString(keep.toMillis()));
        context.runOnContext(run -> DayCounter.COUNT
                .run(redis::send, counter.key(), arguments)
                .timeout(timeoutMs, TimeUnit.MILLISECONDS)
                .onSuccess(answer -> {
                    guard.succeeded();
                    counted.complete("1".equals(String.valueOf(answer)) ? Count.COUNTED : Count.AT_LIMIT);
                })
                .onFailure(failure -> {
                    guard.failed(failure);
                    counted.complete(uncounted());
                }));
        return counted.future();
    }

    private Count uncounted() {
        unknown.increment();
        return Count.UNKNOWN;
    }
}
