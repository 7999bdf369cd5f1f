package io.jifen.event;

import static io.jifen.event.EventsClient.admin;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.deadLetters;
import static io.jifen.event.EventsClient.fresh;
import static io.jifen.event.EventsClient.header;
import static io.jifen.event.EventsClient.openAccount;
import static io.jifen.event.EventsClient.outcome;
import static io.jifen.event.EventsClient.produce;
import static io.jifen.event.EventsClient.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestServices;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class DeadLetterDbTest {

    @Inject
    DeadLetters deadLetters;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "no JSON",
                "null",
                "[]",
                "17",
                "\u0000\uFFFF",
                "{}",
                "{\"traceId\":5,\"userId\":7}",
                "{\"traceId\":\"t\",\"userId\":\"u\",\"bizType\":\"ORDER\",\"points\":\"10\"}",
                "{\"traceId\":\"t\",\"userId\":\"u\",\"bizType\":\"ORDER\",\"amount\":1e999999999}",
                "{\"traceId\":\"t\",\"userId\":\"u\",\"bizType\":\"ORDER\",\"amount\":1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123}",
                "{\"traceId\":\"t\",\"userId\":\"u\",\"bizType\":\"ORDER\",\"points\":9223372036854775808}",
                "{\"traceId\":\"t\",\"userId\":\"u\",\"bizType\":\"ORDER\",\"action\":\"sub\"}",
                "{\"traceId\":\"t\",\"userId\":\"u\",\"bizType\":\"ORDER\",\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
                "{\"\\ud800\":1,\"\\ud800\":2}"
            })
    void poison_is_put_aside_as_it_came_and_what_follows_is_applied(String poison) {
        String user = openAccount();
        String before = fresh("order");
        String after = fresh("order");

        produce(user, order(before, user, "1"));
        RecordMetadata place = produce(user, poison);
        produce(user, order(after, user, "2"));

        assertThat(outcome(before)).isEqualTo("POSTED");
        assertThat(outcome(after)).isEqualTo("POSTED");
        assertThat(available(user)).isEqualTo(102);
        assertThat(deadLetters(user)).singleElement().satisfies(letter -> {
            assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo(poison);
            assertThat(header(letter, "jifen-code")).isIn("invalid-request", "missing-idempotency-key");
            assertThat(header(letter, "jifen-detail")).isNotEmpty();
        });
        assertThat(stored(place)).containsEntry("state", "DEAD").containsEntry("payload", poison);
    }

    @Test
    void a_message_without_content_or_key_is_put_aside() {
        String user = openAccount();
        String after = fresh("order");

        RecordMetadata place = produce(null, (byte[]) null);
        produce(user, (byte[]) null);
        produce(user, order(after, user, "1"));
        RecordMetadata notText = produce(user, new byte[] {'{', (byte) 0xC3, (byte) 0x28, '}'});

        outcome(after);
        await().atMost(EventsClient.PATIENCE).untilAsserted(() -> {
            assertThat(stored(place)).containsEntry("code", "invalid-request").doesNotContainKey("payload");
            assertThat(stored(notText)).containsEntry("code", "invalid-request");
        });
        // Nothing stays nothing: an empty value would be something else.
        assertThat(deadLetters(user))
                .hasSize(2)
                .first()
                .extracting(ConsumerRecord::value)
                .isNull();
    }

    @Test
    void more_than_may_wait_for_the_broker_is_put_aside_in_parts() {
        String user = fresh("user");
        byte[] large = new byte[1_000_000];
        long first = ThreadLocalRandom.current().nextLong(1L << 40, 1L << 41);
        List<DeadLetter> letters = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            letters.add(letter(user, first + i, large));
        }

        deadLetters.bury(letters);

        assertThat(deadLetters(user)).hasSize(40);
        assertThat(stored(7, first)).containsEntry("state", "DEAD");
        assertThat(stored(7, first + 39)).containsEntry("state", "DEAD");
    }

    @Test
    void without_a_topic_for_them_dead_letters_are_in_the_table_and_what_follows_is_applied() throws Exception {
        String user = openAccount();
        String after = fresh("order");
        RecordMetadata place;

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()))) {
            admin.deleteTopics(List.of(DeadLetters.TOPIC)).all().get();
            try {
                place = produce(user, "{");
                produce(user, order(after, user, "1"));

                assertThat(outcome(after)).isEqualTo("POSTED");
                assertThat(stored(place)).containsEntry("state", "DEAD");
            } finally {
                admin.createTopics(List.of(new NewTopic(DeadLetters.TOPIC, 12, (short) 1)))
                        .all()
                        .get();
            }
        }
        // Once it is there again, it is used again.
        await().atMost(EventsClient.PATIENCE).until(() -> {
            deadLetters.bury(List.of(letter(user, 1, new byte[] {'{'})));
            return !deadLetters(user).isEmpty();
        });
    }

    @Test
    void the_sender_of_a_dead_event_can_find_out() {
        String user = fresh("user");
        String traceId = fresh("dead");

        produce(user, """
                {"traceId":"%s","userId":"%s","bizType":"ORDER","amount":"a lot"}""".formatted(traceId, user));

        assertThat(outcome(traceId)).isEqualTo("DEAD");
        service()
                .get("/api/v1/requests/{traceId}", traceId)
                .then()
                .body("code", equalTo("invalid-request"))
                .body("userId", equalTo(user));
    }

    @Test
    void a_key_used_for_something_else_is_put_aside_and_the_first_use_stands() {
        String user = openAccount();
        String traceId = fresh("order");
        String after = fresh("order");

        produce(user, order(traceId, user, "1"));
        produce(user, """
                {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"1","amount":1000}""".formatted(traceId, user));
        produce(user, order(after, user, "2"));

        outcome(after);
        assertThat(outcome(traceId)).isEqualTo("POSTED");
        assertThat(available(user)).isEqualTo(102);
        assertThat(deadLetters(user)).singleElement().satisfies(letter -> assertThat(header(letter, "jifen-code"))
                .isEqualTo("idempotency-key-reused"));
    }

    @Test
    void a_refusal_is_no_dead_letter() {
        String user = openAccount();
        String traceId = fresh("odd");

        produce(user, """
                {"traceId":"%s","userId":"%s","bizType":"NO_SUCH_BUSINESS","amount":1}""".formatted(traceId, user));

        assertThat(outcome(traceId)).isEqualTo("REFUSED");
        assertThat(deadLetters(user)).isEmpty();
    }

    @Test
    void a_message_put_aside_twice_is_one_row() {
        long offset = ThreadLocalRandom.current().nextLong(1L << 40, 1L << 41);
        String user = fresh("user");
        DeadLetter letter = letter(user, offset, new byte[] {'{'});

        deadLetters.bury(List.of(letter));
        deadLetters.bury(List.of(letter));

        assertThat(stored(7, offset)).containsEntry("state", "DEAD");
    }

    private static DeadLetter letter(String user, long offset, byte[] payload) {
        return new DeadLetter(
                "points.events",
                7,
                offset,
                user.getBytes(StandardCharsets.UTF_8),
                payload,
                DeadLetter.Origin.UNKNOWN,
                "invalid-request",
                "half of a pair \ud800 and far too long".repeat(100));
    }

    private static Map<String, Object> stored(RecordMetadata place) {
        return stored(place.partition(), place.offset());
    }

    private static Map<String, Object> stored(int partition, long offset) {
        List<Map<String, Object>> found = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page = admin().get("/api/v1/dead-letters?limit=100" + cursor)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            page.<Map<String, Object>>getList("items").stream()
                    .filter(letter -> letter.get("partition").equals(partition)
                            && ((Number) letter.get("offset")).longValue() == offset)
                    .forEach(found::add);
            cursor = page.getString("nextCursor") == null ? null : "&cursor=" + page.getString("nextCursor");
        } while (cursor != null);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static String order(String traceId, String user, String bizNo) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"%s","amount":1}""".formatted(traceId, user, bizNo);
    }
}
