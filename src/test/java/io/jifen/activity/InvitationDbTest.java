package io.jifen.activity;

import static io.jifen.activity.ActivityClient.available;
import static io.jifen.activity.ActivityClient.fresh;
import static io.jifen.activity.ActivityClient.open;
import static io.jifen.activity.ActivityClient.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class InvitationDbTest {

    @Inject
    DataSource database;

    @Inject
    InvitationJob job;

    private String alice;
    private String bob;

    @BeforeEach
    void accounts() {
        alice = open("alice");
        bob = open("bob");
    }

    @Test
    void an_invitation_pays_both() {
        // When
        post("/invitations", invitation(alice, bob, fresh("key")))
                .statusCode(201)
                .body("inviterId", equalTo(alice))
                .body("inviteeId", equalTo(bob))
                .body("status", equalTo("PAID"))
                .body("userId", equalTo(bob))
                .body("points", equalTo(50));

        // Then
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(150);
    }

    @Test
    void a_repeat_gets_the_first_answer_and_pays_nobody_again() {
        // Given
        Map<String, String> invitation = invitation(alice, bob, fresh("key"));
        byte[] first =
                post("/invitations", invitation).statusCode(201).extract().asByteArray();

        // When
        byte[] again = post("/invitations", invitation)
                .statusCode(200)
                .header("Idempotency-Replayed", "true")
                .extract()
                .asByteArray();

        // Then
        assertThat(again).isEqualTo(first);
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(150);
    }

    @Test
    void a_user_is_invited_once_by_whomever() {
        // Given
        String transactionNo = post("/invitations", invitation(alice, bob, fresh("key")))
                .extract()
                .path("transactionNo");
        String eve = open("eve");

        // When / Then
        for (String inviter : List.of(alice, eve)) {
            post("/invitations", invitation(inviter, bob, fresh("key")))
                    .statusCode(409)
                    .body("code", equalTo("already-granted"))
                    .body("transactionNo", equalTo(transactionNo));
        }
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(eve)).isEqualTo(100);
        assertThat(available(bob)).isEqualTo(150);
    }

    @Test
    void what_an_inviter_was_not_paid_nobody_else_gets() throws SQLException {
        // Given: an inviter whom the rules refused
        post("/invitations", invitation(alice, bob, fresh("key"))).statusCode(201);
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, "UPDATE invitation SET inviter_paid = FALSE WHERE invitee_id = ?", bob);
        }
        String eve = open("eve");

        // When
        post("/invitations", invitation(eve, bob, fresh("key"))).statusCode(409);

        // Then
        assertThat(available(eve)).isEqualTo(100);
    }

    /** As left behind by a time in which invitations waited for the first order. */
    @Test
    void those_that_wait_are_paid_where_invitations_are_paid_at_once_by_now() throws SQLException {
        // Given
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, """
                    INSERT INTO invitation
                        (invitee_id, inviter_id, transaction_no, invitee_paid, inviter_paid, created_at)
                    VALUES (?, ?, 17, FALSE, FALSE, NOW(3))""", bob, alice);
        }

        // When
        job.payWaiting();
        job.payWaiting();

        // Then
        assertThat(available(alice)).isEqualTo(150);
        assertThat(available(bob)).isEqualTo(150);
    }

    @Test
    void one_inviter_invites_many_and_an_invitee_may_invite() {
        String carol = open("carol");

        post("/invitations", invitation(alice, bob, fresh("key"))).statusCode(201);
        post("/invitations", invitation(alice, carol, fresh("key"))).statusCode(201);
        post("/invitations", invitation(bob, alice, fresh("key"))).statusCode(201);

        assertThat(available(alice)).isEqualTo(250);
        assertThat(available(bob)).isEqualTo(200);
    }

    @Test
    void twenty_inviters_at_once_of_one_invitee_are_one() throws Exception {
        // Given
        List<String> inviters = AtOnce.run(20, i -> open("inviter"));

        // When
        List<Integer> statuses =
                AtOnce.run(20, i -> post("/invitations", invitation(inviters.get(i), bob, fresh("key")))
                        .extract()
                        .statusCode());

        // Then
        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses.stream().filter(status -> status == 409)).hasSize(19);
        assertThat(available(bob)).isEqualTo(150);
        assertThat(inviters.stream().mapToInt(ActivityClient::available).sum()).isEqualTo(20 * 100 + 50);
    }

    @Test
    void who_has_no_account_is_opened_one() {
        String inviter = fresh("inviter");
        String invitee = fresh("invitee");

        post("/invitations", invitation(inviter, invitee, fresh("key"))).statusCode(201);

        assertThat(available(inviter)).isEqualTo(150);
        assertThat(available(invitee)).isEqualTo(150);
    }

    @Test
    void nobody_invites_oneself() {
        post("/invitations", invitation(bob, bob, fresh("key")))
                .statusCode(400)
                .body("code", equalTo("invalid-request"))
                .body("errors[0].field", equalTo("inviteeId"));
        post("/invitations", Map.of("inviterId", alice, "inviteeId", bob))
                .statusCode(400)
                .body("code", equalTo("missing-idempotency-key"));
        post("/invitations", Map.of("inviterId", alice, "traceId", fresh("key")))
                .statusCode(400)
                .body("errors[0].field", notNullValue());
        assertThat(available(bob)).isEqualTo(100);
    }

    @Test
    void a_key_with_other_content_is_refused() {
        String key = fresh("key");
        post("/invitations", invitation(alice, bob, key)).statusCode(201);

        post("/invitations", invitation(alice, open("carol"), key))
                .statusCode(422)
                .body("code", equalTo("idempotency-key-reused"));
    }

    private static Map<String, String> invitation(String inviter, String invitee, String key) {
        return Map.of("inviterId", inviter, "inviteeId", invitee, "traceId", key);
    }
}
