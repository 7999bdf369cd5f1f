package io.jifen.balance;

import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Finds balances: in Redis, else in the database, where many readers of one account share one question. */
@Singleton
class BalanceReader {

    private final BalanceRedis redis;
    private final BalanceSql database;
    private final Time time;
    private final Vertx vertx;
    private final long readTimeoutMs;
    private final ThreadPoolExecutor loaders;
    private final ConcurrentMap<String, Load> loads = new ConcurrentHashMap<>();
    private final Counter hits;
    private final Counter loaded;

    BalanceReader(
            BalanceRedis redis,
            BalanceSql database,
            Time time,
            Vertx vertx,
            BalanceConfig config,
            MeterRegistry metrics) {
        this.redis = redis;
        this.database = database;
        this.time = time;
        this.vertx = vertx;
        this.readTimeoutMs = config.readTimeout().toMillis();
        this.loaders = new ThreadPoolExecutor(
                config.loaders(),
                config.loaders(),
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(config.loadsWaiting()),
                Thread.ofVirtual().name("jifen-balance-loader-", 0).factory());
        this.hits = Counter.builder("jifen.balance.hits")
                .description("Balances that Redis had right")
                .register(metrics);
        this.loaded = Counter.builder("jifen.balance.loads")
                .description("Balances read from the database since Redis did not have them")
                .register(metrics);
    }

    /** The user's balance; empty if there is no such account. */
    Future<Optional<KnownBalance>> find(String userId) {
        long askedNanos = System.nanoTime();
        return redis.find(userId).compose(known -> holds(known) ? hit(known) : load(userId, askedNanos));
    }

    private Future<Optional<KnownBalance>> hit(Optional<KnownBalance> known) {
        hits.increment();
        return Future.succeededFuture(known);
    }

    private boolean holds(Optional<KnownBalance> known) {
        return known.isPresent() && known.get().holdsAt(time.now());
    }

    /** One reading of an account from the database, for all who need it. */
    private static final class Load {
        private final Promise<Optional<KnownBalance>> found = Promise.promise();
        private volatile long readNanos;
        /** It has been in Redis since, or Redis is too slow for that: nobody new should join. */
        private volatile boolean over;

        /** Also after it is over: what was read after a reader had asked is as good as read by that reader. */
        boolean serves(long askedNanos) {
            return !over || readNanos - askedNanos >= 0;
        }
    }

    private Future<Optional<KnownBalance>> load(String userId, long askedNanos) {
        Load mine = new Load();
        Load there = loads.compute(userId, (_, load) -> load != null && load.serves(askedNanos) ? load : mine);
        if (there == mine) {
            // Redis once more: another load may have ended after this reader had asked it.
            redis.find(userId).onSuccess(known -> {
                if (holds(known)) {
                    loads.remove(userId, mine);
                    mine.found.complete(known);
                } else {
                    loadLater(userId, mine);
                }
            });
        }
        return there.found.future();
    }

    private void loadLater(String userId, Load load) {
        try {
            loaders.execute(() -> loadNow(userId, load));
        } catch (RejectedExecutionException e) {
            loads.remove(userId, load);
            load.found.fail(new ProblemException(
                    ProblemCode.OVERLOADED, "Too many balances are being read from the database. Try again."));
        }
    }

    private void loadNow(String userId, Load load) {
        try {
            load.readNanos = System.nanoTime();
            Optional<KnownBalance> found = database.find(userId);
            loaded.increment();
            redis.write(found.map(balance -> new BalanceRedis.Change(balance, true)).stream()
                            .toList())
                    .timeout(readTimeoutMs, TimeUnit.MILLISECONDS)
                    .onComplete(written -> end(userId, load));
            load.found.complete(found);
        } catch (SQLException | RuntimeException | Error e) {
            loads.remove(userId, load);
            load.found.fail(e);
        }
    }

    /** Kept a little longer for those who asked before it and still wait for Redis. */
    private void end(String userId, Load load) {
        load.over = true;
        vertx.setTimer(readTimeoutMs, timer -> loads.remove(userId, load));
    }

    @PreDestroy
    void close() {
        loaders.shutdown();
    }
}
