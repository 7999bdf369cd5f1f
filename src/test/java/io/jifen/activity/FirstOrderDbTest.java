package io.jifen.activity;

import static io.jifen.activity.ActivityClient.available;
import static io.jifen.activity.ActivityClient.fresh;
import static io.jifen.activity.ActivityClient.open;
import static io.jifen.activity.ActivityClient.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Invitations that are paid with the invitee's first order. */
@QuarkusTest
@TestProfile(FirstOrderDbTest.PaidWithTheFirstOrder.class)
@ExtendWith(InvariantsCheck.class)
class FirstOrderDbTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public static final class PaidWithTheFirstOrder implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("jifen.invitation.pay", "FIRST_ORDER");
        }
    }

    @Inject
    FirstOrderConsumer consumer;

    private String alice;
    private String bob;

    @BeforeEach
    void accounts() {
        alice = open("alice");
        bob = open("bob");
    }

    @Test
    void an_invitation_waits_for_the_first_order() {
        // Given
        invite().statusCode(201).body("status", equalTo("WAITING")).body("entries", empty());
        assertThat(available(alice)).isEqualTo(100);

        // When
        order(bob, 10);

        // Then
        await().atMost(PATIENCE).until(() -> available(alice) == 150);
        assertThat(available(bob)).isEqualTo(160);

        // When: the next one
        order(bob, 10);
        consumer_has_seen(bob);

        // Then
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(170);
    }

    @Test
    void whoever_invites_second_gets_nothing_though_the_first_one_still_waits() {
        // Given
        String eve = open("eve");
        String first = invite().extract().path("transactionNo");

        // When
        post("/invitations", Map.of("inviterId", eve, "inviteeId", bob, "traceId", fresh("key")))
                .statusCode(409)
                .body("code", equalTo("already-granted"))
                .body("transactionNo", equalTo(first));
        order(bob, 10);

        // Then
        await().atMost(PATIENCE).until(() -> available(alice) == 150);
        assertThat(available(eve)).isEqualTo(100);
        assertThat(available(bob)).isEqualTo(160);
    }

    @Test
    void an_order_that_was_there_before_its_invitation_counts() {
        // Given
        order(bob, 10);

        // When
        invite().statusCode(201).body("status", equalTo("PAID"));

        // Then
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(160);
    }

    @Test
    void an_order_and_its_invitation_at_once_pay_once() throws Exception {
        // When
        AtOnce.run(
                8,
                i -> i < 4
                        ? invite().extract().statusCode()
                        : post("/grants", grant(bob, 10)).extract().statusCode());

        // Then
        await().atMost(PATIENCE).until(() -> available(alice) == 150);
        consumer_has_seen(bob);
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(100 + 4 * 10 + 50);
    }

    @Test
    void what_is_no_order_of_the_invitee_pays_nobody() throws Exception {
        invite();

        post("/deductions", Map.of("traceId", fresh("k"), "userId", bob, "points", 1, "bizType", "ORDER", "bizNo", "o"))
                .statusCode(201);
        order(alice, 7);
        ActivityClient.signIn(bob).statusCode(201);
        consumer.apply(List.of("no JSON".getBytes(StandardCharsets.UTF_8)));
        await().during(Duration.ofSeconds(2))
                .atMost(PATIENCE)
                .until(() -> available(alice) == 107 && available(bob) == 104);
    }

    /** Delivered again, and often: so it has been seen by then, at least once. */
    private void consumer_has_seen(String buyer) {
        byte[] message = """
                {"userId":"%s","type":"GRANT","bizType":"ORDER"}""".formatted(buyer).getBytes(StandardCharsets.UTF_8);
        try {
            consumer.apply(Collections.nCopies(10, message));
            consumer.apply(List.of(message));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private ValidatableResponse invite() {
        return post("/invitations", Map.of("inviterId", alice, "inviteeId", bob, "traceId", fresh("key")));
    }

    private static void order(String user, int amount) {
        post("/grants", grant(user, amount)).statusCode(201);
    }

    private static Map<String, Object> grant(String user, int amount) {
        return Map.of(
                "traceId", fresh("order"), "userId", user, "bizType", "ORDER", "bizNo", fresh("o"), "amount", amount);
    }
}
