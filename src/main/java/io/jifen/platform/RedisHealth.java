package io.jifen.platform;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether the cache is there. Without it balances are read from the database. */
@Readiness
@ApplicationScoped
class RedisHealth implements HealthCheck {

    private final Probe probe;

    RedisHealth(Redis redis) {
        probe = new Probe("redis", () -> redis.send(Request.cmd(Command.PING)).toCompletionStage());
    }

    @Override
    public HealthCheckResponse call() {
        return probe.state();
    }
}
