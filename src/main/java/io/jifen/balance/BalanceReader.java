package io.jifen.balance;

import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
    private final ThreadPoolExecutor loaders;
    private final ConcurrentMap<String, Promise<Optional<KnownBalance>>> loads = new ConcurrentHashMap<>();
    private final Counter loaded;

    BalanceReader(BalanceRedis redis, BalanceSql database, Time time, BalanceConfig config, MeterRegistry metrics) {
        this.redis = redis;
        this.database = database;
        this.time = time;
        this.loaders = new ThreadPoolExecutor(
                config.loaders(),
                config.loaders(),
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(config.loadsWaiting()),
                Thread.ofVirtual().name("jifen-balance-loader-", 0).factory());
        this.loaded = Counter.builder("jifen.balance.loads")
                .description("Balances read from the database since Redis did not have them")
                .register(metrics);
    }

    /** The user's balance; empty if there is no such account. */
    Future<Optional<KnownBalance>> find(String userId) {
        return redis.find(userId).compose(known -> holds(known) ? Future.succeededFuture(known) : load(userId));
    }

    private boolean holds(Optional<KnownBalance> known) {
        return known.isPresent() && known.get().holdsAt(time.now());
    }

    /** Joins whoever is loading this account, or loads it. */
    private Future<Optional<KnownBalance>> load(String userId) {
        Promise<Optional<KnownBalance>> mine = Promise.promise();
        Promise<Optional<KnownBalance>> running = loads.putIfAbsent(userId, mine);
        if (running != null) {
            return running.future();
        }
        // Redis once more: the load before this one may have ended after this reader had asked it.
        redis.find(userId).onSuccess(known -> {
            if (holds(known)) {
                loads.remove(userId, mine);
                mine.complete(known);
            } else {
                loadLater(userId, mine);
            }
        });
        return mine.future();
    }

    private void loadLater(String userId, Promise<Optional<KnownBalance>> mine) {
        try {
            loaders.execute(() -> loadNow(userId, mine));
        } catch (RejectedExecutionException e) {
            loads.remove(userId, mine);
            mine.fail(new ProblemException(
                    ProblemCode.OVERLOADED, "Too many balances are being read from the database. Try again."));
        }
    }

    private void loadNow(String userId, Promise<Optional<KnownBalance>> mine) {
        Optional<KnownBalance> found;
        try {
            found = database.find(userId);
        } catch (SQLException | RuntimeException | Error e) {
            loads.remove(userId, mine);
            mine.fail(e);
            return;
        }
        loaded.increment();
        // Whoever comes until Redis has it joins this load.
        redis.write(found.map(balance -> new BalanceRedis.Change(balance, true)).stream().toList())
                .onComplete(written -> loads.remove(userId, mine));
        mine.complete(found);
    }

    @PreDestroy
    void close() {
        loaders.shutdown();
    }
}
