package io.jifen.balance;

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
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Balances in Redis. Key by key, never many keys in one command, so that it may be a cluster. */
@Singleton
class BalanceRedis {

    /** A balance to write; {@code mayCreate}: also where there is none. */
    record Change(KnownBalance balance, boolean mayCreate) {}

    private static final String SCRIPT_ID = sha1(BalanceHash.WRITE);

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
        List<Future<Response>> replies = new ArrayList<>(changes.size());
        for (Change change : changes) {
            replies.add(
                    connection.send(request(Command.EVALSHA, SCRIPT_ID, change)).recover(failure -> {
                        if (failure instanceof ErrorType error && error.is("NOSCRIPT")) {
                            return connection.send(request(Command.EVAL, BalanceHash.WRITE, change));
                        }
                        return Future.failedFuture(failure);
                    }));
        }
        return Future.all(replies).mapEmpty();
    }

    private Request request(Command command, String script, Change change) {
        Request request = Request.cmd(command)
                .arg(script)
                .arg(1)
                .arg(BalanceHash.key(change.balance().userId()));
        BalanceHash.values(change.balance()).forEach(request::arg);
        return request.arg(ttlMs).arg(change.mayCreate() ? 1 : 0);
    }

    private static List<@Nullable String> texts(Response values) {
        List<@Nullable String> texts = new ArrayList<>(values.size());
        for (Response value : values) {
            texts.add(value == null ? null : value.toString());
        }
        return texts;
    }

    /** The name by which Redis knows a script it has seen. */
    private static String sha1(String script) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(script.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
