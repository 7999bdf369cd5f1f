package io.jifen.exchange;

import static io.jifen.exchange.ShopClient.addCodes;
import static io.jifen.exchange.ShopClient.available;
import static io.jifen.exchange.ShopClient.exchange;
import static io.jifen.exchange.ShopClient.fresh;
import static io.jifen.exchange.ShopClient.get;
import static io.jifen.exchange.ShopClient.goods;
import static io.jifen.exchange.ShopClient.make;
import static io.jifen.exchange.ShopClient.open;
import static io.jifen.exchange.ShopClient.post;
import static io.jifen.exchange.ShopClient.put;
import static io.jifen.exchange.ShopClient.report;
import static io.jifen.exchange.ShopClient.shipped;
import static io.jifen.exchange.ShopClient.stock;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.ledger.Answer;
import io.jifen.ledger.Checker;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Violation;
import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
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
class ExchangeDbTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Inject
    DataSource database;

    @Inject
    TestClock clock;

    @Inject
    Checker checker;

    @Inject
    Exchanges exchanges;

    @Inject
    Catalog catalog;

    @Inject
    Ledger ledger;

    private String bob;

    @BeforeEach
    void account() {
        bob = open();
    }

    @AfterEach
    void clock_is_back() {
        clock.reset();
    }

    @AfterAll
    static void the_warehouse_has_read_what_it_was_asked_for() throws Exception {
        WithoutWarehouse.skipRequests();
    }

    // ---- exchanges ----

    @Test
    void virtual_goods_are_delivered_with_the_exchange() {
        // Given
        String goods = make(goods("VIRTUAL", 30, 5));

        // When
        String id = post(Tokens.user(bob), "/exchanges", exchange(bob, goods))
                .statusCode(201)
                .body("userId", equalTo(bob))
                .body("goodsId", equalTo(goods))
                .body("quantity", equalTo(1))
                .body("pointsCost", equalTo(30))
                .body("status", equalTo("DELIVERED"))
                .body("couponCode", nullValue())
                .body("result.type", equalTo("SPEND"))
                .body("result.points", equalTo(-30))
                .body("result.bizType", equalTo("EXCHANGE"))
                .extract()
                .path("exchangeId");

        // Then
        assertThat(available(bob)).isEqualTo(70);
        assertThat(stock(goods)).isEqualTo(4);
        get(Tokens.user(bob), "/exchanges/" + id).statusCode(200).body("status", equalTo("DELIVERED"));
        get(Tokens.user(bob), "/exchanges/" + id + "/tracking").statusCode(404);
        cancel(id).statusCode(409).body("code", equalTo("illegal-state")).body("state", equalTo("DELIVERED"));
    }

    @Test
    void a_coupon_is_a_code_in_the_answer_and_in_the_exchange_and_in_the_repeated_answer() {
        // Given
        String goods = make(goods("COUPON", 10, 99));
        assertThat(stock(goods)).isEqualTo(0);
        addCodes(goods, "A-1", "A-2", "A-3");
        Map<String, Object> body = exchange(bob, goods);

        // When
        byte[] first = post("/exchanges", body)
                .statusCode(201)
                .body("couponCode", equalTo("A-1"))
                .body("status", equalTo("DELIVERED"))
                .extract()
                .asByteArray();
        Map<String, Object> more = exchange(bob, goods);
        more.put("quantity", 2);
        String id = post("/exchanges", more)
                .statusCode(201)
                .body("pointsCost", equalTo(20))
                .body("couponCodes", contains("A-2", "A-3"))
                .extract()
                .path("exchangeId");

        // Then
        assertThat(post("/exchanges", body)
                        .statusCode(200)
                        .header("Idempotency-Replayed", "true")
                        .extract()
                        .asByteArray())
                .isEqualTo(first);
        get("/exchanges/" + id).body("couponCodes", contains("A-2", "A-3"));
        post("/exchanges", exchange(bob, goods)).statusCode(409).body("code", equalTo("out-of-stock"));
    }

    @Test
    void a_code_is_in_the_pool_once() {
        // Given
        String goods = make(goods("COUPON", 10, 0));
        addCodes(goods, "B-1", "B-2");

        // When / Then: all or none
        codes(goods, "B-3", "B-2", "B-4").statusCode(400).body("errors[0].field", equalTo("codes[1]"));
        codes(goods, "B-5", "B-5").statusCode(400).body("errors[0].field", equalTo("codes[1]"));
        codes(goods, "with space").statusCode(400).body("errors[0].field", equalTo("codes[0]"));
        codes(goods).statusCode(400).body("errors[0].field", equalTo("codes"));
        assertThat(stock(goods)).isEqualTo(2);
        codes(make(goods("VIRTUAL", 1, 1)), "B-1").statusCode(409);
        codes("no-such-goods", "B-1").statusCode(404);
        codes(goods, "B-3").statusCode(200).body("added", equalTo(1)).body("stock", equalTo(3));
    }

    @Test
    void what_can_not_be_had_says_why_and_changes_nothing() {
        // Given
        String dear = make(goods("VIRTUAL", 101, 5));
        String gone = make(goods("VIRTUAL", 1, 1));
        String off = make(with(goods("VIRTUAL", 1, 5), "status", "OFF_SALE"));
        String later = make(with(
                goods("VIRTUAL", 1, 5),
                "onSaleFrom",
                clock.instant().plus(Duration.ofHours(1)).toString()));
        String over = make(with(
                goods("VIRTUAL", 1, 5),
                "onSaleTo",
                clock.instant().minus(Duration.ofHours(1)).toString()));
        String high = make(with(goods("VIRTUAL", 1, 5), "requiredLevel", "VIP1"));
        String two = make(with(goods("VIRTUAL", 1, 5), "perUserLimit", 2));

        // When / Then
        refused(dear, 1, "insufficient-points").body("available", equalTo(100)).body("required", equalTo(101));
        refused(gone, 2, "out-of-stock").body("stock", equalTo(1));
        refused(off, 1, "illegal-state").body("state", equalTo("OFF_SALE"));
        refused(later, 1, "illegal-state").body("state", equalTo("NOT_YET_ON_SALE"));
        refused(over, 1, "illegal-state").body("state", equalTo("OFF_SALE"));
        refused(high, 1, "illegal-state").body("state", equalTo("LEVEL_TOO_LOW"));
        refused(two, 3, "daily-limit-reached").body("limit", equalTo(2)).body("used", equalTo(0));
        assertThat(available(bob)).isEqualTo(100);
        for (String id : List.of(dear, off, later, over, high, two)) {
            assertThat(stock(id)).isEqualTo(5);
        }
        get("/accounts/" + bob + "/exchanges").body("items", empty());

        // When: an hour later
        clock.plus(Duration.ofHours(1));

        // Then
        post("/exchanges", exchange(bob, later)).statusCode(201);
        post("/exchanges", exchange(bob, two)).statusCode(201);
        refused(two, 2, "daily-limit-reached").body("used", equalTo(1));
    }

    @Test
    void a_request_that_can_not_be_read_right_names_the_field() {
        String goods = make(goods("PHYSICAL", 1, 5));

        post("/exchanges", exchange(bob, goods)).statusCode(400).body("errors[0].field", equalTo("address"));
        post("/exchanges", with(shipped(bob, goods), "quantity", 0))
                .statusCode(400)
                .body("errors[0].field", equalTo("quantity"));
        post("/exchanges", with(shipped(bob, goods), "quantity", 101))
                .statusCode(400)
                .body("errors[0].field", equalTo("quantity"));
        post("/exchanges", with(exchange(bob, goods), "address", Map.of("name", "Li Si", "phone", "1")))
                .statusCode(400)
                .body("errors[0].field", equalTo("address.line"));
        post("/exchanges", exchange(bob, "no-such-goods")).statusCode(404).body("code", equalTo("not-found"));
        post("/exchanges", exchange(fresh("nobody"), make(goods("VIRTUAL", 1, 5))))
                .statusCode(404)
                .body("code", equalTo("account-not-found"));
        Map<String, Object> withoutKey = shipped(bob, goods);
        withoutKey.remove("traceId");
        post("/exchanges", withoutKey).statusCode(400).body("code", equalTo("missing-idempotency-key"));
        get("/exchanges/1").statusCode(404);
        get("/exchanges/one").statusCode(404);
        assertThat(stock(goods)).isEqualTo(5);
    }

    @Test
    void a_user_exchanges_and_sees_only_what_is_theirs() {
        // Given
        String eve = open();
        String goods = make(goods("PHYSICAL", 1, 5));
        String id = post("/exchanges", shipped(bob, goods)).extract().path("exchangeId");

        // When / Then
        post(Tokens.user(eve), "/exchanges", shipped(bob, goods)).statusCode(403);
        get(Tokens.user(eve), "/exchanges/" + id).statusCode(403);
        get(Tokens.user(eve), "/exchanges/" + id + "/tracking").statusCode(403);
        post(Tokens.user(eve), "/exchanges/" + id + "/cancel", Map.of("traceId", fresh("k")))
                .statusCode(403);
        get(Tokens.user(eve), "/accounts/" + bob + "/exchanges").statusCode(403);
        given().auth()
                .oauth2(Tokens.user(bob))
                .delete("/api/v1/exchanges/" + id + "/address")
                .then()
                .statusCode(403);
    }

    @Test
    void a_blocked_account_exchanges_nothing() {
        given().auth()
                .oauth2(Tokens.admin())
                .contentType("application/json")
                .body(Map.of("status", "BLOCKED"))
                .patch("/api/v1/accounts/" + bob)
                .then()
                .statusCode(200);

        refused(make(goods("VIRTUAL", 1, 5)), 1, "account-blocked");
    }

    @Test
    void ten_items_and_500_users_at_once_are_ten_exchanges_and_nobody_pays_without_one() throws Exception {
        // Given
        String mark = fresh("rush");
        String goods = make(goods("VIRTUAL", 60, 10));
        List<String> users =
                IntStream.range(0, 500).mapToObj(i -> mark + "." + i).toList();
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            assertThat(all(http, users, "/accounts", "{\"userId\":\"%s\"}"))
                    .allMatch(status -> status == 201 || status == 200);

            // When
            List<Integer> statuses = all(
                    http,
                    users,
                    "/exchanges",
                    "{\"traceId\":\"x-%1$s\",\"userId\":\"%1$s\",\"goodsId\":\"" + goods + "\"}");

            // Then
            assertThat(statuses).filteredOn(status -> status == 201).hasSize(10);
            assertThat(statuses).filteredOn(status -> status == 409).hasSize(490);
        }
        assertThat(stock(goods)).isEqualTo(0);
        assertThat(number("SELECT COUNT(*) FROM exchange WHERE goods_id = ?", goods))
                .isEqualTo(10);
        // Who has an exchange has paid, and nobody else has.
        assertThat(number("""
                SELECT COUNT(*) FROM account a LEFT JOIN exchange e ON e.account_id = a.id
                WHERE a.user_id LIKE ? AND a.available = CASE WHEN e.id IS NULL THEN 100 ELSE 40 END""", mark + ".%")).isEqualTo(500);
    }

    @Test
    void a_price_raised_meanwhile_is_paid_from_as_many_lots_as_it_takes() throws SQLException {
        // Given: a hundred in one lot, and as many in a later one
        String goods = make(goods("VIRTUAL", 60, 10));
        clock.plus(Duration.ofDays(40));
        given().auth()
                .oauth2(Tokens.admin())
                .contentType("application/json")
                .body(Map.of("traceId", fresh("k"), "userId", bob, "points", 100, "reason", "more"))
                .post("/api/v1/adjustments")
                .then()
                .statusCode(201);

        Goods cheaper = catalog.require(goods);

        // When
        put("/goods/" + goods, goods("VIRTUAL", 150, 10)).statusCode(200);
        Answer answer = ledger.post(exchanges.buy(bob, cheaper, 1, null, new Key("", fresh("k")), new byte[16]));

        // Then
        assertThat(answer).isInstanceOf(Answer.Posted.class);
        assertThat(available(bob)).isEqualTo(50);
    }

    // ---- shipping ----

    @Test
    void physical_goods_are_asked_for_at_the_warehouse_and_the_address_is_nowhere_else() throws SQLException {
        // Given
        String goods = make(goods("PHYSICAL", 10, 5));

        // When
        Map<String, Object> body = with(shipped(bob, goods), "quantity", 2);
        String answer = post("/exchanges", body)
                .statusCode(201)
                .body("status", equalTo("CREATED"))
                .body("address", nullValue())
                .extract()
                .asString();
        String id = JsonPath.from(answer).getString("exchangeId");

        // Then
        String message = first(
                "SELECT CONCAT(m.topic, ' ', m.message_key, ' ', CONVERT(m.body USING utf8mb4)) FROM outbox_message m"
                        + " JOIN exchange e ON e.message_id = m.id WHERE e.id = ?",
                id);
        assertThat(message)
                .startsWith("warehouse.shipping-requests " + id + " ")
                .contains("\"exchangeId\":\"" + id + "\"")
                .contains("\"messageId\":\"" + messageId(id) + "\"")
                .contains("\"type\":2")
                .contains("\"goodsId\":\"" + goods + "\"")
                .contains("\"quantity\":2")
                .contains("\"line\":\"1 Nanjing Road\"");
        assertThat(answer).doesNotContain("Nanjing").doesNotContain("13800000000");
        assertThat(number("SELECT COUNT(*) FROM request WHERE answer LIKE '%Nanjing%'"))
                .isZero();
        get("/exchanges/" + id + "/tracking").statusCode(404).body("code", equalTo("not-found"));
    }

    @Test
    void results_move_an_exchange_on_and_never_back() throws Exception {
        // Given
        String goods = make(goods("PHYSICAL", 10, 5));
        String id = post("/exchanges", shipped(bob, goods)).extract().path("exchangeId");
        String message = messageId(id);

        // When: taken up, shipped (twice), and late news
        report(id, result(message, id, "SHIPPING_REQUESTED", null));
        report(id, result(message, id, "SHIPPED", "SF-1"));
        report(id, result(message, id, "SHIPPED", "SF-2"));
        report(id, result(message, id, "SHIPPING_REQUESTED", null));
        report(id, result(message, id, "FAILED", null));

        // Then
        awaitStatus(id, "SHIPPED");
        report(id, result(message, id, "DELIVERED", null));
        awaitStatus(id, "DELIVERED");
        report(id, result(message, id, "SHIPPED", null));
        String other = post("/exchanges", shipped(bob, goods)).extract().path("exchangeId");
        report(id, result(messageId(other), other, "SHIPPED", "SF-3")); // of the same key: behind all those
        awaitStatus(other, "SHIPPED");
        get("/exchanges/" + id).body("status", equalTo("DELIVERED")).body("waybillNo", equalTo("SF-1"));
        cancel(id).statusCode(409).body("state", equalTo("DELIVERED"));
        assertThat(available(bob)).isEqualTo(80);
        assertThat(first("SELECT state FROM outbox_message WHERE id = ?", message))
                .isEqualTo("CONFIRMED");
    }

    @Test
    void what_can_not_be_shipped_is_paid_back_once() throws Exception {
        // Given
        String goods = make(goods("PHYSICAL", 10, 5));
        String id = post("/exchanges", shipped(bob, goods)).extract().path("exchangeId");

        // When
        report(id, result(messageId(id), id, "FAILED", null));
        report(id, result(messageId(id), id, "FAILED", null));
        report(id, result(messageId(id), id, "SHIPPED", "SF-9"));

        // Then
        awaitStatus(id, "FAILED");
        String other = post("/exchanges", shipped(bob, goods)).extract().path("exchangeId");
        report(id, result(messageId(other), other, "SHIPPED", null));
        awaitStatus(other, "SHIPPED");
        get("/exchanges/" + id).body("status", equalTo("FAILED")).body("waybillNo", nullValue());
        assertThat(available(bob)).isEqualTo(90);
        assertThat(stock(goods)).isEqualTo(4);
    }

    @Test
    void results_that_can_not_be_read_are_put_aside_and_what_follows_counts() throws Exception {
        // Given
        String goods = make(goods("PHYSICAL", 10, 5));
        String id = post("/exchanges", shipped(bob, goods)).extract().path("exchangeId");

        // When
        long broken = report(id, "{").offset();
        report(id, "{\"exchangeId\":\"" + id + "\",\"status\":\"SHIPPED\"}");
        report(id, result("1", id, "SHIPPED", null));
        report(id, result("1", "1", "SHIPPED", null));
        report(id, result("9223372036854775808", id, "SHIPPED", null));
        long largest = report(id, result("1", Long.toString(Long.MAX_VALUE), "SHIPPED", null))
                .offset();
        report(id, result(messageId(id), id, "CANCELLED", null));
        var last = report(id, result(messageId(id), id, "SHIPPED", "SF-1"));

        // Then
        awaitStatus(id, "SHIPPED");
        get(Tokens.admin(), "/dead-letters?limit=100")
                .body("items.findAll { it.topic == 'warehouse.shipping-results' }.code", hasItem("invalid-request"))
                .body("items.findAll { it.topic == 'warehouse.shipping-results' }.code", hasItem("not-found"));
        assertThat(number(
                        "SELECT COUNT(*) FROM dead_letter WHERE topic = 'warehouse.shipping-results'"
                                + " AND partition_no = ? AND offset_no BETWEEN ? AND ?",
                        last.partition(),
                        broken,
                        last.offset()))
                .isEqualTo(7);
        // the largest number is one, though not of an exchange
        assertThat(first(
                        "SELECT code FROM dead_letter WHERE topic = 'warehouse.shipping-results'"
                                + " AND partition_no = ? AND offset_no = ?",
                        last.partition(),
                        largest))
                .isEqualTo("not-found");
    }

    // ---- calling off ----

    @Test
    void calling_off_gives_points_and_goods_back_once() throws Exception {
        // Given
        String goods = make(with(goods("PHYSICAL", 30, 5), "perUserLimit", 2));
        String id = post("/exchanges", with(shipped(bob, goods), "quantity", 2))
                .extract()
                .path("exchangeId");
        Object lots = get("/accounts/" + bob + "/lots").extract().path("items");

        // When
        String key = fresh("k");
        byte[] first = post(Tokens.user(bob), "/exchanges/" + id + "/cancel", Map.of("traceId", key))
                .statusCode(200)
                .body("status", equalTo("CANCELLED"))
                .body("result.type", equalTo("REFUND"))
                .body("result.points", equalTo(60))
                .extract()
                .asByteArray();

        // Then
        assertThat(post(Tokens.user(bob), "/exchanges/" + id + "/cancel", Map.of("traceId", key))
                        .statusCode(200)
                        .header("Idempotency-Replayed", "true")
                        .extract()
                        .asByteArray())
                .isEqualTo(first);
        cancel(id).statusCode(409).body("state", equalTo("CANCELLED"));
        post(Tokens.user(bob), "/exchanges/" + id + "/cancel", Map.of()).statusCode(400);
        assertThat(available(bob)).isEqualTo(100);
        assertThat(stock(goods)).isEqualTo(5);
        get("/accounts/" + bob + "/lots")
                .body("items[0].remaining", equalTo(100))
                .body("items", not(equalTo(lots)));
        assertThat(first("SELECT state FROM outbox_message WHERE id = ?", messageId(id)))
                .isNotEqualTo("WAITING");
        // and the limit is free again
        post("/exchanges", with(shipped(bob, goods), "quantity", 2)).statusCode(201);
    }

    @Test
    void twenty_cancellations_at_once_pay_back_once() throws Exception {
        // Given
        String goods = make(goods("PHYSICAL", 30, 5));
        String id = post("/exchanges", shipped(bob, goods)).extract().path("exchangeId");

        // When
        List<Integer> statuses = AtOnce.run(20, i -> cancel(id).extract().statusCode());

        // Then
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(19);
        assertThat(available(bob)).isEqualTo(100);
        assertThat(stock(goods)).isEqualTo(5);
    }

    @Test
    void what_the_carrier_may_have_already_can_not_be_called_off() throws Exception {
        // Given: confirmed, though its result is not here yet
        String goods = make(goods("PHYSICAL", 30, 5));
        String id = post("/exchanges", shipped(bob, goods)).extract().path("exchangeId");
        ordered(id, true);

        // When / Then: nothing of it stays, it is remembered, and the state is the one that is shown
        Map<String, Object> body = Map.of("traceId", fresh("k"));
        post("/exchanges/" + id + "/cancel", body).statusCode(409).body("state", equalTo("CREATED"));
        post("/exchanges/" + id + "/cancel", body).statusCode(409).header("Idempotency-Replayed", "true");
        assertThat(available(bob)).isEqualTo(70);
        assertThat(stock(goods)).isEqualTo(4);
        get("/exchanges/" + id).body("status", equalTo("CREATED"));
    }

    @Test
    void what_the_warehouse_has_taken_up_is_called_off_there_too_while_the_carrier_has_nothing() throws Exception {
        // Given
        String goods = make(goods("PHYSICAL", 30, 5));
        String id = post("/exchanges", shipped(bob, goods)).extract().path("exchangeId");
        ordered(id, false);

        // When
        cancel(id).statusCode(200).body("status", equalTo("CANCELLED"));

        // Then
        assertThat(first(
                        "SELECT CONCAT(status, ' ', COALESCE(address, 'no address')) FROM shipping_order"
                                + " WHERE exchange_id = ?",
                        id))
                .isEqualTo("CANCELLED no address");
        get("/exchanges/" + id + "/tracking").statusCode(200).body("status", equalTo("CANCELLED"));
        assertThat(available(bob)).isEqualTo(100);
        assertThat(stock(goods)).isEqualTo(5);
    }

    /** As the warehouse takes a request up, and perhaps calls the carrier. */
    private void ordered(String exchangeId, boolean carrierMayHaveIt) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, "UPDATE outbox_message SET state = 'CONFIRMED' WHERE id = ?", messageId(exchangeId));
            Sql.update(connection, """
                    INSERT INTO shipping_order (id, exchange_id, message_id, type, goods_id, quantity, address, status,
                                                tries, next_try_at, created_at, updated_at, carrier_may_have_it)
                    SELECT id, id, message_id, 2, goods_id, quantity, '{"line":"1 Road"}', 'SHIPPING_REQUESTED', 0,
                           '9000-01-01', created_at, created_at, ? FROM exchange WHERE id = ?""", carrierMayHaveIt, exchangeId);
        }
    }

    @Test
    void the_spend_of_an_exchange_is_not_refunded_by_itself() {
        String id = post("/exchanges", shipped(bob, make(goods("PHYSICAL", 30, 5))))
                .extract()
                .path("exchangeId");

        post("/deductions/" + id + "/refunds", Map.of("traceId", fresh("k")))
                .statusCode(409)
                .body("code", equalTo("illegal-state"));
        assertThat(available(bob)).isEqualTo(70);
    }

    @Test
    void an_address_is_erased_once_it_is_of_no_use_any_more() throws Exception {
        // Given
        String id = post("/exchanges", shipped(bob, make(goods("PHYSICAL", 30, 5))))
                .extract()
                .path("exchangeId");
        String kept = "SELECT COUNT(*) FROM outbox_message WHERE body IS NOT NULL AND id = ?";
        erase(id).statusCode(409).body("state", equalTo("CREATED"));
        assertThat(number(kept, messageId(id))).isEqualTo(1);

        // When
        cancel(id).statusCode(200);

        // Then
        assertThat(number(kept, messageId(id))).isZero();
        erase(id).statusCode(204);
        erase("1").statusCode(404);
        get("/exchanges/" + id).statusCode(200);
    }

    // ---- goods ----

    @Test
    void an_edit_of_goods_gives_nothing_back_that_was_sold() {
        // Given
        Map<String, Object> said = goods("VIRTUAL", 10, 10);
        String goods = make(said);
        post("/exchanges", with(exchange(bob, goods), "quantity", 3)).statusCode(201);

        // When / Then: the same stock said again, or none, is no other
        put("/goods/" + goods, with(said, "name", "Else")).statusCode(200).body("stock", equalTo(7));
        said.remove("stock");
        put("/goods/" + goods, said).statusCode(200).body("stock", equalTo(7)).body("version", equalTo(3));

        // When / Then: what an editor saw before the last sale
        Map<String, Object> seen =
                get(Tokens.admin(), "/goods/" + goods).extract().path("$");
        post("/exchanges", with(exchange(bob, goods), "quantity", 2)).statusCode(201);
        put("/goods/" + goods, with(seen, "pointsPrice", 5)).statusCode(200).body("stock", equalTo(5));
        put("/goods/" + goods, with(seen, "stock", 20))
                .statusCode(409)
                .body("code", equalTo("illegal-state"))
                .body("version", equalTo(4));
        seen.remove("version"); // whatever the edit in between said
        put("/goods/" + goods, with(seen, "stock", 20)).statusCode(200).body("stock", equalTo(18));
        put("/goods/" + goods, with(seen, "stock", 0)).statusCode(400).body("errors[0].field", equalTo("stock"));

        // When / Then: another number is another stock
        put("/goods/" + goods, goods("VIRTUAL", 10, 50)).statusCode(200).body("stock", equalTo(50));
        get(Tokens.admin(), "/goods/" + goods + "/versions?limit=2")
                .body("items.version", contains(6, 5))
                .body("nextCursor", notNullValue());
    }

    @Test
    void a_shelf_is_filled_up_by_a_number_whatever_is_sold_meanwhile() {
        // Given: ten, all sold
        Map<String, Object> said = goods("VIRTUAL", 1, 10);
        String goods = make(said);
        post("/exchanges", with(exchange(bob, goods), "quantity", 10)).statusCode(201);
        said.remove("stock");
        Map<String, Object> ten = with(with(said, "addStock", 10), "version", 1);

        // When / Then: once, however often it is sent
        put("/goods/" + goods, ten).statusCode(200).body("stock", equalTo(10)).body("addStock", nullValue());
        put("/goods/" + goods, ten).statusCode(409).body("state", equalTo("EDITED"));
        post("/exchanges", with(exchange(bob, goods), "quantity", 3)).statusCode(201);
        put("/goods/" + goods, with(with(said, "addStock", -7), "version", 2))
                .statusCode(200)
                .body("stock", equalTo(0));
        put("/goods/" + goods, with(with(said, "addStock", -1), "version", 3))
                .statusCode(400)
                .body("errors[0].field", equalTo("addStock"));
        put("/goods/" + goods, with(said, "addStock", 1)).statusCode(400).body("errors[0].field", equalTo("version"));
        put("/goods/" + goods, with(with(ten, "stock", 1), "version", 3))
                .statusCode(400)
                .body("errors[0].field", equalTo("addStock"));
        made(with(goods("VIRTUAL", 1, 1), "addStock", 1), "addStock");
    }

    @Test
    void an_edit_and_exchanges_at_once_keep_the_stock_right() throws Exception {
        // Given
        Map<String, Object> said = goods("VIRTUAL", 1, 30);
        String goods = make(said);

        // When
        List<Integer> statuses = AtOnce.run(
                20,
                i -> i % 4 == 0
                        ? put("/goods/" + goods, with(said, "name", "Edit " + i))
                                .extract()
                                .statusCode()
                        : post("/exchanges", with(exchange(bob, goods), "quantity", 2))
                                .extract()
                                .statusCode());

        // Then
        assertThat(statuses).allMatch(status -> status == 200 || status == 201);
        assertThat(stock(goods)).isEqualTo(0);
    }

    @Test
    void goods_that_can_not_be_are_refused() {
        String goods = make(goods("VIRTUAL", 10, 10));

        made(with(goods("VIRTUAL", 10, 10), "pointsPrice", 0), "pointsPrice");
        made(with(goods("VIRTUAL", 10, 10), "stock", -1), "stock");
        made(with(goods("VIRTUAL", 10, 10), "name", " "), "name");
        made(with(goods("VIRTUAL", 10, 10), "kind", "CAR"), "kind");
        made(with(goods("VIRTUAL", 10, 10), "requiredLevel", "KING"), "requiredLevel");
        made(with(goods("VIRTUAL", 10, 10), "goodsId", "a/b"), "goodsId");
        Map<String, Object> upsideDown = with(goods("VIRTUAL", 10, 10), "onSaleFrom", "2026-01-02T00:00:00Z");
        made(with(upsideDown, "onSaleTo", "2026-01-01T00:00:00Z"), "onSaleTo");
        put("/goods/" + goods, goods("COUPON", 10, 10)).statusCode(400).body("errors[0].field", equalTo("kind"));
        put("/goods/no-such-goods", goods("COUPON", 10, 10)).statusCode(404);
        String own = fresh("g");
        post(Tokens.admin(), "/goods", with(goods("VIRTUAL", 10, 10), "goodsId", own))
                .statusCode(201)
                .body("goodsId", equalTo(own));
        post(Tokens.admin(), "/goods", with(goods("VIRTUAL", 10, 10), "goodsId", own))
                .statusCode(409)
                .body("code", equalTo("illegal-state"));
        post(Tokens.user(bob), "/goods", goods("VIRTUAL", 10, 10)).statusCode(403);
    }

    @Test
    void users_see_what_is_on_sale_sorted_and_filtered_page_by_page() {
        // Given: prices that nobody else has
        long base = 900_000_000_000L + ThreadLocalRandom.current().nextLong(1_000_000_000);
        List<String> ids = new ArrayList<>();
        for (int price : List.of(3, 1, 2, 2)) {
            ids.add(make(goods("VIRTUAL", base - price, 1)));
        }
        String off = make(with(goods("VIRTUAL", base, 1), "status", "OFF_SALE"));

        // When / Then
        String newest = "/goods?limit=100&kind=VIRTUAL&maxPrice=" + base;
        assertThat(pages(Tokens.user(bob), "/goods?limit=3&kind=VIRTUAL", ids))
                .containsExactly(ids.get(3), ids.get(2), ids.get(1), ids.get(0));
        assertThat(pages(Tokens.user(bob), "/goods?limit=3&sort=PRICE_DESC&maxPrice=" + base, ids))
                .containsExactly(ids.get(1), ids.get(3), ids.get(2), ids.get(0));
        assertThat(pages(Tokens.user(bob), "/goods?limit=3&sort=PRICE_ASC", ids))
                .containsExactly(ids.get(0), ids.get(2), ids.get(3), ids.get(1));
        get(Tokens.user(bob), newest).body("items.goodsId", not(hasItem(off)));
        get(Tokens.user(bob), newest).body("items.updatedBy", not(hasItem(notNullValue())));
        get(Tokens.user(bob), newest + "&status=OFF_SALE").body("items", empty());
        get(Tokens.admin(), newest + "&status=OFF_SALE").body("items.goodsId", hasItem(off));
        get(Tokens.user(bob), "/goods?sort=COLOUR").statusCode(400).body("errors[0].field", equalTo("sort"));
        get(Tokens.user(bob), "/goods?cursor=x").statusCode(400).body("errors[0].field", equalTo("cursor"));
    }

    @Test
    void an_account_lists_its_exchanges_newest_first() {
        // Given
        String goods = make(goods("VIRTUAL", 1, 9));
        String shipped = post("/exchanges", shipped(bob, make(goods("PHYSICAL", 1, 9))))
                .extract()
                .path("exchangeId");
        String second = post("/exchanges", exchange(bob, goods)).extract().path("exchangeId");
        String third = post("/exchanges", exchange(bob, goods)).extract().path("exchangeId");

        // When / Then
        String list = "/accounts/" + bob + "/exchanges";
        String cursor = get(Tokens.user(bob), list + "?limit=2")
                .body("items.exchangeId", contains(third, second))
                .extract()
                .path("nextCursor");
        get(list + "?limit=2&cursor=" + cursor)
                .body("items.exchangeId", contains(shipped))
                .body("nextCursor", nullValue());
        get(list + "?status=DELIVERED").body("items", hasSize(2));
        get("/accounts/" + fresh("nobody") + "/exchanges").statusCode(404);
    }

    // ---- the checker ----

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "stock-and-sold-equal-stocked | UPDATE goods SET stocked = stocked + 1 WHERE goods_id = ?"
                        + "                   | UPDATE goods SET stocked = stocked - 1 WHERE goods_id = ?",
                "sold-equals-exchanges        | UPDATE exchange SET quantity = 2 WHERE goods_id = ?"
                        + "                   | UPDATE exchange SET quantity = 1 WHERE goods_id = ?",
                "free-codes-equal-stock       | UPDATE goods SET stock = stock + 1 WHERE goods_id = ?"
                        + "                   | UPDATE goods SET stock = stock - 1 WHERE goods_id = ?",
                "exchange-has-its-codes       | UPDATE coupon_code SET exchange_id = 1"
                        + " WHERE goods_id = ? AND exchange_id IS NOT NULL"
                        + "                   | UPDATE coupon_code c JOIN exchange e ON e.goods_id = c.goods_id"
                        + " SET c.exchange_id = e.id WHERE c.goods_id = ? AND c.exchange_id = 1",
                "exchange-has-its-spend       | UPDATE exchange SET points_cost = 11 WHERE goods_id = ?"
                        + "                   | UPDATE exchange SET points_cost = 10 WHERE goods_id = ?",
                "ended-exchange-is-refunded   | UPDATE exchange SET status = 'FAILED' WHERE goods_id = ?"
                        + "                   | UPDATE exchange SET status = 'DELIVERED' WHERE goods_id = ?",
            })
    void the_checker_finds_damage(String invariant, String damage, String repair) throws SQLException {
        // Given
        String goods = make(goods("COUPON", 10, 0));
        addCodes(goods, "D-1", "D-2");
        post("/exchanges", exchange(bob, goods)).statusCode(201);

        // When
        change(damage, goods);
        try {
            // Then
            assertThat(checker.check(false).violations())
                    .extracting(Violation::invariant)
                    .contains(invariant);
        } finally {
            change(repair, goods);
        }
    }

    @Test
    void the_checker_finds_what_exchange_message_and_order_say_differently() throws SQLException {
        // Given
        String goods = make(goods("PHYSICAL", 10, 5));
        String id = post("/exchanges", shipped(bob, goods)).extract().path("exchangeId");
        String message = messageId(id);
        String others = " WHERE exchange_id = " + id;

        try {
            // When / Then: confirmed, and nothing came of it
            change("UPDATE outbox_message SET state = 'CONFIRMED' WHERE id = ?", message);
            assertThat(found()).contains("confirmed-message-has-its-effect");

            // When / Then: an order of a message that nobody has confirmed
            ordered(id, true);
            assertThat(found()).doesNotContain("confirmed-message-has-its-effect");
            change("UPDATE outbox_message SET state = 'WAITING' WHERE id = ?", message);
            assertThat(found()).contains("shipping-order-has-its-confirmation");
            change("UPDATE outbox_message SET state = 'CONFIRMED' WHERE id = ?", message);

            // When / Then
            change("UPDATE exchange SET status = 'SHIPPED', waybill_no = 'A' WHERE goods_id = ?", goods);
            assertThat(found()).contains("exchange-has-the-orders-waybill");
            change("UPDATE shipping_order SET status = 'CANCELLED'" + others + " AND goods_id = ?", goods);
            assertThat(found()).contains("ended-exchange-is-not-shipped");
        } finally {
            change(
                    "UPDATE shipping_order SET status = 'SHIPPED', waybill_no = 'A'" + others + " AND goods_id = ?",
                    goods);
        }
        assertThat(found()).isEmpty();
    }

    private List<String> found() {
        return checker.check(false).violations().stream()
                .map(Violation::invariant)
                .toList();
    }

    // ---- helpers ----

    private void change(String sql, String about) throws SQLException {
        try (Connection connection = database.getConnection()) {
            assertThat(Sql.update(connection, sql, about)).isPositive();
        }
    }

    /** Of these goods, the ones of all pages, in their order. */
    private static List<String> pages(String token, String path, List<String> among) {
        List<String> found = new ArrayList<>();
        String cursor = "";
        while (cursor != null && found.size() < among.size()) {
            var page = get(token, path + cursor).statusCode(200).extract().jsonPath();
            page.<String>getList("items.goodsId").stream()
                    .filter(among::contains)
                    .forEach(found::add);
            cursor = page.getString("nextCursor") == null ? null : "&cursor=" + page.getString("nextCursor");
        }
        return found;
    }

    private static void made(Map<String, ?> body, String wrong) {
        post(Tokens.admin(), "/goods", body).statusCode(400).body("errors[0].field", equalTo(wrong));
    }

    private static Map<String, Object> with(Map<String, ?> body, String field, Object value) {
        Map<String, Object> more = new TreeMap<>(body);
        more.put(field, value);
        return more;
    }

    private ValidatableResponse refused(String goods, int quantity, String code) {
        return post("/exchanges", with(exchange(bob, goods), "quantity", quantity))
                .statusCode(409)
                .body("code", equalTo(code));
    }

    private static ValidatableResponse codes(String goods, String... codes) {
        return post(Tokens.admin(), "/goods/" + goods + "/coupon-codes", Map.of("codes", List.of(codes)));
    }

    private static ValidatableResponse cancel(String id) {
        return post("/exchanges/" + id + "/cancel", Map.of("traceId", fresh("k")));
    }

    private static ValidatableResponse erase(String id) {
        return given().auth()
                .oauth2(Tokens.admin())
                .delete("/api/v1/exchanges/" + id + "/address")
                .then();
    }

    private static String result(String messageId, String exchangeId, String status, String waybillNo) {
        return "{\"messageId\":\"%s\",\"exchangeId\":\"%s\",\"status\":\"%s\"%s}"
                .formatted(
                        messageId, exchangeId, status, waybillNo == null ? "" : ",\"waybillNo\":\"" + waybillNo + "\"");
    }

    private static void awaitStatus(String id, String status) {
        await().atMost(PATIENCE).untilAsserted(() -> get("/exchanges/" + id).body("status", equalTo(status)));
    }

    /** All at once, each of them until it is answered: too busy is no answer. */
    private static List<Integer> all(HttpClient http, List<String> users, String path, String json) {
        List<CompletableFuture<Integer>> answers = users.stream()
                .map(user -> send(http, path, json.formatted(user)))
                .toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private static CompletableFuture<Integer> send(HttpClient http, String path, String json) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + RestAssured.port + "/api/v1" + path))
                .header("Authorization", "Bearer " + Tokens.service())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .thenCompose(answer -> answer.statusCode() == 503
                        ? send(http, path, json)
                        : CompletableFuture.completedFuture(answer.statusCode()));
    }

    private String messageId(String exchangeId) throws SQLException {
        return Objects.requireNonNull(first("SELECT message_id FROM exchange WHERE id = ?", exchangeId));
    }

    private long number(String sql, Object... arguments) throws SQLException {
        return Long.parseLong(first(sql, arguments));
    }

    private String first(String sql, Object... arguments) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(connection, sql, row -> row.getString(1), arguments)
                    .orElseThrow();
        }
    }
}
