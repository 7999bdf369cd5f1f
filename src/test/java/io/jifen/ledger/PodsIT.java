package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.services.AppProcess;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two pods on one database and broker are as right as one, also while consumers come and go and all are replaced. */
class PodsIT {

    private static final int EVENTS = 1000;
    private static final int BATCH = 500;

    /** Consumers of events in each pod: the concurrency of the channel. */
    private static final int CONSUMERS = 4;

    /**
     * Time for whoever balances the load to see that a pod is not ready, as a chart sets it, and less than its 8 s to end. A
     * machine that runs tests may be slow, which is not what is asked here.
     */
    private static final Map<String, String> SETTINGS = Map.of(
            "quarkus.shutdown.delay", "3s",
            "quarkus.shutdown.timeout", "3s",
            "jifen.ledger.deadline", "20s",
            "quarkus.datasource.jdbc.acquisition-timeout", "20s");

    private final String run = UUID.randomUUID().toString().substring(0, 8);

    @Test
    void two_pods_and_a_rebalance_under_load_apply_everything_once() throws Exception {
        List<AppProcess> pods = new CopyOnWriteArrayList<>();
        pods.add(AppProcess.launch(SETTINGS));
        pods.add(AppProcess.launch(SETTINGS));
        pods.forEach(AppProcess::awaitReady);
        List<AppProcess> old = new ArrayList<>();
        try (LoadOnPods load = new LoadOnPods(() -> anyOf(List.copyOf(pods)))) {
            // Given: callers on both pods, on the same accounts, and events for these accounts beside them
            load.openAccounts(pods.getFirst());
            load.start();
            publish(pods.get(0), load, 0);

            // When: one pod goes without a word, and a third comes
            pods.remove(1).kill();
            publish(pods.get(0), load, 1);
            pods.add(AppProcess.start(SETTINGS));
            publish(pods.get(1), load, 2);
            LoadOnPods.forAWhile();

            // And: both are replaced
            old.addAll(pods);
            List<AppProcess> fresh = List.of(AppProcess.launch(SETTINGS), AppProcess.launch(SETTINGS));
            old.addAll(fresh);
            fresh.forEach(AppProcess::awaitReady);
            load.failures();
            pods.addAll(fresh);
            endOneByOne(pods, List.of(pods.get(0), pods.get(1)));
            publish(pods.get(0), load, 3);
            load.stop();

            // Then: no caller noticed
            assertThat(load.failures()).isEmpty();

            // Then
            AppProcess app = pods.getFirst();
            long expected = load.settle(app) + 4L * EVENTS;
            Awaitility.await().atMost(Duration.ofMinutes(3)).untilAsserted(() -> assertThat(load.available(app))
                    .isEqualTo(expected));
            JsonNode books = AppProcess.json(app.get("/api/v1/trial-balance", Tokens.admin()));
            assertThat(books.get("violations")).as(books.toString()).isEmpty();
        } finally {
            pods.forEach(AppProcess::close);
            old.forEach(AppProcess::close);
        }
    }

    /** As an orchestrator does: a pod that is told to end gets no more requests once it says that it isn't ready. */
    private static void endOneByOne(List<AppProcess> pods, List<AppProcess> ending) throws Exception {
        try (Admin broker = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()))) {
            int members = CONSUMERS * pods.size();
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> members(broker) == members);
            for (AppProcess pod : ending) {
                Thread stopping = Thread.ofPlatform().start(pod::stop);
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !pod.isReady());
                pods.remove(pod);
                stopping.join();
                // It has left the group: nobody waits until the broker misses it.
                assertThat(members(broker)).isLessThanOrEqualTo(CONSUMERS * pods.size());
            }
        }
    }

    private static int members(Admin broker) throws Exception {
        return broker.describeConsumerGroups(List.of("jifen"))
                .all()
                .get()
                .get("jifen")
                .members()
                .size();
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
            // What was not confirmed in time is sent again, as a good sender does.
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                    .until(() -> app.post("/api/v1/events/batch", Tokens.service(), "{\"events\":[" + events + "]}")
                                    .statusCode()
                            == 202);
        }
    }

    private String key(int part, int i) {
        return "p-" + run + "-" + part + "-" + i;
    }
}
