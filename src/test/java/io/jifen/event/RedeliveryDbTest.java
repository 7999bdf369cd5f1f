package io.jifen.event;

import static io.jifen.event.EventsClient.accepted;
import static io.jifen.event.EventsClient.admin;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.deadLetters;
import static io.jifen.event.EventsClient.fresh;
import static io.jifen.event.EventsClient.openAccount;
import static io.jifen.event.EventsClient.outcome;
import static io.jifen.event.EventsClient.produce;
import static io.jifen.event.EventsClient.send;
import static io.jifen.event.EventsClient.service;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestServices;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class RedeliveryDbTest {

    /** How long the database is away: a while here, a whole minute in profile proof. */
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("jifen.proof.away", 5));

    @Test
    void every_message_delivered_again_changes_nothing() {
        String user = openAccount();
        List<String> sent = IntStream.range(0, 50)
                .mapToObj(i -> {
                    String traceId = fresh("order");
                    produce(user, i % 5 == 4 ? spend(traceId, user, 3) : order(traceId, user, i, 2));
                    return traceId;
                })
                .toList();
        sent.forEach(EventsClient::outcome);
        long points = available(user);
        Object books = books();

        List<String> markers = deliverAllAgain();

        markers.forEach(EventsClient::outcome);
        assertThat(points).isEqualTo(100 + 40 * 2 - 10 * 3);
        assertThat(available(user)).isEqualTo(points);
        assertThat(books()).isEqualTo(books);
    }

    @Test
    void the_same_event_many_times_at_once_counts_once() throws Exception {
        String user = openAccount();
        String traceId = fresh("order");
        String event = order(traceId, user, 1, 10);

        List<Integer> sent = AtOnce.run(20, i -> send(event).extract().statusCode());
        String after = fresh("order");
        send(order(after, user, 2, 1));

        outcome(after);
        assertThat(sent).containsOnly(202);
        assertThat(outcome(traceId)).isEqualTo("POSTED");
        assertThat(available(user)).isEqualTo(100 + 10 + 1);
    }

    @Test
    void one_key_on_two_accounts_counts_on_the_first_and_is_put_aside_on_the_other() {
        String first = openAccount();
        String second = openAccount();
        String traceId = fresh("order");

        produce(first, order(traceId, first, 1, 10));
        outcome(traceId);
        produce(second, order(traceId, second, 1, 10));
        String after = fresh("order");
        produce(second, order(after, second, 2, 1));
        outcome(after);

        assertThat(available(first)).isEqualTo(110);
        assertThat(available(second)).isEqualTo(101);
        assertThat(deadLetters(second)).hasSize(1);
    }

    @Test
    void one_key_over_http_and_kafka_at_once_counts_once() throws Exception {
        String user = openAccount();
        for (int round = 0; round < 10; round++) {
            String traceId = fresh("spend");
            String deduction = """
                    {"traceId":"%s","userId":"%s","points":1,"bizType":"SHOP","bizNo":"b-1"}""".formatted(traceId, user);
            List<Callable<Integer>> senders = List.of(
                    () -> service().body(deduction).post("/api/v1/deductions").statusCode(),
                    () -> send(spend(traceId, user, 1)).extract().statusCode(),
                    () -> produce(user, spend(traceId, user, 1)).partition(),
                    () -> service().body(deduction).post("/api/v1/deductions").statusCode());
            AtOnce.run(senders.size(), i -> senders.get(i).call());
            outcome(traceId);
        }
        String after = fresh("order");
        produce(user, order(after, user, 1, 1));
        outcome(after);

        assertThat(available(user)).isEqualTo(100 - 10 + 1);
    }

    @Test
    void events_wait_for_the_database_and_none_is_put_aside() {
        String user = openAccount();
        List<String> sent = new ArrayList<>();

        try (var away = TestServices.mariaDbService().away()) {
            for (int i = 0; i < 20; i++) {
                String traceId = fresh("order");
                accepted(order(traceId, user, i, 1));
                sent.add(traceId);
            }
            await().pollDelay(AWAY)
                    .atMost(AWAY.plusSeconds(60))
                    .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(503));
        }

        sent.forEach(traceId -> assertThat(outcome(traceId)).isEqualTo("POSTED"));
        assertThat(available(user)).isEqualTo(120);
        assertThat(deadLetters(user)).isEmpty();
    }

    /** What is in the accounts, all together. */
    private static Object books() {
        Map<String, Object> books =
                admin().get("/api/v1/trial-balance").then().extract().jsonPath().getMap("$");
        return List.of(books.get("byType"), books.get("available"), books.get("accounts"));
    }

    /** Sends all that is on the topic once more; returns keys whose outcomes come after all of it. */
    private static List<String> deliverAllAgain() {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", TestServices.kafka());
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        List<TopicPartition> partitions;
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            partitions = consumer.partitionsFor("points.events").stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(place -> consumer.position(place) < ends.get(place))) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
        }
        List<String> markers = new ArrayList<>();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            all.forEach(record -> producer.send(
                    new ProducerRecord<>(record.topic(), record.partition(), record.key(), record.value())));
            for (TopicPartition place : partitions) {
                // Refused, as there is no such rule and no such user: it changes nothing either.
                String marker = fresh("marker");
                byte[] value = spend(marker, fresh("nobody"), 1).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(place.topic(), place.partition(), null, value));
                markers.add(marker);
            }
        }
        return markers;
    }

    private static String order(String traceId, String user, int bizNo, int amount) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"%d","amount":%d}""".formatted(traceId, user, bizNo, amount);
    }

    private static String spend(String traceId, String user, long points) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"SHOP","action":"sub","points":%d}""".formatted(traceId, user, points);
    }
}
