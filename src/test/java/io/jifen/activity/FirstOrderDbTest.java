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
import io.jifen.services.TestClock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invitations that are paid with the invitee's first order. */
@QuarkusTest
@TestProfile(FirstOrderDbTest.PaidWithTheFirstOrder.class)
@ExtendWith(InvariantsCheck.class)
class FirstOrderDbTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public static final class PaidWithTheFirstOrder implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("jifen.invitation.pay", "first-order", "jifen.invitations-every", "off");
        }
    }

    /** Runs when the test lets it. */
    @Inject
    InvitationJob job;

    @Inject
    TestClock clock;

    private String alice;
    private String bob;

    @BeforeEach
    void accounts() {
        alice = open("alice");
        bob = open("bob");
    }

    @AfterEach
    void back_to_now() {
        clock.reset();
    }

    @Test
    void an_invitation_waits_for_the_first_order() {
        // Given
        invite().statusCode(201).body("status", equalTo("WAITING")).body("entries", empty());
        job.run();
        assertThat(available(alice)).isEqualTo(100);

        // When
        order(bob, 10);
        job.run();

        // Then
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(160);

        // When: the next one
        order(bob, 10);
        job.run();

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
        job.run();

        // Then
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(eve)).isEqualTo(100);
        assertThat(available(bob)).isEqualTo(160);
    }

    @Test
    void an_order_that_was_there_before_its_invitation_counts() {
        // Given
        order(bob, 10);
        job.run();

        // When
        invite().statusCode(201).body("status", equalTo("PAID"));

        // Then
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(160);
    }

    /** Without a number, or of so little money that it earns nothing; before the invitation or after it. */
    @ParameterizedTest
    @CsvSource({"false,10", "true,0.5", "false,0.5"})
    void an_order_counts_whatever_it_earns(boolean numbered, BigDecimal amount) {
        // Given
        invite().body("status", equalTo("WAITING"));
        String carol = open("carol");

        // When
        post("/grants", order(bob, amount, numbered)).statusCode(201);
        post("/grants", order(carol, amount, numbered)).statusCode(201);
        job.run();

        // Then
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(150 + amount.intValue());
        post("/invitations", Map.of("inviterId", bob, "inviteeId", carol, "traceId", fresh("key")))
                .statusCode(201)
                .body("status", equalTo("PAID"));
        assertThat(available(carol)).isEqualTo(150 + amount.intValue());
    }

    @Test
    void an_order_by_event_counts_and_opens_the_account() {
        // Given
        String carol = fresh("carol");
        post("/invitations", Map.of("inviterId", alice, "inviteeId", carol, "traceId", fresh("key")))
                .body("status", equalTo("WAITING"));

        // When
        await().atMost(PATIENCE)
                .until(() -> post("/events", order(carol, BigDecimal.ONE, true))
                                .extract()
                                .statusCode()
                        == 202);

        // Then
        await().atMost(PATIENCE).until(() -> {
            job.run();
            return available(alice) == 150;
        });
        assertThat(available(carol)).isEqualTo(151);
    }

    @Test
    void an_order_and_its_invitation_at_once_pay_once() throws Exception {
        // When
        AtOnce.run(12, i -> switch (i % 3) {
            case 0 -> invite().extract().statusCode();
            case 1 ->
                post("/grants", order(bob, BigDecimal.TEN, true)).extract().statusCode();
            default -> run();
        });
        job.run();

        // Then
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(100 + 4 * 10 + 50);
    }

    @Test
    void what_is_no_order_of_the_invitee_pays_nobody() {
        invite();

        post("/deductions", Map.of("traceId", fresh("k"), "userId", bob, "points", 1, "bizType", "ORDER", "bizNo", "o"))
                .statusCode(201);
        post("/grants", Map.of("traceId", fresh("k"), "userId", bob, "bizType", "ORDER", "points", 5))
                .statusCode(422);
        order(alice, 7);
        ActivityClient.signIn(bob).statusCode(201);
        job.run();

        assertThat(available(alice)).isEqualTo(107);
        assertThat(available(bob)).isEqualTo(104);
    }

    @Test
    void what_the_rules_refuse_to_pay_is_tried_again_later() {
        // Given
        invite();
        Map<String, Object> rule = new HashMap<>(Map.of("bizType", "INVITE", "fixed", 50, "status", "INACTIVE"));
        ActivityClient.editRule("INVITE", rule);
        try {
            order(bob, 10);
            job.run();
            assertThat(available(bob)).isEqualTo(110);
        } finally {
            rule.put("status", "ACTIVE");
            ActivityClient.editRule("INVITE", rule);
        }
        job.run();
        assertThat(available(bob)).as("not at once").isEqualTo(110);

        // When
        clock.plus(Duration.ofHours(2));
        job.run();

        // Then
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(160);
    }

    private int run() {
        job.run();
        return 0;
    }

    private ValidatableResponse invite() {
        return post("/invitations", Map.of("inviterId", alice, "inviteeId", bob, "traceId", fresh("key")));
    }

    private static void order(String user, int amount) {
        post("/grants", order(user, BigDecimal.valueOf(amount), true)).statusCode(201);
    }

    private static Map<String, Object> order(String user, BigDecimal amount, boolean numbered) {
        Map<String, Object> order =
                new HashMap<>(Map.of("traceId", fresh("order"), "userId", user, "bizType", "ORDER", "amount", amount));
        if (numbered) {
            order.put("bizNo", fresh("o"));
        }
        return order;
    }
}
