package io.jifen.event;

import static io.jifen.event.EventsClient.accepted;
import static io.jifen.event.EventsClient.fresh;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A consumer that ends by what is no exception: an Error of the JVM, say. */
@QuarkusTest
@TestProfile(SoundnessDbTest.DefectiveConsumer.class)
class SoundnessDbTest {

    public static final class DefectiveConsumer implements QuarkusTestProfile {
        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(Defect.class);
        }

        /** A group of its own, which begins with what comes next: what it leaves undone is nobody else's. */
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "mp.messaging.incoming.events.group.id",
                    fresh("group"),
                    "mp.messaging.incoming.events.auto.offset.reset",
                    "latest");
        }
    }

    @Alternative
    @Singleton
    static class Defect extends Patience {
        Defect(EventConfig config, MeterRegistry metrics) {
            super(config, metrics);
        }

        @Override
        <T> T untilDone(String what, Supplier<T> attempt) {
            throw new StackOverflowError("not an exception");
        }
    }

    @Test
    void a_pod_whose_consumer_has_ended_is_not_alive() {
        given().get("/q/health/live").then().statusCode(200).body("checks.name", hasItem("sound"));

        await().atMost(EventsClient.PATIENCE).untilAsserted(() -> {
            accepted("""
                    {"traceId":"%s","userId":"%s","bizType":"ORDER","amount":1}""".formatted(fresh("order"), fresh("user")));
            given().get("/q/health/live")
                    .then()
                    .statusCode(503)
                    .body("checks.find { it.name == 'sound' }.status", equalTo("DOWN"));
        });
    }
}
