package io.jifen.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jifen.services.AppProcess;
import io.jifen.services.TestCarrier;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import io.jifen.services.TraceCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/**
 * Five pods, each with one role, are one service: none does another's work. They are traced, and log as in production, so
 * that one request is followed from pod to pod.
 */
class RolesIT {

    private static final List<String> ROLES = List.of("api", "consumer", "relay", "jobs", "warehouse");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String user = "roles-" + UUID.randomUUID();
    private final Map<String, AppProcess> pods = new LinkedHashMap<>();

    @Test
    void each_role_does_its_work_and_no_other() throws Exception {
        try (TraceCollector traces = TraceCollector.open();
                TestCarrier carrier = TestCarrier.open()) {
            ROLES.forEach(role -> pods.put(role, launch(role, traces)));
            pods.values().forEach(AppProcess::awaitReady);

            only_pods_with_the_role_have_an_api();
            only_pods_with_the_role_consume();
            only_pods_with_the_role_have_jobs_and_the_relay();
            an_event_is_followed_from_the_request_to_its_sql(traces);
            a_line_of_the_log_belongs_to_its_trace();
            a_job_and_a_parcel_go_through_all_of_them();
        } finally {
            pods.values().forEach(AppProcess::close);
        }
    }

    private static AppProcess launch(String role, TraceCollector traces) {
        Map<String, String> settings = new HashMap<>(traces.settings("jifen-" + role));
        settings.put("jifen.roles", role);
        settings.put("quarkus.log.console.json.enabled", "true");
        return AppProcess.launch(settings);
    }

    private void only_pods_with_the_role_have_an_api() {
        pods.forEach((role, pod) -> {
            int there = role.equals("api") ? 200 : 404;
            assertThat(status(pod, "/api/v1/goods")).as(role).isEqualTo(there);
            assertThat(status(pod, "/q/openapi")).as(role).isEqualTo(there);
            assertThat(status(pod, "/api/points/nobody")).as(role).isEqualTo(there);
            assertThat(status(pod, "/q/health/live")).as(role).isEqualTo(200);
            assertThat(status(pod, "/q/health/ready")).as(role).isEqualTo(200);
            assertThat(status(pod, "/q/health/started")).as(role).isEqualTo(200);
            assertThat(status(pod, "/q/metrics")).as(role).isEqualTo(200);
        });
    }

    private void only_pods_with_the_role_consume() {
        for (String channel : List.of("events", "balances", "shippingresults")) {
            assertThat(podsThatTell("client_id=\"kafka-consumer-" + channel))
                    .as(channel)
                    .containsExactly("consumer");
        }
        assertThat(podsThatTell("client_id=\"kafka-consumer-shippingrequests")).containsExactly("warehouse");
    }

    private void only_pods_with_the_role_have_jobs_and_the_relay() {
        assertThat(podsThatTell("\njifen_books_accounts ")).containsExactly("jobs");
        assertThat(podsThatTell("\njifen_approvals_waiting ")).containsExactly("jobs");
        assertThat(podsThatTell("\njifen_consumer_lag{")).containsExactly("jobs");
        assertThat(podsThatTell("\njifen_outbox_leader 1")).containsExactly("relay");
    }

    /** Waits for them, as a consumer tells of itself when it has got its partitions. */
    private List<String> podsThatTell(String text) {
        return await().atMost(PATIENCE)
                .until(
                        () -> ROLES.stream()
                                .filter(role -> metrics(pods.get(role)).contains(text))
                                .toList(),
                        told -> !told.isEmpty());
    }

