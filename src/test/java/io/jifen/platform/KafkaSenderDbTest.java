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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** With a broker that goes away and comes back. */
@QuarkusTest
class KafkaSenderDbTest {

    @Inject
    KafkaSender sender;

    private final String topic = "test." + UUID.randomUUID();

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

    private CompletableFuture<Void> send(int bytes) {
        return sender.send(topic, "key", new byte[bytes], Map.of()).toCompletableFuture();
    }
}
