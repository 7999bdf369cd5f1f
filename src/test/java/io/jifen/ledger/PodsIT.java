package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.services.AppProcess;
import io.jifen.services.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two pods on one database and broker are as right as one, also while consumers come and go. */
class PodsIT {

    private static final int EVENTS = 1000;
    private static final int BATCH = 500;

    private final String run = UUID.randomUUID().toString().substring(0, 8);

    @Test
    void two_pods_and_a_rebalance_under_load_apply_everything_once() throws Exception {
        List<AppProcess> pods = new CopyOnWriteArrayList<>();
        pods.add(AppProcess.start(Map.of()));
        pods.add(AppProcess.start(Map.of()));
        try (LoadOnPods load = new LoadOnPods(() -> anyOf(List.copyOf(pods)))) {
            // Given: callers on both pods, on the same accounts, and events for these accounts beside them
            load.openAccounts(pods.getFirst());
            load.start();
            publish(pods.get(0), load, 0);

            // When: one pod goes without a word, and a third comes
            pods.remove(1).kill();
            publish(pods.get(0), load, 1);
            pods.add(AppProcess.start(Map.of()));
            publish(pods.get(1), load, 2);
            LoadOnPods.forAWhile();
            load.stop();

            // Then
            AppProcess app = pods.getFirst();
            long expected = load.settle(app) + 3L * EVENTS;
            Awaitility.await().atMost(Duration.ofMinutes(3)).untilAsserted(() -> assertThat(load.available(app))
                    .isEqualTo(expected));
            JsonNode books = LoadOnPods.json(app.get("/api/v1/trial-balance", Tokens.admin()));
            assertThat(books.get("violations")).as(books.toString()).isEmpty();
        } finally {
            pods.forEach(AppProcess::close);
        }
    }

    private static AppProcess anyOf(List<AppProcess> pods) {
        return pods.get(ThreadLocalRandom.current().nextInt(pods.size()));
    }

    private void publish(AppProcess app, LoadOnPods load, int part) {
        for (int first = 0; first < EVENTS; first += BATCH) {
            int from = first;
            String events = IntStream.range(from, from + BATCH)
                    .mapToObj(i -> """
                            {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"%s","amount":1}""".formatted(key(part, i), load.user(i), key(part, i)))
                    .collect(Collectors.joining(","));
            // What the broker did not confirm is sent again, as a good sender does.
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> app.post("/api/v1/events/batch", Tokens.service(), "{\"events\":[" + events + "]}")
                                    .statusCode()
                            == 202);
        }
    }

    private String key(int part, int i) {
        return "p-" + run + "-" + part + "-" + i;
    }
}
