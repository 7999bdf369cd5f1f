package io.jifen.warehouse;

import static io.jifen.warehouse.ShippingTopics.fresh;
import static io.jifen.warehouse.ShippingTopics.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.outbox.Messages;
import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.TestCarrier;
import io.jifen.services.TestCarrier.Manner;
import io.jifen.services.TestClock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From a shipping request on Kafka over the carrier's HTTP to the results on Kafka. */
@QuarkusTest
class WarehouseDbTest {

    @Inject
    Messages messages;

    @Inject
    Tracking tracking;

    @Inject
    Withdrawal withdrawal;

    @Inject
    Orders orders;

    @Inject
    CarrierCalls calls;

    @Inject
    DataSource database;

    @Inject
    TestClock clock;

    private final long exchange = fresh();
    private final long message = fresh();
    private TestCarrier carrier;
    private ShippingTopics topics;

    @BeforeEach
    void open() {
        carrier = TestCarrier.open();
        topics = new ShippingTopics();
    }

    @AfterEach
    void close() {
        clock.reset();
        carrier.close();
        topics.close();
    }

    @Test
    void a_request_is_confirmed_ordered_once_and_reported_with_its_waybill() throws Exception {
        // Given
        append(message, exchange);

        // When
        topics.send(exchange, request(message, exchange));

        // Then
        JsonNode shipped = topics.awaitResult(exchange, "SHIPPED");
        assertThat(shipped.get("messageId").asText()).isEqualTo(Long.toString(message));
        assertThat(topics.results(exchange))
                .extracting(result -> result.get("status").asText())
                .containsExactly("SHIPPING_REQUESTED", "SHIPPED");
        TestCarrier.Call call = carrier.calls(exchange).getFirst();
        assertThat(shipped.get("waybillNo").asText()).isEqualTo("TC-" + call.key());
        assertThat(call.body().at("/address/name").asText()).isEqualTo("Li Si");
        assertThat(call.body().get("goodsId").asText()).isEqualTo("77");
        assertThat(confirmation(message)).isEqualTo(Messages.Confirmation.ALREADY);
        assertThat(orders.ofExchange(exchange).orElseThrow().address()).isNull();
    }

    @Test
    void a_request_that_comes_again_makes_no_second_order_and_is_answered_with_how_things_stand() throws Exception {
        // Given
        topics.send(exchange, request(message, exchange));
        topics.send(exchange, request(message, exchange));
        topics.awaitResult(exchange, "SHIPPED");
        long id = orders.ofExchange(exchange).orElseThrow().id();

        // When: by the same message, and by another one for the same exchange
        long another = fresh();
        topics.send(exchange, request(message, exchange));
        topics.send(exchange, request(another, exchange));

        // Then
        await().atMost(ShippingTopics.PATIENCE).until(() -> topics.results(exchange).stream()
                .anyMatch(result -> result.get("messageId").asText().equals(Long.toString(another))));
        assertThat(topics.results(exchange).getLast().get("status").asText()).isEqualTo("SHIPPED");
        assertThat(topics.results(exchange).getLast().get("waybillNo").asText()).startsWith("TC-");
        assertThat(orders.ofExchange(exchange).orElseThrow().id()).isEqualTo(id);
        assertThat(carrier.calls(exchange)).hasSize(1);
    }

    @Test
    void the_same_request_in_many_threads_makes_one_order() throws Exception {
        carrier.treat(exchange, Manner.FAILS);
        var wish = new Orders.Wish(message, exchange, new ShippingRequest(2, "77", 1, null), "{}");

        AtOnce.run(8, i -> {
            orders.take(List.of(wish, wish));
            return i;
        });

        try (Connection connection = database.getConnection()) {
            assertThat(ShippingSql.ofExchanges(connection, List.of(exchange))).hasSize(1);
        }
    }

