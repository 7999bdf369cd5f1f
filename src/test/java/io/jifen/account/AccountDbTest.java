package io.jifen.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.ledger.AccountOpening;
import io.jifen.platform.Time;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.time.Period;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class AccountDbTest {

    @Inject
    TestClock clock;

    @Inject
    AccountOpening opening;

    @Inject
    Time time;

    private final String user = "acc-" + UUID.randomUUID();

    @AfterEach
    void presentTime() {
        clock.reset();
    }

    @Test
    void a_new_nickname_undoes_nobodys_blocking() throws Exception {
        open(user, "Alice");
        for (int round = 0; round < 20; round++) {
            String nickname = "Alice " + round;
            change(Map.of("status", "ACTIVE"));

            AtOnce.run(4, i -> change(i == 0 ? Map.of("status", "BLOCKED") : Map.of("nickname", nickname)));

            change(Map.of()).body("status", equalTo("BLOCKED")).body("nickname", equalTo(nickname));
        }
    }

    private ValidatableResponse change(Map<String, String> changes) {
        return given().auth()
                .oauth2(Tokens.admin())
                .contentType(ContentType.JSON)
                .body(changes)
                .patch("/api/v1/accounts/" + user)
                .then()
                .statusCode(200);
    }

    @Test
    void opens_an_account_with_the_registration_grant() {
        // When
        ValidatableResponse response = open(user, "Alice");

        // Then
        response.statusCode(201)
                .body("userId", equalTo(user))
                .body("nickname", equalTo("Alice"))
                .body("status", equalTo("ACTIVE"))
                .body("available", equalTo(100))
                .body("frozen", equalTo(0))
                .body("pending", equalTo(0))
                .body("arrears", equalTo(0))
                .body("total", equalTo(100))
                .body("totalEarned", equalTo(100))
                .body("totalConsumed", equalTo(0))
                .body("totalExpired", equalTo(0))
                .body("level.code", equalTo("NORMAL"))
                .body("level.name", equalTo("Normal"))
                .body("level.nextCode", equalTo("VIP1"))
                .body("level.pointsToNext", equalTo(900))
                .body("$", hasKey("expiringSoon"))
                .body("expiringSoon", nullValue())
                .body("version", equalTo(1));
    }

    @Test
    void answers_200_with_the_same_account_when_it_is_there_already() {
        // Given
        open(user, "Alice").statusCode(201);

        // When
        ValidatableResponse again = open(user, "Bob");

        // Then
        again.statusCode(200)
                .body("nickname", equalTo("Alice"))
                .body("available", equalTo(100))
                .body("version", equalTo(1));
    }

    @Test
    void opens_once_and_grants_once_for_many_at_once() throws Exception {
        // When
        List<Integer> statuses =
                AtOnce.run(16, i -> open(user, "Alice").extract().statusCode());

        // Then
        assertThat(statuses).hasSize(16).containsOnly(200, 201);
        assertThat(Collections.frequency(statuses, 201)).isEqualTo(1);
        get(user, Tokens.service())
                .statusCode(200)
                .body("available", equalTo(100))
                .body("version", equalTo(1));
    }

    @Test
    void grants_what_a_crash_between_opening_and_granting_left_out() {
        // Given
        opening.open(user, "Alice", time.now());
        get(user, Tokens.service()).body("available", equalTo(0)).body("version", equalTo(0));

        // When
        ValidatableResponse response = open(user, null);

        // Then
        response.statusCode(200)
                .body("nickname", equalTo("Alice"))
                .body("available", equalTo(100))
                .body("version", equalTo(1));
    }

    @Test
    void refuses_a_request_that_names_no_user() {
        given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/v1/accounts")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid-request"))
                .body("errors", hasSize(1))
                .body("errors[0].field", equalTo("userId"));
    }

    @Test
    void refuses_a_user_id_and_a_nickname_that_are_none() {
        given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .body(Map.of("userId", "two words", "nickname", "n".repeat(65)))
                .post("/api/v1/accounts")
                .then()
                .statusCode(400)
                .body("errors.field", equalTo(List.of("nickname", "userId")));
    }

    @Test
    void lets_services_and_admins_open_accounts_and_nobody_else() {
        openAs(null, user).statusCode(401).body("code", equalTo("unauthenticated"));
        openAs(Tokens.user(user), user).statusCode(403).body("code", equalTo("forbidden"));
        openAs(Tokens.admin(), user).statusCode(201);
    }

    @Test
    void shows_users_their_own_account_only_whether_another_exists_or_not() {
        // Given
        open(user, null);

        // Then
        get(user, Tokens.user(user)).statusCode(200).body("userId", equalTo(user));
        get(user, Tokens.user("mallory")).statusCode(403).body("code", equalTo("forbidden"));
        get("nobody-" + user, Tokens.user("mallory")).statusCode(403).body("code", equalTo("forbidden"));
    }

    @Test
    void says_that_there_is_no_such_account() {
        get(user, Tokens.service()).statusCode(404).body("code", equalTo("account-not-found"));
        get(user, Tokens.user(user)).statusCode(404).body("code", equalTo("account-not-found"));
    }

    @Test
    void announces_the_earliest_points_that_expire_within_30_days() {
        // Given
        open(user, null).body("expiringSoon", nullValue());
        String lastDay = lastDayOfTheFirstLot();

        // When
        clock.plus(Period.ofDays(
                (int) (LocalDate.parse(lastDay).toEpochDay() - time.today().toEpochDay()) - 30));

        // Then
        get(user, Tokens.service())
                .body("expiringSoon.points", equalTo(100))
                .body("expiringSoon.date", equalTo(lastDay));

        // And a day earlier, not yet
        clock.plus(Period.ofDays(-1));
        get(user, Tokens.service()).body("expiringSoon", nullValue());
    }

    @Test
    void leaves_out_points_from_the_moment_their_last_day_is_over() {
        // Given
        open(user, null);
        LocalDate lastDay = LocalDate.parse(lastDayOfTheFirstLot());

        // When
        clock.moveTo(lastDay.plusDays(1).atStartOfDay(time.zone()).toInstant().minusMillis(60_000));
        ValidatableResponse onTheLastDay = get(user, Tokens.service());
        clock.moveTo(lastDay.plusDays(1).atStartOfDay(time.zone()).toInstant());
        ValidatableResponse theNextDay = get(user, Tokens.service());

        // Then
        onTheLastDay.body("available", equalTo(100)).body("expiringSoon.points", equalTo(100));
        theNextDay
                .body("available", equalTo(0))
                .body("total", equalTo(0))
                .body("totalExpired", equalTo(100))
                .body("totalEarned", equalTo(100))
                .body("expiringSoon", nullValue());
    }

    private String lastDayOfTheFirstLot() {
        return given().auth()
                .oauth2(Tokens.service())
                .get("/api/v1/accounts/{userId}/lots", user)
                .then()
                .statusCode(200)
                .extract()
                .path("items[0].expiresOn");
    }

    private static ValidatableResponse open(String userId, String nickname) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .body(nickname == null ? Map.of("userId", userId) : Map.of("userId", userId, "nickname", nickname))
                .post("/api/v1/accounts")
                .then();
    }

    private static ValidatableResponse openAs(String token, String userId) {
        var request = given().contentType(ContentType.JSON).body(Map.of("userId", userId));
        return (token == null ? request : request.auth().oauth2(token))
                .post("/api/v1/accounts")
                .then();
    }

    private static ValidatableResponse get(String userId, String token) {
        return given().auth()
                .oauth2(token)
                .get("/api/v1/accounts/{userId}", userId)
                .then();
    }
}
