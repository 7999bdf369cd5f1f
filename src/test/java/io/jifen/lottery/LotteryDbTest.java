package io.jifen.lottery;

import static io.jifen.exchange.ShopClient.ADDRESS;
import static io.jifen.exchange.ShopClient.addCodes;
import static io.jifen.exchange.ShopClient.available;
import static io.jifen.exchange.ShopClient.fresh;
import static io.jifen.exchange.ShopClient.get;
import static io.jifen.exchange.ShopClient.goods;
import static io.jifen.exchange.ShopClient.make;
import static io.jifen.exchange.ShopClient.open;
import static io.jifen.exchange.ShopClient.post;
import static io.jifen.exchange.ShopClient.put;
import static io.jifen.exchange.ShopClient.report;
import static io.jifen.exchange.ShopClient.stock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.exchange.WithoutWarehouse;
import io.jifen.ledger.Checker;
import io.jifen.ledger.Violation;
import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(WithoutWarehouse.class)
@ExtendWith(InvariantsCheck.class)
class LotteryDbTest {

    @Inject
    TestClock clock;

    @Inject
    Checker checker;

    @Inject
    DataSource database;

    private String bob;
    private final String code =
            "L_" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);

    @BeforeEach
    void account() {
        bob = open();
    }

    @AfterAll
    static void the_warehouse_has_read_what_it_was_asked_for() throws Exception {
        WithoutWarehouse.skipRequests();
    }

    @AfterEach
    void clock_is_back() {
        clock.reset();
    }

    @Test
    void a_draw_spends_and_pays_out_points_in_one_transaction() {
        // Given
        lottery(Map.of(), points("ALL", 1, 25, 5));

        // When
        Map<String, Object> body = Map.of("traceId", fresh("k"), "userId", bob);
        byte[] first = draw(Tokens.user(bob), body)
                .statusCode(201)
                .body("lotteryCode", equalTo(code))
                .body("prize.code", equalTo("ALL"))
                .body("prize.points", equalTo(25))
                .body("version", equalTo(1))
                .body("ticket", equalTo(0))
                .body("tickets", equalTo(1))
                .body("result.type", equalTo("SPEND"))
                .body("result.points", equalTo(-10))
                .body("result.afterBalance", equalTo(115))
                .body("result.entries.type", contains("SPEND", "GRANT"))
                .extract()
                .asByteArray();

        // Then
        assertThat(available(bob)).isEqualTo(115);
        get("/accounts/" + bob).body("totalEarned", equalTo(125)).body("totalConsumed", equalTo(10));
        get("/lotteries/" + code).body("prizes[0].stock", equalTo(4)).body("prizes[0].odds", equalTo(1));
        assertThat(draw(Tokens.user(bob), body)
                        .statusCode(200)
                        .header("Idempotency-Replayed", "true")
                        .extract()
                        .asByteArray())
                .isEqualTo(first);
        String spend = JsonPath.from(new String(first, StandardCharsets.UTF_8)).getString("drawId");
        post("/deductions/" + spend + "/refunds", Map.of("traceId", fresh("k"))).statusCode(409);
    }

    @Test
    void a_ticket_tells_its_prize_by_the_versions_weights() {
        // Given
        lottery(Map.of(), points("A", 3, 1, null), nothing("B", 2), points("C", 5, 2, null));
        get("/lotteries/" + code).body("prizes.odds", contains(0.3f, 0.2f, 0.5f));

        // When / Then
        for (int i = 0; i < 8; i++) {
            JsonPath drawn = draw(bob)
                    .statusCode(201)
                    .body("tickets", equalTo(10))
                    .body("ticket", lessThan(10))
                    .extract()
                    .jsonPath();
            int ticket = drawn.getInt("ticket");
            String prize = ticket < 3 ? "A" : ticket < 5 ? "B" : "C";
            assertThat(drawn.getString("prizeOfTicket")).isEqualTo(prize);
            assertThat(drawn.getString("prize.code")).isEqualTo(prize.equals("B") ? null : prize);
        }
    }

    @Test
    void a_prize_out_of_stock_is_not_drawn_and_the_price_is_paid_for_the_ticket() {
        // Given: tickets are as good as always of the first prize
        lottery(Map.of(), points("ONE", 999_999_999, 50, 1), points("RARE", 1, 1, null));
        draw(bob).statusCode(201).body("prize.code", equalTo("ONE"));

        // When / Then
        get("/lotteries/" + code)
                .body("prizes[0].stock", equalTo(0))
                .body("prizes[0].odds", equalTo(0))
                .body("prizes[0].drawn", equalTo(1))
                .body("prizes[1].odds", equalTo(1e-9f))
                .body("oddsOfNoPrize", equalTo(0.999999999f));
        draw(bob)
                .statusCode(201)
                .body("prize", nullValue())
                .body("prizeOfTicket", equalTo("ONE"))
                .body("result.points", equalTo(-10));
        assertThat(available(bob)).isEqualTo(100 - 10 + 50 - 10);
    }

    @Test
    void when_nothing_is_left_to_win_nobody_pays() {
        // Given: the points are out, of the goods there were none
        String goods = make(goods("VIRTUAL", 500, 0));
        lottery(
                Map.of(),
                points("ONE", 999_999_999, 50, 1),
                prize("GOODS", 1, Map.of("kind", "GOODS", "goodsId", goods)),
                nothing("NONE", 1));
        draw(bob).statusCode(201).body("prize.code", equalTo("ONE"));

        // When / Then
        Map<String, Object> body = Map.of("traceId", fresh("k"), "userId", bob);
        draw(Tokens.user(bob), body)
                .statusCode(409)
                .body("code", equalTo("out-of-stock"))
                .body("stock", equalTo(0));
        assertThat(available(bob)).isEqualTo(140);

        // When / Then: one more is one to win, and the answer given stays
        Map<String, Object> shown =
                get(Tokens.admin(), "/lotteries/" + code).extract().path("$");
        put("/lotteries/" + code, shown).statusCode(200).body("prizes[0].stock", equalTo(0));
        put("/lotteries/" + code, shown).statusCode(409).body("state", equalTo("EDITED"));
        Map<String, Object> more = points("ONE", 1, 50, null);
        more.put("addStock", 1);
        put("/lotteries/" + code, body(Map.of("version", 2), more))
                .statusCode(200)
                .body("prizes[0].stock", equalTo(1));
        put("/lotteries/" + code, body(Map.of(), more)).statusCode(400).body("errors[0].field", equalTo("version"));
        Map<String, Object> fresh = points("NEW", 1, 50, null);
        fresh.put("addStock", 1);
        put("/lotteries/" + code, body(Map.of("version", 3), fresh))
                .statusCode(400)
                .body("errors[0].field", equalTo("prizes[0].addStock"));
        draw(Tokens.user(bob), body).statusCode(409);
        draw(bob).statusCode(201).body("prize.code", equalTo("ONE"));
    }

    @Test
    void what_was_shown_and_is_put_back_gives_back_nothing_that_was_won_meanwhile() {
        // Given
        lottery(Map.of(), points("ALL", 1, 1, 5));
        draw(bob).statusCode(201);
        Map<String, Object> seen =
                get(Tokens.admin(), "/lotteries/" + code).extract().path("$");
        draw(bob).statusCode(201);

        // When / Then
        put("/lotteries/" + code, seen)
                .statusCode(200)
                .body("version", equalTo(2))
                .body("prizes[0].stock", equalTo(3))
                .body("prizes[0].drawn", equalTo(2));
    }

    @Test
    void a_prize_that_can_not_be_shipped_gives_the_price_back() throws Exception {
        // Given
        String goods = make(goods("PHYSICAL", 500, 1));
        lottery(Map.of(), prize("GOODS", 1, Map.of("kind", "GOODS", "goodsId", goods)));
        Map<String, Object> body = Map.of("traceId", fresh("k"), "userId", bob, "address", ADDRESS);
        String id = draw(Tokens.user(bob), body).statusCode(201).extract().path("exchange.exchangeId");
        assertThat(available(bob)).isEqualTo(90);

        // When
        String message;
        try (Connection connection = database.getConnection()) {
            message = Sql.first(connection, "SELECT message_id FROM exchange WHERE id = ?", row -> row.getString(1), id)
                    .orElseThrow();
        }
        report(id, "{\"messageId\":\"%s\",\"exchangeId\":\"%s\",\"status\":\"FAILED\"}".formatted(message, id));

        // Then
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> get("/exchanges/" + id).body("status", equalTo("FAILED")));
        assertThat(available(bob)).isEqualTo(100);
        assertThat(stock(goods)).isEqualTo(1);
    }

    @Test
    void fifty_at_once_on_the_last_prize_win_it_once() throws Exception {
        // Given
        lottery(Map.of(), points("LAST", 999_999_999, 50, 1), points("RARE", 1, 1, null));
        List<String> users = AtOnce.run(50, i -> open());

        // When
        List<JsonPath> drawn =
                AtOnce.run(50, i -> draw(users.get(i)).statusCode(201).extract().jsonPath());

        // Then
        assertThat(drawn).filteredOn(one -> one.getString("prize.code") != null).hasSize(1);
        assertThat(users.stream().mapToInt(user -> available(user)).sum()).isEqualTo(50 * 90 + 50);
    }

    @Test
    void goods_that_are_won_are_an_exchange_with_its_message() {
        // Given
        String goods = make(goods("PHYSICAL", 500, 1));
        lottery(Map.of(), prize("GOODS", 1, Map.of("kind", "GOODS", "goodsId", goods, "stock", 9)));
        draw(bob).statusCode(400).body("errors[0].field", equalTo("address"));

        // When
        Map<String, Object> body = Map.of("traceId", fresh("k"), "userId", bob, "address", ADDRESS);
        String id = draw(Tokens.user(bob), body)
                .statusCode(201)
                .body("prize.kind", equalTo("GOODS"))
                .body("exchange.goodsId", equalTo(goods))
                .body("exchange.status", equalTo("CREATED"))
                .body("exchange.pointsCost", equalTo(0))
                .extract()
                .path("exchange.exchangeId");

        // Then
        assertThat(stock(goods)).isEqualTo(0);
        assertThat(available(bob)).isEqualTo(90);
        get("/accounts/" + bob + "/exchanges").body("items.exchangeId", contains(id));
        get("/exchanges/" + id + "/tracking").statusCode(404);
        post("/exchanges/" + id + "/cancel", Map.of("traceId", fresh("k")))
                .statusCode(409)
                .body("state", equalTo("WON"));

        // When: the prize's stock is there, the goods are not
        Map<String, Object> again = Map.of("traceId", fresh("k"), "userId", bob, "address", ADDRESS);
        draw(Tokens.user(bob), again).statusCode(409).body("code", equalTo("out-of-stock"));
        assertThat(available(bob)).isEqualTo(90);

        get("/lotteries/" + code).body("prizes[0].odds", equalTo(0)).body("prizes[0].stock", equalTo(8));
    }

    @Test
    void a_draw_that_was_made_is_answered_though_an_address_is_asked_for_by_now() {
        // Given
        lottery(Map.of(), nothing("NONE", 1));
        Map<String, Object> body = Map.of("traceId", fresh("k"), "userId", bob);
        draw(Tokens.user(bob), body).statusCode(201);
        String goods = make(goods("PHYSICAL", 500, 1));

        // When
        put("/lotteries/" + code, body(Map.of(), prize("GOODS", 1, Map.of("kind", "GOODS", "goodsId", goods))))
                .statusCode(200);

        // Then
        draw(Tokens.user(bob), body).statusCode(200).header("Idempotency-Replayed", "true");
        draw(bob).statusCode(400).body("errors[0].field", equalTo("address"));
    }

    @Test
    void a_coupon_that_is_won_is_in_the_answer() {
        // Given
        String goods = make(goods("COUPON", 500, 0));
        addCodes(goods, "WON-1");
        lottery(Map.of(), prize("COUPON", 1, Map.of("kind", "GOODS", "goodsId", goods)));

        // When / Then
        String id = draw(bob)
                .statusCode(201)
                .body("exchange.couponCode", equalTo("WON-1"))
                .body("exchange.status", equalTo("DELIVERED"))
                .extract()
                .path("exchange.exchangeId");
        get("/exchanges/" + id).body("couponCode", equalTo("WON-1"));
    }

    @Test
    void limits_of_a_user_count_by_day_and_in_all() {
        // Given
        lottery(Map.of("dailyLimit", 2, "perUserLimit", 3), nothing("NONE", 1));
        draw(bob).statusCode(201);
        draw(bob).statusCode(201);

        // When / Then
        draw(bob)
                .statusCode(409)
                .body("code", equalTo("daily-limit-reached"))
                .body("limit", equalTo(2))
                .body("used", equalTo(2));
        clock.plus(Duration.ofDays(1));
        draw(bob).statusCode(201);
        draw(bob).statusCode(409).body("limit", equalTo(3)).body("used", equalTo(3));
        assertThat(available(bob)).isEqualTo(70);
    }

    @Test
    void limits_hold_for_draws_at_once() throws Exception {
        // Given
        lottery(Map.of("perUserLimit", 3), nothing("NONE", 1));

        // When
        List<Integer> statuses = AtOnce.run(12, i -> draw(bob).extract().statusCode());

        // Then
        assertThat(statuses).filteredOn(status -> status == 201).hasSize(3);
        assertThat(available(bob)).isEqualTo(70);
    }

    @Test
    void who_can_not_pay_or_comes_at_the_wrong_time_draws_nothing() {
        // Given
        lottery(
                Map.of(
                        "pointsPrice",
                        101,
                        "from",
                        clock.instant().plus(Duration.ofHours(1)).toString()),
                points("ALL", 1, 1000, 1));

        // When / Then: what it wins does not pay for it
        draw(bob).statusCode(409).body("code", equalTo("illegal-state")).body("state", equalTo("NOT_YET_OPEN"));
        clock.plus(Duration.ofHours(1));
        draw(bob).statusCode(409).body("code", equalTo("insufficient-points")).body("required", equalTo(101));
        get("/lotteries/" + code).body("prizes[0].stock", equalTo(1));
        draw(Tokens.user(open()), Map.of("traceId", fresh("k"), "userId", bob)).statusCode(403);
        post("/lotteries/NO_SUCH/draws", Map.of("traceId", fresh("k"), "userId", bob))
                .statusCode(404);
        draw(Tokens.service(), Map.of("userId", bob)).statusCode(400);
    }

    @Test
    void an_edit_is_a_version_and_gives_nothing_back_that_was_drawn() {
        // Given
        Map<String, Object> said = lottery(Map.of(), points("ALL", 1, 1, 5));
        draw(bob).statusCode(201);

        // When / Then
        put("/lotteries/" + code, said)
                .statusCode(200)
                .body("version", equalTo(2))
                .body("prizes[0].stock", equalTo(4));
        said.put("prizes", List.of(points("ALL", 1, 1, 9), nothing("NONE", 1)));
        put("/lotteries/" + code, said).statusCode(200).body("prizes[0].stock", equalTo(9));
        get(Tokens.admin(), "/lotteries/" + code + "/versions")
                .body("items.version", contains(3, 2, 1))
                .body("items[2].prizes", hasSize(1));
        get(Tokens.user(bob), "/lotteries/" + code + "/versions")
                .body("items.version", contains(3, 2, 1))
                .body("items.updatedBy", contains(nullValue(), nullValue(), nullValue()));
        get(Tokens.user(bob), "/lotteries?limit=100").body("items.code", notNullValue());
        draw(bob).statusCode(201).body("version", equalTo(3)).body("tickets", equalTo(2));
        said.put("status", "INACTIVE");
        put("/lotteries/" + code, said).statusCode(200);
        draw(bob).statusCode(409).body("state", equalTo("CLOSED"));
    }

    @Test
    void lotteries_that_can_not_be_are_refused() {
        refused("prizes", List.of());
        refused("prizes[0].points", List.of(prize("A", 1, Map.of("kind", "POINTS"))));
        refused("prizes[0].goodsId", List.of(prize("A", 1, Map.of("kind", "GOODS", "goodsId", "no-such-goods"))));
        refused("prizes[0].goodsId", List.of(prize("A", 1, Map.of("kind", "POINTS", "points", 1, "goodsId", "g"))));
        refused("prizes[0].weight", List.of(prize("A", 0, Map.of("kind", "NOTHING"))));
        refused("prizes[1].code", List.of(nothing("A", 1), nothing("A", 1)));
        refused("prizes[0].stock", List.of(prize("A", 1, Map.of("kind", "NOTHING", "stock", 1))));
        lottery(Map.of(), nothing("A", 1));
        post(Tokens.admin(), "/lotteries", body(Map.of(), nothing("A", 1))).statusCode(409);
        post(Tokens.user(bob), "/lotteries", body(Map.of(), nothing("A", 1))).statusCode(403);
        get(Tokens.user(bob), "/lotteries/" + code).statusCode(200).body("updatedBy", nullValue());
        get(Tokens.admin(), "/lotteries?cursor=x").statusCode(400).body("errors.field", hasItem("cursor"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "prize-stock-and-drawn-equal-stocked"
                        + "                | UPDATE prize SET stocked = stocked + 1 WHERE prize_key = CONCAT(?, '/ALL')"
                        + "                | UPDATE prize SET stocked = stocked - 1 WHERE prize_key = CONCAT(?, '/ALL')",
                "drawn-equals-draws        | UPDATE prize SET drawn = drawn + 1 WHERE prize_key = CONCAT(?, '/ALL')"
                        + "                | UPDATE prize SET drawn = drawn - 1 WHERE prize_key = CONCAT(?, '/ALL')",
                "draw-has-its-spend        | UPDATE draw SET points_price = 11 WHERE lottery_code = ?"
                        + "                | UPDATE draw SET points_price = 10 WHERE lottery_code = ?",
                "draw-has-its-grant        | UPDATE draw SET points_won = 1 WHERE lottery_code = ?"
                        + "                | UPDATE draw SET points_won = 0 WHERE lottery_code = ?",
                "won-exchange-has-its-draw | UPDATE draw SET won = FALSE WHERE lottery_code = ?"
                        + "                | UPDATE draw SET won = TRUE WHERE lottery_code = ?",
            })
    void the_checker_finds_damage(String invariant, String damage, String repair) throws SQLException {
        // Given
        String goods = make(goods("VIRTUAL", 10, 9));
        lottery(Map.of(), prize("ALL", 1, Map.of("kind", "GOODS", "goodsId", goods, "stock", 5)));
        draw(bob).statusCode(201);

        // When
        change(damage);
        try {
            // Then
            assertThat(checker.check(false).violations())
                    .extracting(Violation::invariant)
                    .contains(invariant);
        } finally {
            change(repair);
        }
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = database.getConnection()) {
            assertThat(Sql.update(connection, sql, code)).isPositive();
        }
    }

    private void refused(String field, List<Map<String, Object>> prizes) {
        Map<String, Object> body = body(Map.of());
        body.put("prizes", prizes);
        post(Tokens.admin(), "/lotteries", body).statusCode(400).body("errors[0].field", equalTo(field));
    }

    @SafeVarargs
    private Map<String, Object> lottery(Map<String, ?> more, Map<String, Object>... prizes) {
        Map<String, Object> body = body(more, prizes);
        post(Tokens.admin(), "/lotteries", body).statusCode(201);
        return body;
    }

    @SafeVarargs
    private Map<String, Object> body(Map<String, ?> more, Map<String, Object>... prizes) {
        Map<String, Object> body = new HashMap<>(Map.of("code", code, "pointsPrice", 10, "prizes", List.of(prizes)));
        body.putAll(more);
        return body;
    }

    private static Map<String, Object> points(String code, long weight, long points, Integer stock) {
        Map<String, Object> prize = prize(code, weight, Map.of("kind", "POINTS", "points", points));
        if (stock != null) {
            prize.put("stock", stock);
        }
        return prize;
    }

    private static Map<String, Object> nothing(String code, long weight) {
        return prize(code, weight, Map.of("kind", "NOTHING"));
    }

    private static Map<String, Object> prize(String code, long weight, Map<String, ?> more) {
        Map<String, Object> prize = new HashMap<>(Map.of("code", code, "weight", weight));
        prize.putAll(more);
        return prize;
    }

    private ValidatableResponse draw(String user) {
        return draw(Tokens.service(), Map.of("traceId", fresh("k"), "userId", user));
    }

    private ValidatableResponse draw(String token, Map<String, ?> body) {
        return post(token, "/lotteries/" + code + "/draws", body);
    }
}