    @Test
    void what_was_taken_back_is_not_shipped_though_its_request_was_on_its_way() throws Exception {
        // Given
        append(message, exchange);
        boolean withdrawn = Sql.transaction(database, connection -> messages.withdraw(connection, List.of(message)))
                .contains(message);
        assertThat(withdrawn).isTrue();

        // When
        topics.send(exchange, request(message, exchange));

        // Then: one behind it in the same partition tells when it has been seen
        long marker = fresh();
        topics.send(exchange, request(fresh(), marker));
        topics.awaitResult(marker, "SHIPPED");
        assertThat(orders.ofExchange(exchange)).isEmpty();
        assertThat(topics.results(exchange)).isEmpty();
        assertThat(carrier.calls(exchange)).isEmpty();
    }

    @Test
    void a_carrier_that_hangs_makes_no_second_order_and_blocks_no_other() {
        // Given: it has the order of one, and doesn't say so
        carrier.treat(exchange, Manner.HANGS);
        topics.send(exchange, request(message, exchange));
        await().atMost(ShippingTopics.PATIENCE)
                .until(() -> !carrier.calls(exchange).isEmpty());

        // When
        long[] others = LongStream.range(0, 20).map(i -> fresh()).toArray();
        for (long other : others) {
            topics.send(other, request(fresh(), other));
        }

        // Then
        for (long other : others) {
            topics.awaitResult(other, "SHIPPED");
        }
        assertThat(topics.results(exchange))
                .extracting(result -> result.get("status").asText())
                .containsOnly("SHIPPING_REQUESTED");

        // When: it is well again, and asked again
        carrier.treat(exchange, Manner.ANSWERS);
        JsonNode shipped = awaitShippedLater();

        // Then: with the same key, so it is the same parcel
        assertThat(carrier.calls(exchange)).hasSizeGreaterThan(1);
        assertThat(carrier.calls(exchange))
                .extracting(TestCarrier.Call::key)
                .containsOnly(carrier.calls(exchange).getFirst().key());
        assertThat(shipped.get("waybillNo").asText())
                .isEqualTo("TC-" + carrier.calls(exchange).getFirst().key());
    }

    @Test
    void a_carrier_that_fails_is_asked_until_it_does_not() {
        // Given
        carrier.treatOthers(Manner.FAILS);
        topics.send(exchange, request(message, exchange));
        await().atMost(ShippingTopics.PATIENCE)
                .until(() -> carrier.calls(exchange).size() > 2);

        // When
        carrier.treatOthers(Manner.ANSWERS);

        // Then
        awaitShippedLater();
        assertThat(carrier.calls(exchange))
                .extracting(TestCarrier.Call::key)
                .containsOnly(carrier.calls(exchange).getFirst().key());
    }

    @ParameterizedTest
    @EnumSource(names = {"HANGS_THEN_CONFLICTS", "FAILS_THEN_REFUSES"})
    void a_refusal_is_not_final_when_a_call_before_it_may_have_made_a_parcel(Manner manner) throws Exception {
        // Given
        carrier.treat(exchange, manner);
        topics.send(exchange, request(message, exchange));

        // When: two calls at least, by one worker or by several
        await().atMost(ShippingTopics.PATIENCE).until(() -> {
            clock.plus(Duration.ofSeconds(30));
            return carrier.calls(exchange).size() > 2;
        });

        // Then: it is not given up, and nobody calls it off
        assertThat(withdraw(exchange)).isFalse();
        carrier.treat(exchange, Manner.ANSWERS);
        JsonNode shipped = awaitShippedLater();
        assertThat(shipped.get("waybillNo").asText())
                .isEqualTo("TC-" + carrier.calls(exchange).getFirst().key());
        assertThat(topics.results(exchange))
                .extracting(result -> result.get("status").asText())
                .doesNotContain("FAILED");
    }

