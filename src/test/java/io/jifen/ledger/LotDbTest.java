package io.jifen.ledger;

import static io.jifen.ledger.Fixture.adjust;
import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.openAccount;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class LotDbTest {

    @Inject
    TestClock clock;

    @Inject
    Time time;

    @Inject
    Ledger ledger;

    @Inject
    DataSource database;

    private String user;

    @BeforeEach
    void account() {
        user = openAccount();
    }

    @AfterEach
    void presentTime() {
        clock.reset();
    }

    @Test
    void lists_lots_by_day_with_what_never_expires_last_and_its_day_null() {
        // Given
        LocalDate registered = monthEndInAYear();
        grant(10, registered.plusDays(3));
        grant(20, Lot.NEVER);
        grant(30, registered.minusDays(3));

        // Then
        JsonPath lots = get(Tokens.service(), "/accounts/{userId}/lots", user)
                .statusCode(200)
                .body("items.granted", contains(30, 100, 10, 20))
                .body("items.remaining", contains(30, 100, 10, 20))
                .body("items[3]", hasKey("expiresOn"))
                .body("items[3].expiresOn", nullValue())
                .body("$", hasKey("nextCursor"))
                .body("nextCursor", nullValue())
                .extract()
                .jsonPath();
        assertThat(lots.getList("items.expiresOn", String.class).subList(0, 3))
                .containsExactly(
                        registered.minusDays(3).toString(),
                        registered.toString(),
                        registered.plusDays(3).toString());
    }

    @Test
    void gives_each_lot_once_over_all_pages() {
        // Given
        LocalDate registered = monthEndInAYear();
        for (int i = 1; i <= 6; i++) {
            grant(i, registered.plusDays(i));
        }

        // When
        List<Integer> granted = new ArrayList<>();
        String cursor = null;
        do {
            JsonPath page = get(
                            Tokens.service(),
                            "/accounts/{userId}/lots?limit=3" + (cursor == null ? "" : "&cursor=" + cursor),
                            user)
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            granted.addAll(page.getList("items.granted"));
            cursor = page.getString("nextCursor");
        } while (cursor != null);

        // Then
        assertThat(granted).containsExactly(100, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void shows_what_a_spend_left_also_where_that_is_nothing() {
        // Given
        grant(10, monthEndInAYear().minusDays(3));

        // When
        adjust(user, -40);

        // Then
        get(Tokens.service(), "/accounts/{userId}/lots", user)
                .body("items.granted", contains(10, 100))
                .body("items.remaining", contains(0, 70));
    }

    @Test
    void leaves_a_lot_out_from_the_day_after_its_last() {
        // Given
        LocalDate lastDay = monthEndInAYear();

        // When
        clock.moveTo(lastDay.plusDays(1).atStartOfDay(time.zone()).toInstant().minusSeconds(60));
        JsonPath onTheLastDay =
                get(Tokens.service(), "/accounts/{userId}/lots", user).extract().jsonPath();
        clock.plus(Period.ofDays(1));

        // Then
        assertThat(onTheLastDay.getList("items")).hasSize(1);
        get(Tokens.service(), "/accounts/{userId}/lots", user).body("items", hasSize(0));
    }

    @Test
    void shows_users_their_own_lots_only() {
        get(Tokens.user(user), "/accounts/{userId}/lots", user).statusCode(200);
        get(Tokens.user("mallory"), "/accounts/{userId}/lots", user)
                .statusCode(403)
                .body("code", equalTo("forbidden"));
        get(Tokens.service(), "/accounts/{userId}/lots", "nobody-" + user).statusCode(404);
    }

    @Test
    void refuses_limits_and_cursors_that_are_none() {
        for (String query : List.of("limit=0", "limit=x", "cursor=x", "cursor=AX_________8")) {
            get(Tokens.service(), "/accounts/{userId}/lots?" + query, user)
                    .statusCode(400)
                    .body("errors[0].field", equalTo(query.substring(0, query.indexOf('='))));
        }
    }

    /** A spend reads its lots in steps: the soonest, those of a month, all of them. Here they are 10 each, and 100 later. */
    @ParameterizedTest
    @ValueSource(longs = {1, 9, 10, 11, 29, 30, 31, 40, 49, 50, 51, 149, 150})
    void a_spend_takes_the_soonest_points_however_many_lots_they_are_in(long points) throws SQLException {
        // Given
        LocalDate soonest = time.today().plusDays(5);
        List<LocalDate> days = List.of(
                soonest,
                soonest.plusDays(1),
                soonest.plusDays(31),
                soonest.plusDays(32),
                soonest.plusDays(70),
                monthEndInAYear());
        days.subList(0, 5).forEach(day -> grant(10, day));

        // When
        adjust(user, -points);

        // Then
        List<Integer> remaining = new ArrayList<>();
        LocalDate next = null;
        long left = points;
        for (int i = 0; i < days.size(); i++) {
            long lot = i < 5 ? 10 : 100;
            long taken = Math.min(lot, left);
            left -= taken;
            remaining.add((int) (lot - taken));
            next = next == null && taken < lot ? days.get(i) : next;
        }
        get(Tokens.service(), "/accounts/{userId}/lots", user).body("items.remaining", equalTo(remaining));
        assertThat(nextExpiresOn()).isEqualTo(next);
    }

    @Test
    void accounts_whose_points_end_years_apart_are_right_in_one_batch() {
        // Given
        LocalDate day = time.today().plusDays(5);
        grant(10, day);
        grant(10, day.plusDays(20));
        String early = user;
        user = openAccount();
        adjust(user, -100);
        grant(10, day.plusYears(3));
        grant(10, day.plusYears(3).plusDays(1));
        grant(10, Lot.NEVER);
        String late = user;

        // When
        List<Answer> answers = ledger.post(List.of(spend(early, 15), spend(late, 15)));

        // Then
        assertThat(answers).hasOnlyElementsOfType(Answer.Posted.class);
        get(Tokens.service(), "/accounts/{userId}/lots", early).body("items.remaining", contains(0, 5, 100));
        get(Tokens.service(), "/accounts/{userId}/lots", late)
                .body("items.findAll { it.granted == 10 }.remaining", contains(0, 5, 10));
    }

    private static Posting spend(String userId, long points) {
        return Posting.of(
                new Key("", Fixture.newKey()),
                ContentHash.of("spend").with("points", points).bytes(),
                new Target.User(userId, false),
                new Operation.Spend(points));
    }

    private @Nullable LocalDate nextExpiresOn() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.list(
                            connection,
                            "SELECT next_expires_on FROM account WHERE user_id = ?",
                            row -> Optional.ofNullable(Sql.day(row, "next_expires_on")),
                            user)
                    .getFirst()
                    .orElse(null);
        }
    }

    /** The last day of the registration grant. */
    private LocalDate monthEndInAYear() {
        return new Validity(365, true).lastDay(time.today());
    }

    private void grant(long points, LocalDate lastDay) {
        Operation.Line line = new Operation.Line(points, lastDay, null, null);
        ledger.post(Posting.of(
                new Key("", Fixture.newKey()),
                ContentHash.of("grant").with("points", points).bytes(),
                new Target.User(user, false),
                new Operation.Grant(List.of(line))));
    }
}
