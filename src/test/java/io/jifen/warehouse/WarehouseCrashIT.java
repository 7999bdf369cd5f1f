package io.jifen.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jifen.services.AppProcess;
import io.jifen.services.TestCarrier;
import io.jifen.services.TestCarrier.Manner;
import io.jifen.services.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** {@code kill -9} wherever a request can be on its way: each is shipped, and each once. */
class WarehouseCrashIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Short pauses, so that what a dead pod had claimed comes round soon. */
    private static final Map<String, String> IMPATIENT =
            Map.of("jifen.messages.retry-first", "1s", "jifen.warehouse.retry-first", "1s");

    /** The exchanges; each has its message's id once that was seen. */
    private final Map<Long, Long> messages = new LinkedHashMap<>();

    private final String user = "crash-" + UUID.randomUUID();
    private String goods = "";

    @Test
    void killed_before_and_after_the_sending_and_at_the_carrier_each_request_is_shipped_once() throws Exception {
        try (TestCarrier carrier = TestCarrier.open()) {
            carrier.treatOthers(Manner.HANGS);

            // Given: messages that are committed, and claimed, by a pod that dies before the broker has them
            try (AppProcess pod = start(Map.of("kafka.bootstrap.servers", "localhost:1"))) {
                exchange(pod, 5);
                awaitMessages(pod, message -> message.has("lastTriedAt"));
                pod.kill();
            }

            // And: by one that dies when the broker has them and nobody has confirmed
            ShippingTopics topics;
            try (AppProcess pod = start(Map.of("jifen.roles", "api,relay"))) {
                topics = new ShippingTopics();
                await().atMost(ShippingTopics.PATIENCE).until(() -> sent(pod) >= messages.size());
                awaitMessages(pod, message -> message.get("state").asText().equals("WAITING"));
                pod.kill();
            }

            // And: by one whose orders the carrier has, which hasn't heard of the waybills
            try (AppProcess pod = start(Map.of())) {
                await().atMost(ShippingTopics.PATIENCE).until(() -> messages.keySet().stream()
                        .noneMatch(exchange -> carrier.calls(exchange).isEmpty()));
                awaitMessages(pod, message -> message.get("state").asText().equals("CONFIRMED"));
                pod.kill();
            }

            // When
            carrier.treatOthers(Manner.ANSWERS);
            try (AppProcess pod = start(Map.of());
                    topics) {

                // Then
                for (var one : messages.entrySet()) {
                    long exchange = one.getKey();
                    JsonNode shipped = topics.awaitResult(exchange, "SHIPPED");
                    List<String> keys = carrier.calls(exchange).stream()
                            .map(TestCarrier.Call::key)
                            .distinct()
                            .toList();
                    assertThat(keys).as("orders of the carrier").hasSize(1);
                    assertThat(shipped.get("waybillNo").asText()).isEqualTo("TC-" + keys.getFirst());
                    assertThat(shipped.get("messageId").asText()).isEqualTo(Long.toString(one.getValue()));
                    // a request that comes again is answered again, by the same
                    assertThat(topics.results(exchange))
                            .extracting(result -> result.get("status").asText() + " "
                                    + result.path("waybillNo").asText())
                            .startsWith("SHIPPING_REQUESTED ")
                            .containsOnly(
                                    "SHIPPING_REQUESTED ",
                                    "SHIPPED " + shipped.get("waybillNo").asText());
                }
                awaitMessages(pod, message -> message.get("state").asText().equals("CONFIRMED"));
                assertAllAddsUp(pod, topics);
            }
        }
    }

    private void assertAllAddsUp(AppProcess pod, ShippingTopics topics) {
        for (long exchange : messages.keySet()) {
            String waybillNo =
                    topics.awaitResult(exchange, "SHIPPED").get("waybillNo").asText();
            await().atMost(ShippingTopics.PATIENCE).untilAsserted(() -> {
                JsonNode shown = get(pod, "/exchanges/" + exchange);
                assertThat(shown.get("status").asText()).isEqualTo("SHIPPED");
                assertThat(shown.path("waybillNo").asText()).isEqualTo(waybillNo);
            });
        }
        assertThat(get(pod, "/goods/" + goods).get("stock").asLong()).isEqualTo(2);
        assertThat(get(pod, "/accounts/" + user).get("available").asLong()).isEqualTo(50);
        JsonNode books = get(pod, "/trial-balance");
        assertThat(books.get("violations")).isEmpty();
        assertThat(books.get("balanced").asBoolean()).isTrue();
    }

    private static AppProcess start(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(IMPATIENT);
        all.putAll(properties);
        return AppProcess.start(all);
    }

    /** Of seven there are so many for ten points each; the user has a hundred. */
    private void exchange(AppProcess pod, int count) {
        post(pod, Tokens.service(), "/accounts", "{\"userId\":\"%s\"}".formatted(user));
        goods = post(pod, Tokens.admin(), "/goods", """
                        {"name":"A mug","kind":"PHYSICAL","pointsPrice":10,"stock":7}""").get("goodsId").asText();
        for (int i = 0; i < count; i++) {
            JsonNode made = post(pod, Tokens.service(), "/exchanges", """
                    {"traceId":"%1$s-%2$d","userId":"%1$s","goodsId":"%3$s","address":
                    {"name":"Li Si","phone":"13800000000","line":"1 Road"}}""".formatted(user, i, goods));
            messages.put(made.get("exchangeId").asLong(), 0L);
        }
    }

    private static JsonNode post(AppProcess pod, String token, String path, String body) {
        HttpResponse<String> answer = pod.post("/api/v1" + path, token, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer.body());
    }

    private static JsonNode get(AppProcess pod, String path) {
        return json(pod.get("/api/v1" + path, Tokens.admin()).body());
    }

    private void awaitMessages(AppProcess pod, Predicate<JsonNode> state) {
        await().atMost(ShippingTopics.PATIENCE).until(() -> {
            JsonNode list = json(
                    pod.get("/api/v1/outbox/messages?limit=100", Tokens.admin()).body());
            List<JsonNode> ours = StreamSupport.stream(list.get("items").spliterator(), false)
                    .filter(message -> messages.containsKey(message.get("key").asLong()))
                    .toList();
            ours.forEach(message -> messages.put(
                    message.get("key").asLong(), message.get("messageId").asLong()));
            return ours.size() == messages.size() && ours.stream().allMatch(state);
        });
    }

    /** How many messages this pod has sent. */
    private static double sent(AppProcess pod) {
        return pod.get("/q/metrics", Tokens.admin())
                .body()
                .lines()
                .filter(line -> line.startsWith("jifen_messages_sent_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