    @Test
    void an_order_is_called_off_while_the_carrier_can_not_have_it() throws Exception {
        // Given
        carrier.treat(exchange, Manner.BUSY);
        append(message, exchange);
        topics.send(exchange, request(message, exchange));
        await().atMost(ShippingTopics.PATIENCE)
                .until(() -> carrier.calls(exchange).size() > 2);

        // When: no call is out at this moment
        await().atMost(ShippingTopics.PATIENCE).until(() -> withdraw(exchange));

        // Then: it is not asked for again, also when its request comes again
        carrier.treat(exchange, Manner.ANSWERS);
        int calls = carrier.calls(exchange).size();
        clock.plus(Duration.ofHours(1));
        topics.send(exchange, request(message, exchange));
        long marker = fresh();
        topics.send(marker, request(fresh(), marker));
        awaitShippedLater(marker);
        assertThat(carrier.calls(exchange)).hasSize(calls);
        ShippingOrder order = orders.ofExchange(exchange).orElseThrow();
        assertThat(order.status()).isEqualTo(ShippingOrder.Status.CANCELLED);
        assertThat(order.address()).isNull();
        assertThat(tracking.of(exchange).orElseThrow().status()).isEqualTo("CANCELLED");
        assertThat(topics.results(exchange))
                .extracting(result -> result.get("status").asText())
                .containsOnly("SHIPPING_REQUESTED");
        assertThat(withdraw(exchange)).isFalse();
    }

    @Test
    void of_calling_off_and_claiming_at_once_one_comes_about() throws Exception {
        for (int round = 0; round < 20; round++) {
            // Given: an order that no worker of the service sees yet
            long id = fresh();
            insert(id, clock.instant().plus(Duration.ofDays(300)));
            clock.plus(Duration.ofDays(300));

            // When: whoever claims it, this test or the service, calls or is called off
            AtOnce.run(2, i -> i == 0 ? withdraw(id) : orders.claim(ShippingOrder.Status.SHIPPING_REQUESTED));
            clock.reset();

            // Then
            ShippingOrder after = orders.ofExchange(id).orElseThrow();
            assertThat(after.status() == ShippingOrder.Status.CANCELLED).isNotEqualTo(after.carrierMayHaveIt());
        }
    }

    @Test
    void an_open_circuit_breaker_is_no_try_and_keeps_nobody_from_calling_off() throws Exception {
        // Given: claimed
        insert(exchange, clock.instant().plus(Duration.ofDays(300)));
        ShippingOrder before = orders.ofExchange(exchange).orElseThrow();
        try (Connection connection = database.getConnection()) {
            ShippingSql.tried(connection, before.id(), 1, clock.instant().plus(Duration.ofDays(300)));
        }
        assertThat(withdraw(exchange)).isFalse();

        // When: no call was made
        orders.inVain(before, new Attempts());

        // Then
        ShippingOrder after = orders.ofExchange(exchange).orElseThrow();
        assertThat(after.tries()).isZero();
        assertThat(after.carrierMayHaveIt()).isFalse();
        assertThat(withdraw(exchange)).isTrue();
    }

    @Test
    void an_answer_that_comes_late_takes_no_arrival_back() throws Exception {
        // Given
        topics.send(exchange, request(message, exchange));
        topics.awaitResult(exchange, "SHIPPED");
        ShippingOrder order = orders.ofExchange(exchange).orElseThrow();
        orders.tracked(order, new Carrier.Progress("DELIVERED", List.of()));

        // When
        orders.tracked(order, new Carrier.Progress("IN_TRANSIT", List.of()));

        // Then
        assertThat(tracking.of(exchange).orElseThrow().status()).isEqualTo("DELIVERED");
    }

    @Test
    void a_parcel_that_never_arrives_is_not_looked_after_for_ever() throws Exception {
        // Given
        topics.send(exchange, request(message, exchange));
        topics.awaitResult(exchange, "SHIPPED");

        // When: its turn comes once more after all that time
        clock.plus(Duration.ofDays(91));

        // Then: and not again
        await().atMost(ShippingTopics.PATIENCE)
                .until(() -> nextTry(exchange).isAfter(clock.instant().plus(Duration.ofDays(10_000))));
        assertThat(orders.ofExchange(exchange).orElseThrow().status()).isEqualTo(ShippingOrder.Status.SHIPPED);
    }

