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
import static io.jifen.event.EventsClient.statusOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestServices;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
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

    @Inject
    DataSource database;

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
        assertThat(stored("points.events", 7, first)).containsEntry("state", "DEAD");
        assertThat(stored("points.events", 7, first + 39)).containsEntry("state", "DEAD");
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

    /** As if the service had had a mistake, since mended: what it put aside is right by now. */
    @Test
    void what_an_admin_has_sent_again_is_applied_once_and_its_sender_can_find_out() throws Exception {
        String user = openAccount();
        String traceId = fresh("order");
        deadLetters.bury(List.of(rightByNow(user, traceId)));
        assertThat(outcome(traceId)).isEqualTo("DEAD");
        String id = idOf(traceId);

        List<Integer> statuses = AtOnce.run(
                4, i -> replay(id, Map.of("reason", "mended")).extract().statusCode());

        assertThat(statuses).containsOnly(202, 409).containsOnlyOnce(202);
        await().atMost(EventsClient.PATIENCE).until(() -> statusOf(traceId), "POSTED"::equals);
        String after = fresh("order");
        produce(user, order(after, user, "2"));
        outcome(after);
        assertThat(available(user)).isEqualTo(102);
        replay(id, Map.of()).statusCode(409).body("state", equalTo("REPLAYED"));
        admin().get("/api/v1/audit?objectType=DEAD_LETTER&objectId=" + id)
                .then()
                .body("items.action", contains("REPLAY"))
                .body("items.reason", contains("mended"));
        admin().get("/api/v1/accounts/{userId}/entries?limit=5", user)
                .then()
                .body("items.findAll { it.traceId == '%s' }.operator".formatted(traceId), contains("admin"));
    }

    @Test
    void what_is_wrong_in_itself_is_put_aside_again() {
        String user = openAccount();
        RecordMetadata place = produce(user, "{" + user);
        await().atMost(EventsClient.PATIENCE).until(() -> deadLetters(user).size() == 1);
        String id = await().atMost(EventsClient.PATIENCE).until(() -> id(place), found -> !found.isEmpty());

        replay(id, null).statusCode(202).body("state", equalTo("REPLAYED"));

        await().atMost(EventsClient.PATIENCE).until(() -> deadLetters(user).size() == 2);
        assertThat(stored(place)).containsEntry("state", "REPLAYED");
    }

    @Test
    void a_key_that_stands_for_something_else_is_no_other_one_when_it_is_sent_again() throws SQLException {
        String user = openAccount();
        String traceId = fresh("order");
        produce(user, order(traceId, user, "1"));
        assertThat(outcome(traceId)).isEqualTo("POSTED");
        deadLetters.bury(List.of(rightByNow(user, traceId)));

        replay(idOf(traceId), Map.of()).statusCode(202);

        await().atMost(EventsClient.PATIENCE).until(() -> deadLetters(user).size() == 2);
        assertThat(available(user)).isEqualTo(101);
    }

    @Test
    void what_is_not_kept_as_it_came_is_not_sent_again() throws SQLException {
        String traceId = fresh("long");
        deadLetters.bury(List.of(rightByNow("u".repeat(600), traceId)));

        replay(idOf(traceId), Map.of()).statusCode(409).body("state", equalTo("DEAD"));
        replay("1", Map.of()).statusCode(404);
        replay("x", Map.of()).statusCode(404);
        replay(idOf(traceId), Map.of("reason", "x".repeat(300))).statusCode(400);
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

        assertThat(stored("points.events", 7, offset)).containsEntry("state", "DEAD");
    }

    private static DeadLetter rightByNow(String user, String traceId) {
        return new DeadLetter(
                "points.events",
                7,
                ThreadLocalRandom.current().nextLong(1L << 40, 1L << 41),
                user.getBytes(StandardCharsets.UTF_8),
                order(traceId, user, "again").getBytes(StandardCharsets.UTF_8),
                new DeadLetter.Origin(traceId, user.length() > 64 ? null : user),
                "internal-error",
                "a mistake of ours");
    }

    private static ValidatableResponse replay(String id, Map<String, ?> body) {
        RequestSpecification request = admin();
        return (body == null ? request : request.body(body))
                .post("/api/v1/dead-letters/{id}/replay", id)
                .then();
    }

    private String idOf(String traceId) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(
                            connection,
                            "SELECT id FROM dead_letter WHERE trace_id = ?",
                            row -> row.getString(1),
                            traceId)
                    .orElseThrow();
        }
    }

    private String id(RecordMetadata place) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(
                            connection,
                            "SELECT id FROM dead_letter WHERE topic = ? AND partition_no = ? AND offset_no = ?",
                            row -> row.getString(1),
                            place.topic(),
                            place.partition(),
                            place.offset())
                    .orElse("");
        }
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
        return stored(place.topic(), place.partition(), place.offset());
    }

    private static Map<String, Object> stored(String topic, int partition, long offset) {
        List<Map<String, Object>> found = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page = admin().get("/api/v1/dead-letters?limit=100" + cursor)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            page.<Map<String, Object>>getList("items").stream()
                    .filter(letter -> letter.get("topic").equals(topic)
                            && letter.get("partition").equals(partition)
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
