package io.jifen.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.jifen.services.AppProcess;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod starts with the database alone, broker and cache come when they come; but not without knowing whose tokens count. */
class StartIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String user = "u-" + UUID.randomUUID();
    private final String traceId = "t-" + UUID.randomUUID();

    @Test
    void names_that_nobody_knows_do_not_keep_a_pod_from_starting(@TempDir Path folder) throws Exception {
        // Given: "broker.test" is in no list of names
        Path names = folder.resolve("names");
        Files.writeString(names, "127.0.0.1 localhost\n");
        String port = TestServices.kafka().substring(TestServices.kafka().lastIndexOf(':'));

        // When
        try (AppProcess app = AppProcess.start(Map.of(
                "jdk.net.hosts.file",
                names.toString(),
                "kafka.bootstrap.servers",
                "broker.test" + port,
                "quarkus.redis.hosts",
                "redis://redis.invalid:6379"))) {

            // Then
            servesAccounts(app);
            assertThat(app.get("/q/health/live", Tokens.service()).statusCode()).isEqualTo(200);
            assertThat(send(app)).isEqualTo(503);

            // And once the name is known, what is sent is applied
            Files.writeString(names, "127.0.0.1 localhost\n127.0.0.1 broker.test\n");
            await().atMost(PATIENCE).until(() -> send(app) == 202);
            awaitPosted(app);
        }
    }

    @Test
    void a_broker_and_a_cache_that_are_down_are_used_once_they_are_there() {
        // Given
        try (var broker = TestServices.kafkaService().away();
                var cache = TestServices.redisService().away();
                AppProcess app = AppProcess.start(Map.of())) {
            servesAccounts(app);
            assertThat(send(app)).isEqualTo(503);

            // When
            TestServices.kafkaService().start();
            TestServices.redisService().start();

            // Then
            await().atMost(PATIENCE).until(() -> send(app) == 202);
            awaitPosted(app);
        }
    }

    @Test
    void a_pod_that_is_not_told_whose_tokens_count_does_not_start() {
        assertThatIllegalStateException().isThrownBy(() -> AppProcess.start(Map.of("mp.jwt.verify.issuer", "")));
    }

    private void servesAccounts(AppProcess app) {
        assertThat(app.post("/api/v1/accounts", Tokens.service(), "{\"userId\":\"%s\"}".formatted(user))
                        .statusCode())
                .isEqualTo(201);
        assertThat(app.get("/api/v1/accounts/" + user + "/balance", Tokens.service())
                        .body())
                .contains("\"available\":100");
    }

    private int send(AppProcess app) {
        return app.post("/api/v1/events", Tokens.service(), """
                        {"traceId":"%s","userId":"%s","bizType":"ORDER","amount":5}""".formatted(traceId, user))
                .statusCode();
    }

    private void awaitPosted(AppProcess app) {
        await().atMost(PATIENCE).until(() -> app.get("/api/v1/requests/" + traceId, Tokens.service())
                .body()
                .contains("POSTED"));
        assertThat(app.get("/api/v1/accounts/" + user, Tokens.service()).body()).contains("\"available\":105");
    }
}