    private void an_event_is_followed_from_the_request_to_its_sql(TraceCollector traces) {
        // When
        String traceId = newTrace();
        String event =
                "{\"traceId\":\"%1$s-e\",\"userId\":\"%1$s\",\"bizType\":\"ORDER\",\"bizNo\":\"%1$s\",\"amount\":50}"
                        .formatted(user);
        await().atMost(PATIENCE)
                .until(() -> send("/events", event, "traceparent", traceparent(traceId))
                                .statusCode()
                        == 202);

        // Then
        await().atMost(PATIENCE).until(() -> available() == 150);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(traces.toldBy("jifen-api", traceId)).contains("POST /api/v1/events", "send points.events");
            assertThat(traces.toldBy("jifen-consumer", traceId)).contains("process points.events", "FOR UPDATE");
        });

        // And: what is posted by the request itself, in the pod's own lanes
        String other = newTrace();
        send(
                "/deductions",
                "{\"traceId\":\"%1$s-d\",\"userId\":\"%1$s\",\"points\":10,\"bizType\":\"CUP\",\"bizNo\":\"1\"}"
                        .formatted(user),
                "traceparent",
                traceparent(other));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(traces.toldBy("jifen-api", other))
                .contains("POST /api/v1/deductions", "FOR UPDATE"));
    }

    private void a_line_of_the_log_belongs_to_its_trace() throws Exception {
        // When: a message that nobody can read
        String traceId = newTrace();
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestServices.kafka()), new StringSerializer(), new StringSerializer())) {
            ProducerRecord<String, String> message = new ProducerRecord<>("points.events", user, "not JSON");
            message.headers().add("traceparent", traceparent(traceId).getBytes(StandardCharsets.US_ASCII));
            producer.send(message).get();
        }

        // Then
        AppProcess consumer = pods.get("consumer");
        JsonNode line = await().atMost(PATIENCE)
                .until(
                        () -> Files.readAllLines(consumer.log()).stream()
                                .filter(one -> one.contains("event put aside") && one.contains(traceId))
                                .map(RolesIT::json)
                                .findFirst()
                                .orElse(null),
                        found -> found != null);
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("mdc").path("traceId").asText()).isEqualTo(traceId);
    }

    private void a_job_and_a_parcel_go_through_all_of_them() {
        // When: one asks the pod with the API for what pods with other roles do
        String job = json(send(
                                "/grants/jobs",
                                "[{\"userId\":\"%1$s\",\"bizType\":\"ORDER\",\"bizNo\":\"%1$s-j\",\"amount\":7}]"
                                        .formatted(user),
                                "Idempotency-Key",
                                user)
                        .body())
                .path("jobId")
                .asText();
        String goods = json(send(
                                "/goods",
                                "{\"name\":\"A mug\",\"kind\":\"PHYSICAL\",\"pointsPrice\":10,\"stock\":1}",
                                "Accept",
                                "application/json")
                        .body())
                .path("goodsId")
                .asText();
        String exchange = json(send("/exchanges", """
                        {"traceId":"%1$s-x","userId":"%1$s","goodsId":"%2$s","address":
                        {"name":"Li Si","phone":"13800000000","line":"1 Road"}}""".formatted(user, goods), "Accept", "application/json")
                        .body())
                .path("exchangeId")
                .asText();

        // Then: relay and warehouse have sent the mug, jobs and consumer have granted
        await().atMost(PATIENCE).until(() -> json(get(pods.get("api"), "/api/v1/exchanges/" + exchange)
                        .body())
                .path("status")
                .asText()
                .equals("SHIPPED"));
        await().atMost(PATIENCE).until(() -> json(get(pods.get("api"), "/api/v1/grants/jobs/" + job)
                        .body())
                .path("status")
                .asText()
                .equals("DONE"));
        assertThat(available()).isEqualTo(100 + 50 - 10 + 7 - 10);
    }

    private long available() {
        return json(get(pods.get("api"), "/api/v1/accounts/" + user).body())
                .path("available")
                .asLong();
    }

    private HttpResponse<String> send(String path, String body, String header, String value) {
        return AppProcess.send(pods.get("api")
                .request("/api/v1" + path)
                .header("Authorization", "Bearer " + Tokens.admin())
                .header("Content-Type", "application/json")
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> get(AppProcess pod, String path) {
        return pod.get(path, Tokens.admin());
    }

    private static int status(AppProcess pod, String path) {
        return get(pod, path).statusCode();
    }

    private static String metrics(AppProcess pod) {
        return get(pod, "/q/metrics").body();
    }

    private static String newTrace() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** Of a caller who has begun the trace, and wants it told. */
    private static String traceparent(String traceId) {
        return "00-" + traceId + "-00f067aa0ba902b7-01";
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
