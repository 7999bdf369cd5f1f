package io.jifen.balance;

import io.jifen.platform.RedisGuard;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Balances in Redis. Key by key, never many keys in one command, so that it may be a cluster. */
@Singleton
class BalanceRedis {

    /** A balance to write; {@code mayCreate}: also where there is none. */
    record Change(KnownBalance balance, boolean mayCreate) {}

    private final Redis redis;
    private final RedisGuard guard;
    /** Writers come from all kinds of threads; their pipelines run here. */
    private final Context writing;

    private final long readTimeoutMs;
    private final long writeTimeoutMs;
    private final String ttlMs;

    BalanceRedis(Redis redis, RedisGuard guard, Vertx vertx, BalanceConfig config) {
        this.redis = redis;
        this.guard = guard;
        this.writing = ((VertxInternal) vertx).createEventLoopContext();
        this.readTimeoutMs = config.readTimeout().toMillis();
        this.writeTimeoutMs = config.writeTimeout().toMillis();
        this.ttlMs = Long.toString(config.ttl().toMillis());
    }

    /** What Redis knows; empty if nothing, nothing readable, or if it isn't there in time. Never fails. */
    Future<Optional<KnownBalance>> find(String userId) {
        if (!guard.permits()) {
            return Future.succeededFuture(Optional.empty());
        }
        Request request = Request.cmd(Command.HMGET).arg(BalanceHash.key(userId));
        BalanceHash.FIELDS.forEach(request::arg);
        return redis.send(request).timeout(readTimeoutMs, TimeUnit.MILLISECONDS).transform(read -> {
            if (read.succeeded()) {
                guard.succeeded();
                return Future.succeededFuture(BalanceHash.read(userId, texts(read.result())));
            }
            if (read.cause() instanceof ErrorType error && error.is("WRONGTYPE")) {
                guard.succeeded(); // it works, only somebody put something else there
            } else {
                guard.failed(read.cause());
            }
            return Future.succeededFuture(Optional.empty());
        });
    }

    /** Writes what is newer than what is there, all in one round trip; fails if Redis didn't take all of it. */
    Future<Void> write(List<Change> changes) {
        if (changes.isEmpty()) {
            return Future.succeededFuture();
        }
        if (!guard.permits()) {
            return Future.failedFuture("Redis is left alone after failures");
        }
        Promise<Void> written = Promise.promise();
        writing.runOnContext(run -> redis.connect()
                .compose(connection -> write(connection, changes).onComplete(done -> connection.close()))
                .timeout(writeTimeoutMs, TimeUnit.MILLISECONDS)
                .onSuccess(done -> guard.succeeded())
                .onFailure(guard::failed)
                .onComplete(written));
        return written.future();
    }

    private Future<Void> write(RedisConnection connection, List<Change> changes) {
        List<Future<@Nullable Response>> replies = new ArrayList<>(changes.size());
        for (Change change : changes) {
            String key = BalanceHash.key(change.balance().userId());
            replies.add(BalanceHash.WRITE.run(connection::send, key, arguments(change)));
        }
        return Future.all(replies).mapEmpty();
    }

    private List<String> arguments(Change change) {
        List<String> arguments = new ArrayList<>(BalanceHash.values(change.balance()));
        arguments.add(ttlMs);
        arguments.add(change.mayCreate() ? "1" : "0");
        return arguments;
    }

    private static List<@Nullable String> texts(Response values) {
        List<@Nullable String> texts = new ArrayList<>(values.size());
        for (Response value : values) {
            texts.add(value == null ? null : value.toString());
        }
        return texts;
    }
}