    private Instant nextTry(long exchangeId) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(
                            connection,
                            "SELECT next_try_at FROM shipping_order WHERE exchange_id = ?",
                            row -> Sql.someInstant(row, "next_try_at"),
                            exchangeId)
                    .orElseThrow();
        }
    }

    private boolean withdraw(long exchangeId) throws SQLException {
        return Sql.transaction(database, connection -> withdrawal.withdraw(connection, List.of(exchangeId)))
                .contains(exchangeId);
    }

    /** An order whose turn comes then. */
    private void insert(long exchangeId, Instant turn) throws SQLException {
        try (Connection connection = database.getConnection()) {
            ShippingSql.insert(
                    connection,
                    List.of(new ShippingOrder(
                            fresh(),
                            exchangeId,
                            fresh(),
                            2,
                            "77",
                            1,
                            "{}",
                            ShippingOrder.Status.SHIPPING_REQUESTED,
                            null,
                            0,
                            false,
                            null,
                            null,
                            turn)),
                    turn);
        }
    }

    @Test
    void of_two_waybills_the_first_one_counts() throws Exception {
        // Given
        carrier.treat(exchange, Manner.FORGETS);
        topics.send(exchange, request(message, exchange));
        JsonNode shipped = topics.awaitResult(exchange, "SHIPPED");
        ShippingOrder order = orders.ofExchange(exchange).orElseThrow();

        // When: another worker that was at it comes second
        orders.shipped(
                order, calls.order(order.key(), new Carrier.Consignment("" + exchange, "77", 1, "{}"), new Attempts()));
        orders.failed(order);

        // Then
        ShippingOrder after = orders.ofExchange(exchange).orElseThrow();
        assertThat(after.waybillNo()).isEqualTo(shipped.get("waybillNo").asText());
        assertThat(after.status()).isEqualTo(ShippingOrder.Status.SHIPPED);
        topics.send(exchange, request(message, exchange));
        await().atMost(ShippingTopics.PATIENCE)
                .until(() -> topics.results(exchange).size() == 3);
        assertThat(topics.results(exchange))
                .filteredOn(result -> result.has("waybillNo"))
                .extracting(result -> result.get("waybillNo").asText())
                .containsOnly(after.waybillNo());
    }

    @Test
    void a_parcel_the_carrier_will_not_take_and_a_request_without_sense_fail() {
        // Given
        carrier.treat(exchange, Manner.REFUSES);
        long nonsense = fresh();

        // When
        topics.send(exchange, request(message, exchange));
        topics.send(nonsense, """
                {"messageId":"%d","exchangeId":"%d","type":2,"goodsId":"77","quantity":0}""".formatted(message, nonsense));

        // Then
        topics.awaitResult(exchange, "FAILED");
        topics.awaitResult(nonsense, "FAILED");
        assertThat(carrier.calls(exchange)).hasSize(1);
        assertThat(carrier.calls(nonsense)).isEmpty();
    }

    @Test
    void what_can_not_be_read_stops_no_other() {
        for (String bad : List.of("", "no json", "{}", "[1]", """
                {"messageId":"9999999999999999999","exchangeId":"1"}""", """
                {"messageId":"x","exchangeId":"1"}""")) {
            topics.send(exchange, bad);
        }
        topics.send(exchange, request(message, exchange));

        topics.awaitResult(exchange, "SHIPPED");
    }

    @Test
    void tracking_asks_the_carrier_now_and_then_and_shows_the_last_answer_while_it_is_away() throws Exception {
        // Given
        assertThat(tracking.of(exchange)).isEmpty();
        topics.send(exchange, request(message, exchange));
        String waybillNo =
                topics.awaitResult(exchange, "SHIPPED").get("waybillNo").asText();
        carrier.says(waybillNo, """
                {"status":"IN_TRANSIT","steps":[{"time":"2026-11-22T10:00:00+08:00","text":"on its way"}]}""");

        // When: many ask
        AtOnce.run(10, i -> tracking.of(exchange).orElseThrow());

        // Then: one has asked the carrier
        Tracking.View first = tracking.of(exchange).orElseThrow();
        assertThat(first.waybillNo()).isEqualTo(waybillNo);
        assertThat(first.status()).isEqualTo("IN_TRANSIT");
        assertThat(first.steps())
                .containsExactly(new Tracking.Step(Instant.parse("2026-11-22T02:00:00Z"), "on its way"));
        assertThat(carrier.looks(waybillNo)).isEqualTo(1);

        // When: it is away
        carrier.tracks(false);
        clock.plus(Duration.ofMinutes(1));

        // Then
        assertThat(tracking.of(exchange)).contains(first);
        assertThat(carrier.looks(waybillNo)).isEqualTo(2);

        // When
        carrier.tracks(true);
        clock.plus(Duration.ofMinutes(1));

        // Then
        assertThat(tracking.of(exchange).orElseThrow().asOf()).isAfter(first.asOf());
    }

    @Test
    void a_parcel_without_a_waybill_is_tracked_too() throws Exception {
        carrier.treat(exchange, Manner.FAILS);
        topics.send(exchange, request(message, exchange));
        topics.awaitResult(exchange, "SHIPPING_REQUESTED");

        Tracking.View view = tracking.of(exchange).orElseThrow();

        assertThat(view.waybillNo()).isNull();
        assertThat(view.status()).isEqualTo("SHIPPING_REQUESTED");
        assertThat(view.steps()).isEmpty();
    }

    @Test
    void that_a_parcel_has_arrived_is_found_out_and_told_once() throws Exception {
        // Given
        topics.send(exchange, request(message, exchange));
        String waybillNo =
                topics.awaitResult(exchange, "SHIPPED").get("waybillNo").asText();
        carrier.says(waybillNo, "{\"status\":\"DELIVERED\"}");

        // When: nobody asks, and time goes by
        clock.plus(Duration.ofMinutes(10));

        // Then
        JsonNode delivered = topics.awaitResult(exchange, "DELIVERED");
        assertThat(delivered.get("waybillNo").asText()).isEqualTo(waybillNo);
        assertThat(delivered.get("messageId").asText()).isEqualTo(Long.toString(message));
        assertThat(tracking.of(exchange).orElseThrow().status()).isEqualTo("DELIVERED");
        ShippingOrder order = orders.ofExchange(exchange).orElseThrow();
        orders.tracked(order, new Carrier.Progress("DELIVERED", List.of()));
        topics.send(exchange, request(message, exchange));
        await().atMost(ShippingTopics.PATIENCE)
                .until(() -> topics.results(exchange).size() == 4); // the fourth answers the repeated request
        assertThat(order.status()).isEqualTo(ShippingOrder.Status.DELIVERED);
    }

    /** The carrier is asked again after a pause: time goes by until it has been. */
    private JsonNode awaitShippedLater() {
        return awaitShippedLater(exchange);
    }

    private JsonNode awaitShippedLater(long id) {
        await().atMost(ShippingTopics.PATIENCE).until(() -> {
            clock.plus(Duration.ofSeconds(30));
            return topics.results(id).stream()
                    .anyMatch(result -> result.get("status").asText().equals("SHIPPED"));
        });
        return topics.awaitResult(id, "SHIPPED");
    }

    private void append(long messageId, long exchangeId) throws SQLException {
        // To a topic of nobody's: the test itself decides when the request comes.
        byte[] body = request(messageId, exchangeId).getBytes(StandardCharsets.UTF_8);
        Sql.transaction(database, connection -> {
            messages.append(
                    connection, List.of(new Messages.Message(messageId, "points.events.dlq", "" + exchangeId, body)));
            return messageId;
        });
    }

    private Messages.Confirmation confirmation(long id) throws SQLException {
        return Sql.transaction(database, connection -> messages.confirm(connection, List.of(id)))
                .get(id);
    }
}
