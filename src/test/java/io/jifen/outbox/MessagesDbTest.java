package io.jifen.outbox;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.platform.BrokerUnavailableException;
import io.jifen.platform.Cursor;
import io.jifen.platform.Ids;
import io.jifen.platform.KafkaSender;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.AtOnce;
import io.jifen.services.TestClock;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reliable message is sent until somebody confirms it, takes it back or gives it up. */
@QuarkusTest
class MessagesDbTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject
    Messages messages;

    @Inject
    Relay relay;

    @Inject
    DataSource database;

    @Inject
    KafkaSender sender;

    @Inject
    MessageConfig config;

    @Inject
    SettledMessages settled;

    @Inject
    Time time;

    @Inject
    Ids ids;

    @Inject
    TestClock clock;

    private final String topic = "test." + UUID.randomUUID();
    private KafkaConsumer<String, String> consumer;
    private final List<ConsumerRecord<String, String>> received = new ArrayList<>();

    @BeforeEach
    void listen() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestServices.kafka(), "metadata.max.age.ms", 500),
                new StringDeserializer(),
                new StringDeserializer());
        TopicPartition all = new TopicPartition(topic, 0);
        consumer.assign(List.of(all));
        consumer.seekToBeginning(List.of(all));
    }

    @AfterEach
    void stopListening() throws Exception {
        clock.reset();
        consumer.close();
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, "DELETE FROM outbox_message WHERE topic = ?", topic);
        }
    }

    @Test
    void a_message_is_sent_with_growing_pauses_until_it_is_confirmed() throws Exception {
        // When
        long id = append();
        messages.wake();

        // Then
        awaitReceived(id);
        assertThat(received.getFirst().key()).isEqualTo("key-" + id);
        assertThat(received.getFirst().value()).isEqualTo("{\"messageId\":\"" + id + "\"}");

        // When: the longest first pause, and then the longest second one
        clock.plus(Duration.ofSeconds(11));
        awaitReceived(id, id);
        clock.plus(Duration.ofSeconds(21));
        awaitReceived(id, id, id);

        // Then: confirmed, it is not sent again
        assertThat(messages.confirm(id)).isTrue();
        clock.plus(Duration.ofMinutes(11));
        long marker = append();
        awaitReceived(id, id, id, marker);
        assertThat(bodyOf(id)).isNull();
    }

    @Test
    void what_is_rolled_back_is_never_sent() throws Exception {
        // Given
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            messages.append(connection, List.of(message(ids.next())));
            connection.rollback();
            connection.setAutoCommit(true);
        }

        // When
        long id = append();

        // Then
        awaitReceived(id);
    }

    @Test
    void many_senders_at_once_send_each_message_once() throws Exception {
        // Given
        relay.stop();
        try {
            List<Long> appended = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                appended.add(append());
            }

            // When
            List<Integer> sent = AtOnce.run(4, i -> {
                MessageSender one = sender(new SimpleMeterRegistry());
                int all = 0;
                for (int page = one.send(); page > 0; page = one.send()) {
                    all += page;
                }
                return all;
            });

            // Then
            assertThat(sent.stream().mapToInt(Integer::intValue).sum()).isGreaterThanOrEqualTo(500);
            awaitReceived(appended.toArray(new Long[0]));
        } finally {
            relay.start();
        }
    }

    @Test
    void a_broker_that_is_away_is_no_try_of_the_message() throws Exception {
        // Given
        relay.stop();
        try {
            long id = append();
            long another = append();

            // When
            try (var away = TestServices.kafkaService().frozen()) {
                assertThatExceptionOfType(BrokerUnavailableException.class)
                        .isThrownBy(() -> sender(new SimpleMeterRegistry()).send());
            }

            // Then
            listed(id).body("tries", equalTo(0)).body("state", equalTo("WAITING"));
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                clock.plus(config.retryFirst());
                sender(new SimpleMeterRegistry()).send();
                listed(id).body("tries", equalTo(1));
                listed(another).body("tries", equalTo(1));
            });
        } finally {
            relay.start();
        }
    }

    @Test
    void an_alert_rises_after_many_tries_and_the_tries_go_on() throws Exception {
        // Given
        relay.stop();
        try {
            long id = append();
            SimpleMeterRegistry metrics = new SimpleMeterRegistry();
            MessageSender one = sender(metrics);
            for (int i = 1; i < config.alertTries(); i++) {
                one.send();
                clock.plus(config.retryMax());
            }
            one.sample(time.now());
            double before = metrics.get("jifen.messages.overdue").gauge().value();

            // When
            one.send();
            one.sample(time.now());

            // Then
            assertThat(metrics.get("jifen.messages.overdue").gauge().value()).isGreaterThan(before);
            assertThat(metrics.get("jifen.messages.waiting").gauge().value()).isPositive();
            assertThat(metrics.get("jifen.messages.age").gauge().value()).isPositive();
            clock.plus(config.retryMax());
            one.send();
            listed(id).body("tries", equalTo(config.alertTries() + 1));
        } finally {
            relay.start();
        }
    }

    @Test
    void confirming_twice_late_or_for_nothing_is_harmless_and_clear() throws Exception {
        long id = append();
        confirm(Tokens.service(), id)
                .statusCode(200)
                .body("messageId", equalTo(Long.toString(id)))
                .body("state", equalTo("CONFIRMED"));
        String first = confirm(Tokens.service(), id).statusCode(200).extract().asString();
        assertThat(confirm(Tokens.admin(), id).statusCode(200).extract().asString())
                .isEqualTo(first);

        // late: given up before
        long late = append();
        post(Tokens.admin(), late, "give-up", "{\"reason\":\"nobody there\"}").statusCode(200);
        confirm(Tokens.service(), late)
                .statusCode(200)
                .body("state", equalTo("CONFIRMED"))
                .body("reason", equalTo("nobody there"));

        // taken back before: its receiver must know
        long withdrawn = append();
        assertThat(withdraw(withdrawn)).isTrue();
        assertThat(withdraw(withdrawn)).isTrue();
        confirm(Tokens.service(), withdrawn).statusCode(409).body("state", equalTo("WITHDRAWN"));
        assertThat(messages.confirm(withdrawn)).isTrue();

        // unknown
        confirm(Tokens.service(), 7).statusCode(404).body("code", equalTo("not-found"));
        post(Tokens.service(), "what", "confirm", "").statusCode(404);
        assertThat(messages.confirm(7)).isFalse();
        assertThat(withdraw(7)).isFalse();
        assertThat(withdraw(id)).isFalse();
        confirm(Tokens.user("alice"), id).statusCode(403);
    }

    @Test
    void several_are_taken_back_at_once_but_those_that_were_confirmed() throws Exception {
        // Given
        long first = append();
        long confirmed = append();
        long last = append();
        assertThat(messages.confirm(confirmed)).isTrue();

        // When
        Set<Long> withdrawn = Sql.transaction(
                database, connection -> messages.withdraw(connection, List.of(last, confirmed, first, 7L)));

        // Then
        assertThat(withdrawn).containsExactly(first, last);
        confirm(Tokens.service(), confirmed).statusCode(200);
        confirm(Tokens.service(), first).statusCode(409);
    }

    @Test
    void what_was_settled_long_ago_is_removed_and_nothing_else() throws Exception {
        // Given
        long waiting = append();
        long confirmed = append();
        long withdrawn = append();
        messages.confirm(confirmed);
        withdraw(withdrawn);

        // When / Then
        settled.remove();
        confirm(Tokens.service(), confirmed).statusCode(200);
        clock.plus(config.keepSettled().plusSeconds(1));
        assertThat(settled.remove()).isGreaterThanOrEqualTo(2);
        confirm(Tokens.service(), confirmed).statusCode(404);
        confirm(Tokens.service(), withdrawn).statusCode(404);
        confirm(Tokens.service(), waiting).statusCode(200);
    }

    @Test
    void of_taking_back_and_confirming_at_once_one_comes_about() throws Exception {
        for (int round = 0; round < 20; round++) {
            long id = append();

            List<Boolean> done = AtOnce.run(
                    2,
                    i -> i == 0
                            ? withdraw(id)
                            : confirm(Tokens.service(), id).extract().statusCode() == 200);

            assertThat(done).containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void an_admin_lists_messages_by_state_sends_them_now_and_gives_them_up() throws Exception {
        // Given
        long first = append();
        long second = append();
        awaitReceived(first, second);

        // When
        post(Tokens.admin(), first, "retry", "").statusCode(200).body("state", equalTo("WAITING"));

        // Then
        awaitReceived(first, second, first);

        // When
        post(Tokens.admin(), second, "give-up", "{}").statusCode(400).body("errors.field", hasItem("reason"));
        post(Tokens.admin(), second, "give-up", "{\"reason\":\"it burnt down\"}")
                .statusCode(200)
                .body("state", equalTo("GIVEN_UP"))
                .body("givenUpBy", equalTo("admin"))
                .body("nextTryAt", nullValue())
                .body("settledAt", notNullValue());

        // Then
        assertThat(bodyOf(second)).isNull();
        post(Tokens.admin(), second, "retry", "").statusCode(409).body("state", equalTo("GIVEN_UP"));
        post(Tokens.admin(), second, "give-up", "{\"reason\":\"again\"}").statusCode(409);
        post(Tokens.admin(), 7, "retry", "").statusCode(404);
        post(Tokens.admin(), 7, "give-up", "{\"reason\":\"none\"}").statusCode(404);
        list("?state=GIVEN_UP&limit=1")
                .statusCode(200)
                .body("items[0].messageId", equalTo(Long.toString(second)))
                .body("items[0].topic", equalTo(topic))
                .body("items[0].body", nullValue());
        String cursor = list("?limit=1")
                .body("items[0].messageId", equalTo(Long.toString(second)))
                .extract()
                .path("nextCursor");
        list("?limit=1&state=WAITING&cursor=" + cursor)
                .body("items[0].messageId", equalTo(Long.toString(first)))
                .body("items[0].tries", equalTo(2));
        list("?state=LOST").statusCode(400).body("errors.field", hasItem("state"));
        list("?limit=101").statusCode(400);
        given().auth()
                .oauth2(Tokens.service())
                .get("/api/v1/outbox/messages")
                .then()
                .statusCode(403);
    }

    private MessageSender sender(MeterRegistry metrics) {
        return new MessageSender(database, sender, config, time, new MessageGauges(metrics));
    }

    private Messages.Message message(long id) {
        byte[] body = "{\"messageId\":\"%d\"}".formatted(id).getBytes(StandardCharsets.UTF_8);
        return new Messages.Message(id, topic, "key-" + id, body);
    }

    private long append() throws SQLException {
        long id = ids.next();
        return Sql.transaction(database, connection -> {
            messages.append(connection, List.of(message(id)));
            return id;
        });
    }

    private boolean withdraw(long id) throws SQLException {
        return Sql.transaction(database, connection -> messages.withdraw(connection, List.of(id)))
                .contains(id);
    }

    private byte[] bodyOf(long id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.list(
                            connection,
                            "SELECT body FROM outbox_message WHERE id = ?",
                            row -> new byte[][] {row.getBytes(1)},
                            id)
                    .getFirst()[0];
        }
    }

    private static ValidatableResponse confirm(String token, long id) {
        return post(token, id, "confirm", "");
    }

    private static ValidatableResponse post(String token, Object id, String what, String body) {
        var request = given().auth().oauth2(token);
        if (!body.isEmpty()) {
            request.contentType("application/json").body(body);
        }
        return request.post("/api/v1/outbox/messages/" + id + "/" + what).then();
    }

    private static ValidatableResponse list(String query) {
        return given().auth()
                .oauth2(Tokens.admin())
                .get("/api/v1/outbox/messages" + query)
                .then();
    }

    /** The message as the list shows it, whatever was appended after it. */
    private static ValidatableResponse listed(long id) {
        String cursor = Cursor.of(id + 1);
        return list("?limit=1&cursor=" + cursor).rootPath("items[0]").body("messageId", equalTo(Long.toString(id)));
    }

    /** Exactly these, in any order. */
    private void awaitReceived(Long... expected) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(received::add);
            assertThat(received.stream()
                            .map(record -> Long.valueOf(record.key().substring("key-".length())))
                            .toList())
                    .containsExactlyInAnyOrder(expected);
        });
    }
}
