package io.jifen.platform;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A script for one key, which Redis knows by name; to one that doesn't know it, or not any more, it is sent whole. */
public final class RedisScript {

    private final String text;
    private final String name;

    public RedisScript(String text) {
        this.text = text;
        this.name = sha1(text);
    }

    /**
     * Runs it.
     *
     * @param redis sends a request: a connection, or whoever has some
     */
    public Future<@Nullable Response> run(
            Function<Request, Future<@Nullable Response>> redis, String key, List<String> arguments) {
        return redis.apply(request(Command.EVALSHA, name, key, arguments)).recover(failure -> {
            if (failure instanceof ErrorType error && error.is("NOSCRIPT")) {
                return redis.apply(request(Command.EVAL, text, key, arguments));
            }
            return Future.failedFuture(failure);
        });
    }

    private static Request request(Command command, String script, String key, List<String> arguments) {
        Request request = Request.cmd(command).arg(script).arg(1).arg(key);
        arguments.forEach(request::arg);
        return request;
    }

    /** Redis' own choice of a name. */
    private static String sha1(String script) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(script.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
