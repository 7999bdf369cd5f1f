package io.jifen.activity;

import static io.jifen.activity.ActivityClient.available;
import static io.jifen.activity.ActivityClient.fresh;
import static io.jifen.activity.ActivityClient.get;
import static io.jifen.activity.ActivityClient.make;
import static io.jifen.activity.ActivityClient.open;
import static io.jifen.activity.ActivityClient.post;
import static io.jifen.activity.ActivityClient.signIn;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.jifen.ledger.Partitions;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class SignInDbTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    @Inject
    TestClock clock;

    @Inject
    Partitions partitions;

    private String bob;

    @BeforeEach
    void account() {
        bob = open("bob");
    }

    @AfterEach
    void clock_is_back() {
        clock.reset();
    }

    @Test
    void a_sign_in_earns_once_a_day() {
        // When
        String transactionNo = signIn(bob)
                .statusCode(201)
                .body("type", equalTo("GRANT"))
                .body("bizType", equalTo("SIGN_IN"))
                .body("bizNo", equalTo(today().toString()))
                .body("points", equalTo(5))
                .body("available", equalTo(105))
                .body("streak", equalTo(1))
                .body("bonus", equalTo(0))
                .extract()
                .path("transactionNo");

        // Then
        signIn(bob)
                .statusCode(409)
                .contentType("application/problem+json")
                .body("code", equalTo("already-signed-in"))
                .body("transactionNo", equalTo(transactionNo));
        assertThat(available(bob)).isEqualTo(105);
    }

    @Test
    void fifty_at_once_are_one() throws Exception {
        // When
        List<Integer> statuses = AtOnce.run(50, i -> signIn(bob).extract().statusCode());

        // Then
        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses.stream().filter(status -> status == 409)).hasSize(49);
        assertThat(available(bob)).isEqualTo(105);
        get("/accounts/" + bob + "/sign-ins").body("days", hasSize(1)).body("streak", equalTo(1));
    }

    @Test
    void many_users_sign_in_at_once() throws Exception {
        // Given
        List<String> users = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            users.add(fresh("user"));
        }

        // When: each of them twice, and none has an account yet
        List<Integer> statuses =
                AtOnce.run(80, i -> signIn(users.get(i % 40)).extract().statusCode());

        // Then
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(40);
        assertThat(users).allSatisfy(user -> assertThat(available(user)).isEqualTo(105));
    }

    @Test
    void every_seventh_day_in_a_row_brings_a_bonus() {
        for (int day = 1; day <= 14; day++) {
            boolean seventh = day % 7 == 0;
            signIn(bob)
                    .statusCode(201)
                    .body("streak", equalTo(day))
                    .body("bonus", equalTo(seventh ? 10 : 0))
                    .body("points", equalTo(seventh ? 15 : 5))
                    .body("entries", hasSize(seventh ? 2 : 1));
            pass(Duration.ofDays(1));
        }

        assertThat(available(bob)).isEqualTo(100 + 14 * 5 + 2 * 10);
    }

    /** Both rules of a day are asked at once; each must know what the other takes. */
    @Test
    void the_day_and_its_bonus_take_from_one_budget() {
        // Given: six days in a row, and a campaign from the seventh on that may add 25 points in all
        for (int day = 1; day <= 6; day++) {
            signIn(bob).statusCode(201);
            pass(Duration.ofDays(1));
        }
        String code = "T_" + Long.toString(System.nanoTime(), 36).toUpperCase(Locale.ROOT);
        make(
                "campaigns",
                Map.of(
                        "code",
                        code,
                        "bizTypes",
                        List.of("SIGN_IN"),
                        "factor",
                        3,
                        "budget",
                        25,
                        "condition",
                        "account.userId == '" + bob + "'",
                        "from",
                        "2020-01-01T00:00:00Z",
                        "to",
                        "2990-01-01T00:00:00Z"));

        // When / Then: 5 and 10 more for the day, and of 10 and 20 more for the bonus what is left
        signIn(bob)
                .statusCode(201)
                .body("streak", equalTo(7))
                .body("points", equalTo(5 + 10 + 10 + 15))
                .body("bonus", equalTo(10 + 15));
        pass(Duration.ofDays(1));
        signIn(bob).statusCode(201).body("points", equalTo(5));
    }

    @Test
    void a_day_left_out_starts_a_new_streak() {
        // Given
        signIn(bob).body("streak", equalTo(1));
        pass(Duration.ofDays(1));
        signIn(bob).body("streak", equalTo(2));

        // When
        pass(Duration.ofDays(2));

        // Then
        get("/accounts/" + bob + "/sign-ins").body("streak", equalTo(0));
        signIn(bob).body("streak", equalTo(1));
    }

    @Test
    void the_day_is_the_programs() {
        // Given: two seconds before midnight in Shanghai, where it is 15:59:58 in UTC
        moveTo(tomorrow().atStartOfDay(SHANGHAI).toInstant().minusSeconds(2));
        LocalDate before = today();
        signIn(bob).statusCode(201).body("bizNo", equalTo(before.toString()));

        // When
        pass(Duration.ofSeconds(2));

        // Then
        signIn(bob)
                .statusCode(201)
                .body("bizNo", equalTo(before.plusDays(1).toString()))
                .body("streak", equalTo(2));
    }

    @Test
    void the_calendar_shows_a_month() {
        // Given: the last day of a month and the first of the next
        LocalDate last = YearMonth.from(today()).plusMonths(1).atEndOfMonth();
        moveTo(last.atTime(12, 0).atZone(SHANGHAI).toInstant());
        signIn(bob).statusCode(201);
        pass(Duration.ofDays(1));
        signIn(bob).statusCode(201);
        pass(Duration.ofDays(1));

        // When / Then: the streak is that of today, whatever month is shown
        get("/accounts/" + bob + "/sign-ins?month=" + YearMonth.from(last))
                .statusCode(200)
                .body("month", equalTo(YearMonth.from(last).toString()))
                .body("days", contains(last.toString()))
                .body("streak", equalTo(2));
        get("/accounts/" + bob + "/sign-ins")
                .body("month", equalTo(YearMonth.from(last).plusMonths(1).toString()))
                .body("days", contains(last.plusDays(1).toString()));
        get("/accounts/" + bob + "/sign-ins?month=2020-02").body("days", empty());
    }

    @Test
    void months_that_can_not_be_read_are_refused() {
        get("/accounts/" + bob + "/sign-ins?month=2026-13").statusCode(400).body("code", equalTo("invalid-request"));
        get("/accounts/" + bob + "/sign-ins?month=%2B99999-01").statusCode(400);
        get("/accounts/" + fresh("nobody") + "/sign-ins").statusCode(404).body("code", equalTo("account-not-found"));
    }

    @Test
    void a_user_signs_in_alone() {
        String eve = open("eve");

        given().auth()
                .oauth2(Tokens.user(eve))
                .post("/api/v1/accounts/{user}/sign-ins", bob)
                .then()
                .statusCode(403);
        given().auth()
                .oauth2(Tokens.user(eve))
                .get("/api/v1/accounts/{user}/sign-ins", bob)
                .then()
                .statusCode(403);
        post("/accounts/" + bob + "/sign-ins", Map.of()).statusCode(201);
    }

    @Test
    void a_blocked_account_does_not_sign_in_until_it_is_free_again() {
        // Given
        status("BLOCKED");
        signIn(bob).statusCode(409).body("code", equalTo("account-blocked"));

        // When
        status("ACTIVE");

        // Then: the refusal was not the day's outcome
        signIn(bob).statusCode(201);
    }

    private void status(String status) {
        given().auth()
                .oauth2(Tokens.admin())
                .contentType(ContentType.JSON)
                .body(Map.of("status", status))
                .patch("/api/v1/accounts/{user}", bob)
                .then()
                .statusCode(200);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), SHANGHAI);
    }

    private LocalDate tomorrow() {
        return today().plusDays(1);
    }

    /** Lets time pass; the job that makes partitions has run meanwhile. */
    private void pass(Duration time) {
        moveTo(clock.instant().plus(time));
    }

    private void moveTo(Instant moment) {
        clock.moveTo(moment);
        partitions.ensure(moment);
    }
}
