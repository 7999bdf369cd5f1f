package io.jifen.ledger;

import static io.jifen.ledger.Fixture.adjust;
import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.newKey;
import static io.jifen.ledger.Fixture.openAccount;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.services.InvariantsCheck;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class RequestDbTest {

    @Inject
    Ledger ledger;

    private String user;

    @BeforeEach
    void account() {
        user = openAccount();
    }

    @Test
    void knows_what_was_posted() {
        // Given
        String key = newKey();
        String transactionNo = adjust(user, 5, key).extract().path("transactionNo");

        // Then
        get(Tokens.service(), "/requests/{traceId}", key)
                .statusCode(200)
                .body("traceId", equalTo(key))
                .body("status", equalTo("POSTED"))
                .body("code", nullValue())
                .body("transactionNo", equalTo(transactionNo))
                .body("userId", equalTo(user))
                .body("createdAt", matchesPattern(".*T.*\\.\\d{3}Z"));
    }

    @Test
    void knows_what_was_refused_and_why() {
        // Given
        String key = newKey();
        adjust(user, -500, key).statusCode(409);

        // Then
        get(Tokens.service(), "/requests/{traceId}", key)
                .statusCode(200)
                .body("status", equalTo("REFUSED"))
                .body("code", equalTo("insufficient-points"))
                .body("transactionNo", nullValue())
                .body("userId", equalTo(user));
    }

    @Test
    void knows_the_user_of_a_refusal_that_had_no_account() {
        // Given
        String key = newKey();
        adjust("nobody-" + user, 5, key).statusCode(404);

        // Then
        get(Tokens.service(), "/requests/{traceId}", key)
                .body("status", equalTo("REFUSED"))
                .body("code", equalTo("account-not-found"))
                .body("userId", equalTo("nobody-" + user));
    }

    @Test
    void says_unknown_of_a_key_that_was_not_decided() {
        String key = newKey();
        get(Tokens.service(), "/requests/{traceId}", key)
                .statusCode(200)
                .body("traceId", equalTo(key))
                .body("status", equalTo("UNKNOWN"));
    }

    @Test
    void finds_no_keys_of_users() {
        // Given
        String key = newKey();
        ledger.post(Posting.of(
                new Key("u:" + user, key),
                ContentHash.of("adjust").bytes(),
                new Target.User(user, false),
                new Operation.Adjust(5, Lot.NEVER)));

        // Then
        get(Tokens.service(), "/requests/{traceId}", key).body("status", equalTo("UNKNOWN"));
    }

    @Test
    void takes_every_character_a_key_may_have() {
        // Given
        String key = "a/b?c#d%e&f=g+h;i!~:\"\\" + newKey();
        adjust(user, 5, key).statusCode(201);

        // Then
        get(Tokens.service(), "/requests/{traceId}", key)
                .statusCode(200)
                .body("traceId", equalTo(key))
                .body("status", equalTo("POSTED"));
    }

    @Test
    void refuses_what_can_not_be_a_key() {
        get(Tokens.service(), "/requests/{traceId}", "k".repeat(129))
                .statusCode(400)
                .body("errors[0].field", equalTo("traceId"));
    }

    @Test
    void is_for_services_and_admins() {
        get(Tokens.user(user), "/requests/{traceId}", "k").statusCode(403);
        get(Tokens.admin(), "/requests/{traceId}", newKey()).statusCode(200);
    }
}
