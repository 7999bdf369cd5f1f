package io.jifen.platform;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.jifen.services.TestServices;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** With a broker that goes away and comes back. */
@QuarkusTest
class KafkaSenderDbTest {

    @Inject
    KafkaSender sender;

    private final String topic = "test." + UUID.randomUUID();

    @BeforeEach
    void makeTopic() throws Exception {
        make(topic);
    }

    @Test
    void a_broker_away_is_unavailable_until_it_is_back() {
        // Given
        await().untilAsserted(() -> assertThatCode(send(10)::join).doesNotThrowAnyException());

        // When
        try (var away = TestServices.kafkaService().away()) {

            // Then
            assertThatThrownBy(send(10)::join).hasCauseInstanceOf(BrokerUnavailableException.class);
            await().untilAsserted(() -> given().get("/q/health/ready")
                    .then()
                    .statusCode(200)
                    .body("checks.find { it.name == 'kafka' }.status", equalTo("UP"))
                    .body("checks.find { it.name == 'kafka' }.data.state", equalTo("degraded")));
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThatCode(send(10)::join).doesNotThrowAnyException());
        await().untilAsserted(() -> given().get("/q/health/ready")
                .then()
                .body("checks.find { it.name == 'kafka' }.data.state", equalTo("up")));
    }

    @Test
    void a_message_the_broker_never_takes_fails_alone() {
        // Given
        await().untilAsserted(() -> assertThatCode(send(10)::join).doesNotThrowAnyException());

        // When
        CompletableFuture<Void> tooLarge = send(2_000_000);
        CompletableFuture<Void> next = send(10);

        // Then
        assertThatThrownBy(tooLarge::join).hasCauseInstanceOf(IllegalArgumentException.class);
        assertThatCode(next::join).doesNotThrowAnyException();
    }

    @Test
    void a_topic_that_is_not_there_stops_no_other_message_and_is_found_once_it_is_made() throws Exception {
        // Given
        await().untilAsserted(() -> assertThatCode(send(10)::join).doesNotThrowAnyException());
        String missing = "test.missing." + UUID.randomUUID();

        // Then
        assertThatThrownBy(send(missing, 10)::join).hasCauseInstanceOf(TopicMissingException.class);
        assertThatThrownBy(send(missing, 10)::join).hasCauseInstanceOf(TopicMissingException.class);
        assertThatCode(send(10)::join).doesNotThrowAnyException();

        // When
        make(missing);

        // Then
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThatCode(send(missing, 10)::join).doesNotThrowAnyException());
    }

    @RepeatedTest(5)
    void messages_that_come_while_a_topic_is_being_made_arrive_in_their_order() throws Exception {
        // Given: a topic that the broker has not made all of yet when the first messages come
        String fresh = "test.fresh." + UUID.randomUUID();
        make(fresh, 100);
        try {

            // When
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                sent.add(
                        sender.send(fresh, "key-" + i % 100, bytes(i), Map.of()).toCompletableFuture());
                if (i % 100 == 99) {
                    TimeUnit.MILLISECONDS.sleep(5); // the next have a batch of their own
                }
            }

            // Then
            assertThat(sent).allSatisfy(one -> assertThatCode(one::join).doesNotThrowAnyException());
            assertThat(read(fresh).values())
                    .hasSize(100)
                    .allSatisfy(numbers -> assertThat(numbers).hasSize(6).isSorted());
        } finally {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()))) {
                admin.deleteTopics(List.of(fresh)).all().get();
            }
        }
    }

    private static byte[] bytes(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    /** By key, all there is. */
    private static Map<String, List<Integer>> read(String topic) {
        Map<String, List<Integer>> found = new HashMap<>();
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestServices.kafka()),
                new StringDeserializer(),
                new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(place -> consumer.position(place) < ends.get(place))) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> found.computeIfAbsent(record.key(), key -> new ArrayList<>())
                                .add(Integer.valueOf(record.value())));
            }
        }
        return found;
    }

    private static void make(String topic) throws Exception {
        make(topic, 3);
    }

    private static void make(String topic, int partitions) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    private CompletableFuture<Void> send(int bytes) {
        return send(topic, bytes);
    }

    private CompletableFuture<Void> send(String topic, int bytes) {
        return sender.send(topic, "key", new byte[bytes], Map.of()).toCompletableFuture();
    }
}
