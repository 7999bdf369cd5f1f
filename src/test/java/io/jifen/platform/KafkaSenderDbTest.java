package io.jifen.platform;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.jifen.services.TestServices;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeEach;
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

    private static void make(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()))) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
        }
    }

    private CompletableFuture<Void> send(int bytes) {
        return send(topic, bytes);
    }

    private CompletableFuture<Void> send(String topic, int bytes) {
        return sender.send(topic, "key", new byte[bytes], Map.of()).toCompletableFuture();
    }
}
