package io.jifen.ledger;

import static io.jifen.ledger.Fixture.adjust;
import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.openAccount;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.platform.Time;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class EntryDbTest {

    @Inject
    TestClock clock;

    @Inject
    Time time;

    @Inject
    Entries entries;

    @Inject
    AccountIds accounts;

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
    void shows_every_field_of_an_entry() {
        // When
        adjust(user, -30, "the-key-" + user).statusCode(201);

        // Then
        get(Tokens.service(), "/accounts/{userId}/entries", user)
                .statusCode(200)
                .body("$", hasKey("nextCursor"))
                .body("nextCursor", nullValue())
                .body("items", hasSize(2))
                .body("items.version", contains(2, 1))
                .body("items[0].id", matchesPattern("\\d{15,19}"))
                .body("items[0].transactionNo", matchesPattern("\\d{15,19}"))
                .body("items[0].type", equalTo("ADJUST"))
                .body("items[0].traceId", equalTo("the-key-" + user))
                .body("items[0].points", equalTo(-30))
                .body("items[0].frozenChange", equalTo(0))
                .body("items[0].pendingChange", equalTo(0))
                .body("items[0].arrearsChange", equalTo(0))
                .body("items[0].beforeBalance", equalTo(100))
                .body("items[0].afterBalance", equalTo(70))
                .body("items[0].reason", equalTo("a correction"))
                .body("items[0].operator", equalTo("admin"))
                .body("items[0].createdAt", matchesPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"))
                .body("items[1].type", equalTo("GRANT"))
                .body("items[1].bizType", equalTo("REGISTER"))
                .body("items[1].ruleCode", equalTo("REGISTER"))
                .body("items[1].ruleVersion", equalTo(1))
                .body("items[1].expireAt", matchesPattern("\\d{4}-\\d\\d-\\d\\dT16:00:00\\.000Z"));
    }

    @Test
    void gives_each_entry_once_over_all_pages_also_when_others_are_added_meanwhile() {
        // Given
        IntStream.range(0, 9).forEach(i -> adjust(user, 1));

        // When
        List<Integer> versions = new ArrayList<>();
        String cursor = null;
        do {
            JsonPath page = cursor == null ? page("limit=4") : page("limit=4&cursor=" + cursor);
            versions.addAll(page.getList("items.version"));
            cursor = page.getString("nextCursor");
            adjust(user, 1);
        } while (cursor != null);

        // Then
        assertThat(versions).containsExactly(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
    }

    @Test
    void filters_by_type_and_bizType() {
        adjust(user, 5);

        get(Tokens.service(), "/accounts/{userId}/entries?type=GRANT", user)
                .body("items.type", everyItem(equalTo("GRANT")))
                .body("items", hasSize(1));
        get(Tokens.service(), "/accounts/{userId}/entries?bizType=REGISTER", user)
                .body("items.bizType", contains("REGISTER"));
        get(Tokens.service(), "/accounts/{userId}/entries?type=ADJUST&bizType=REGISTER", user)
                .body("items", hasSize(0));
    }

    @Test
    void filters_by_createdAt_from_included_to_excluded_over_pages() {
        // Given
        List<Instant> moments = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clock.plus(Duration.ofSeconds(10));
            adjust(user, i + 1);
            moments.add(createdAt(0));
        }

        // When
        JsonPath first = page("limit=2&from=" + moments.get(1) + "&to=" + moments.get(4));
        JsonPath second = page("limit=2&from=" + moments.get(1) + "&to=" + moments.get(4) + "&cursor="
                + first.getString("nextCursor"));

        // Then
        assertThat(first.getList("items.points")).isEqualTo(List.of(4, 3));
        assertThat(second.getList("items.points")).isEqualTo(List.of(2));
        assertThat(second.getString("nextCursor")).isNull();
    }

    @Test
    void refuses_filters_limits_and_cursors_that_are_none() {
        for (String query : List.of("type=GIFT", "bizType=a b", "from=yesterday", "limit=0", "limit=101", "cursor=x")) {
            get(Tokens.service(), "/accounts/{userId}/entries?" + query, user)
                    .statusCode(400)
                    .body("code", equalTo("invalid-request"))
                    .body("errors[0].field", equalTo(query.substring(0, query.indexOf('='))));
        }
    }

    @Test
    void shows_users_their_own_entries_only() {
        get(Tokens.user(user), "/accounts/{userId}/entries", user).statusCode(200);
        get(Tokens.user("mallory"), "/accounts/{userId}/entries", user)
                .statusCode(403)
                .body("code", equalTo("forbidden"));
        get(Tokens.user("mallory"), "/accounts/{userId}/entries", "nobody").statusCode(403);
        get(Tokens.service(), "/accounts/{userId}/entries", "nobody-" + user)
                .statusCode(404)
                .body("code", equalTo("account-not-found"));
    }

    @Test
    void pages_by_number_through_what_changed_the_available_points() {
        // Given
        IntStream.range(1, 5).forEach(i -> adjust(user, i));

        // When
        List<Entry> second = entries.page(accounts.require(user), 2, 2);

        // Then
        assertThat(second).extracting(Entry::points).containsExactly(2L, 1L);
        assertThat(entries.page(accounts.require(user), 4, 2))
                .extracting(Entry::points)
                .containsExactly(100L);
        assertThat(entries.page(accounts.require(user), 5, 2)).isEmpty();
    }

    private Instant createdAt(int index) {
        return Instant.parse(page("limit=1").getString("items[" + index + "].createdAt"));
    }

    private JsonPath page(String query) {
        return get(Tokens.service(), "/accounts/{userId}/entries?" + query, user)
                .statusCode(200)
                .extract()
                .jsonPath();
    }
}
