package io.jifen.balance;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Posted;
import io.jifen.platform.Time;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings balances of this pod's postings to Redis, as far as Redis keeps up: a poster leaves them here and goes on. What
 * is dropped, or fails, comes by the consumer.
 */
@Singleton
class BalanceCache {

    private final BalanceRedis redis;
    private final Time time;
    private final int chunk;
    private final BlockingQueue<BalanceRedis.Change> queue;
    private final AtomicBoolean writing = new AtomicBoolean();
    private final Counter dropped;

    BalanceCache(BalanceRedis redis, Time time, BalanceConfig config, MeterRegistry metrics) {
        this.redis = redis;
        this.time = time;
        this.chunk = config.chunk();
        this.queue = new ArrayBlockingQueue<>(config.queue());
        this.dropped = Counter.builder("jifen.balance.dropped")
                .description("Balances not written to Redis right after their posting; the consumer brings them later")
                .register(metrics);
    }

    void posted(@Observes Posted posted) {
        for (AccountView account : posted.accounts()) {
            KnownBalance balance = new KnownBalance(
                    account.userId(),
                    account.available(),
                    account.frozen(),
                    account.version(),
                    account.level(),
                    KnownBalance.expiry(account.nextExpiresOn(), time.zone()));
            if (!queue.offer(new BalanceRedis.Change(balance, true))) {
                dropped.increment();
            }
        }
        write();
    }

    /** One chunk after the other; who comes meanwhile only leaves something in the queue. */
    private void write() {
        if (!queue.isEmpty() && writing.compareAndSet(false, true)) {
            List<BalanceRedis.Change> changes = new ArrayList<>(chunk);
            queue.drainTo(changes, chunk);
            redis.write(changes)
                    .onFailure(failure -> dropped.increment(changes.size()))
                    .onComplete(done -> {
                        writing.set(false);
                        write();
                    });
        }
    }
}
