package io.jifen.event;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What a system that sends events sees: HTTP and Kafka, nothing behind them. */
final class EventsClient {

    /** Longer than a consumer needs to find its place after the broker was away. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private EventsClient() {}

    static String fresh(String kind) {
        return kind + "-" + UUID.randomUUID();
    }

    static RequestSpecification service() {
        return given().auth().oauth2(Tokens.service()).contentType("application/json");
    }

    static RequestSpecification admin() {
        return given().auth().oauth2(Tokens.admin()).contentType("application/json");
    }

    static ValidatableResponse send(String event) {
        return service().body(event).post("/api/v1/events").then();
    }

    /** Sends it until the broker has it, as senders do: the first event of a new broker finds no topic yet. */
    static void accepted(String event) {
        await().atMost(PATIENCE).until(() -> send(event).extract().statusCode() == 202);
    }

    /** Waits until the event is decided: POSTED, REFUSED or DEAD. */
    static String outcome(String traceId) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> statusOf(traceId), status -> !status.equals("UNKNOWN"));
    }

    static String statusOf(String traceId) {
        return service()
                .get("/api/v1/requests/{traceId}", traceId)
                .then()
                .statusCode(200)
                .extract()
                .path("status");
    }

    /** The user's account, opened by an event of no points beside the 100 of the registration. */
    static String openAccount() {
        String userId = fresh("user");
        String traceId = fresh("open");
        accepted("""
                {"traceId":"%s","userId":"%s","bizType":"ORDER","amount":0}""".formatted(traceId, userId));
        outcome(traceId);
        return userId;
    }

    static long available(String userId) {
        return service()
                .get("/api/v1/accounts/{userId}", userId)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getLong("available");
    }

    /** Puts any bytes on the topic of events, as somebody who talks to Kafka directly can. */
    static RecordMetadata produce(String key, byte[] value) {
        Map<String, Object> settings = Map.of("bootstrap.servers", TestServices.kafka(), "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
            return producer.send(new ProducerRecord<>("points.events", keyBytes, value))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    static RecordMetadata produce(String key, String value) {
        return produce(key, value.getBytes(StandardCharsets.UTF_8));
    }

    /** All dead letters on the topic with this key. */
    static List<ConsumerRecord<byte[], byte[]>> deadLetters(String key) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", TestServices.kafka());
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("points.events.dlq").stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            while (partitions.stream().anyMatch(place -> consumer.position(place) < ends.get(place))) {
                for (var letter : consumer.poll(Duration.ofMillis(100))) {
                    if (letter.key() != null && new String(letter.key(), StandardCharsets.UTF_8).equals(key)) {
                        found.add(letter);
                    }
                }
            }
            return found;
        }
    }

    static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
