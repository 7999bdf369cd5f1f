package io.jifen.event;

import static io.jifen.services.AppProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.services.AppProcess;
import io.jifen.services.Tokens;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** {@code kill -9} of the packaged application: what was accepted is applied once, whatever died in between. */
class CrashIT {

    private static final int ROUNDS = Integer.getInteger("jifen.proof.rounds", 3);
    private static final int BATCHES = 20;
    private static final int EVENTS_A_BATCH = 100;

    private final String run = UUID.randomUUID().toString().substring(0, 8);

    @Test
    void a_kill_between_accept_and_apply_loses_and_doubles_nothing() {
        // Given
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (AppProcess app = AppProcess.start(Map.of())) {
                accepted += publish(app, round);
                // When: some are applied by now and, mostly, some are not; how far it came does not matter
                awaitApplied(app, key(round, ThreadLocalRandom.current().nextInt(BATCHES), 0));
                app.kill();
            }
        }

        // Then
        try (AppProcess app = AppProcess.start(Map.of())) {
            long expected = accepted * 2L + 100L * users();
            Awaitility.await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(totalOfUsers(app))
                    .isEqualTo(expected));
            JsonNode books = json(app.get("/api/v1/trial-balance", Tokens.admin()));
            assertThat(books.get("violations")).as(books.toString()).isEmpty();
            assertThat(books.get("balanced").asBoolean()).isTrue();

            // And once more, all of them: nothing changes
            for (int round = 0; round < ROUNDS; round++) {
                publish(app, round);
            }
            // A marker behind them in every user's partition tells when they have been seen.
            for (int i = 0; i < users(); i++) {
                app.post("/api/v1/events", Tokens.service(), event(user(i), marker(i)));
            }
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> IntStream.range(0, users())
                    .allMatch(i -> app.get("/api/v1/requests/" + marker(i), Tokens.service())
                            .body()
                            .contains("POSTED")));
            assertThat(totalOfUsers(app)).isEqualTo(expected + 2L * users());
        }
    }

    private String marker(int i) {
        return "marker-" + run + "-" + i;
    }

    private String key(int round, int batch, int i) {
        return "%s-%d-%d-%d".formatted(run, round, batch, i);
    }

    private int publish(AppProcess app, int round) {
        int accepted = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            int number = batch;
            String events = IntStream.range(0, EVENTS_A_BATCH)
                    .mapToObj(i -> event(user(i), key(round, number, i)))
                    .collect(Collectors.joining(","));
            HttpResponse<String> answer = send(app, "{\"events\":[" + events + "]}");
            accepted += json(answer).get("accepted").asInt();
        }
        return accepted;
    }

    /** As a good sender does: what the broker did not confirm is sent again. */
    private static HttpResponse<String> send(AppProcess app, String batch) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> app.post("/api/v1/events/batch", Tokens.service(), batch),
                        answer -> answer.statusCode() == 202);
    }

    private static void awaitApplied(AppProcess app, String traceId) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> app.get("/api/v1/requests/" + traceId, Tokens.service())
                        .body()
                        .contains("POSTED"));
    }

    private long totalOfUsers(AppProcess app) {
        long total = 0;
        for (int i = 0; i < users(); i++) {
            HttpResponse<String> answer = app.get("/api/v1/accounts/" + user(i), Tokens.service());
            total += answer.statusCode() == 404
                    ? 0
                    : json(answer).get("available").asLong();
        }
        return total;
    }

    private static int users() {
        return 10;
    }

    private String user(int i) {
        return "crash-" + run + "-" + i % users();
    }

    private static String event(String user, String traceId) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"%s","amount":2}""".formatted(traceId, user, traceId);
    }
}
