package io.jifen.event;

import static io.jifen.event.EventsClient.admin;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.fresh;
import static io.jifen.event.EventsClient.openAccount;
import static io.jifen.event.EventsClient.outcome;
import static io.jifen.event.EventsClient.send;
import static io.jifen.event.EventsClient.service;
import static io.jifen.event.EventsClient.statusOf;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class EventResourceDbTest {

    // ---- one event ----

    @Test
    void the_headers_key_wins_over_the_bodys() {
        String user = openAccount();
        String header = fresh("header");
        String body = fresh("body");

        service()
                .header("Idempotency-Key", header)
                .body("""
                        {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"h","amount":3}""".formatted(body, user))
                .post("/api/v1/events")
                .then()
                .statusCode(202)
                .body("traceId", equalTo(header));

        assertThat(outcome(header)).isEqualTo("POSTED");
        assertThat(statusOf(body)).isEqualTo("UNKNOWN");
    }

    @Test
    void what_a_person_gives_beyond_the_threshold_belongs_where_another_one_can_be_asked() {
        String user = openAccount();
        String small = fresh("small");
        String large = fresh("large");

        gift(admin(), fresh("too-large"), user, 1_001).statusCode(403).body("code", equalTo("forbidden"));
        gift(admin(), small, user, 1_000).statusCode(202);
        gift(service(), large, user, 2_000).statusCode(202);
        admin().body("{\"events\":[%s,%s,%s]}"
                        .formatted(gift(fresh("batch"), user, 5_000), gift(fresh("batch"), user, 5), """
                                {"traceId":"%s","userId":"%s","bizType":"COMPAT","action":"sub","points":5000}""".formatted(
                                        fresh("sub"), user)))
                .post("/api/v1/events/batch")
                .then()
                .statusCode(202)
                .body("accepted", equalTo(2))
                .body("rejected.index", contains(0))
                .body("rejected.code", contains("forbidden"));

        assertThat(outcome(small)).isEqualTo("POSTED");
        assertThat(outcome(large)).isEqualTo("POSTED");
        String entries = "items.findAll { it.traceId == '%s' }.operator";
        service()
                .get("/api/v1/accounts/{userId}/entries?limit=20", user)
                .then()
                .body(entries.formatted(small), contains("admin"))
                .body(entries.formatted(large), everyItem(nullValue()));
    }

    private static ValidatableResponse gift(RequestSpecification sender, String traceId, String user, long points) {
        return sender.body(gift(traceId, user, points)).post("/api/v1/events").then();
    }

    private static String gift(String traceId, String user, long points) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"COMPAT","points":%d}""".formatted(traceId, user, points);
    }

    @Test
    void an_event_without_any_key_is_refused() {
        send("""
                {"userId":"bob","bizType":"ORDER","amount":3}""").statusCode(400).body("code", equalTo("missing-idempotency-key"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"traceId":"t","bizType":"ORDER"}                                            | userId
                    {"traceId":"t","userId":"b b","bizType":"ORDER"}                             | userId
                    {"traceId":"t","userId":"b"}                                                 | bizType
                    {"traceId":"t","userId":"b","bizType":"order"}                               | bizType
                    {"traceId":"t","userId":"b","bizType":"ORDER","bizNo":""}                    | bizNo
                    {"traceId":"t","userId":"b","bizType":"ORDER","action":"take"}               | action
                    {"traceId":"t","userId":"b","bizType":"ORDER","action":"sub"}                | points
                    {"traceId":"t","userId":"b","bizType":"ORDER","points":"10"}                 | points
                    {"traceId":"t","userId":"b","bizType":"ORDER","points":1.5}                  | points
                    {"traceId":"t","userId":"b","bizType":"ORDER","points":true}                 | points
                    {"traceId":"t","userId":"b","bizType":"ORDER","points":0}                    | points
                    {"traceId":"t","userId":"b","bizType":"ORDER","points":1000000000001}        | points
                    {"traceId":"t","userId":"b","bizType":"ORDER","amount":-1}                   | amount
                    {"traceId":"t","userId":"b","bizType":"ORDER","amount":1.999}                | amount
                    {"traceId":"t","userId":"b","bizType":"ORDER","amount":"1"}                  | amount
                    {"traceId":"t","userId":"b","bizType":"ORDER","amount":1e999999999}          | amount
                    {"traceId":"t","userId":"b","bizType":"ORDER","occurredAt":"yesterday"}      | occurredAt
                    {"traceId":"t","userId":"b","bizType":"ORDER","occurredAt":"2990-01-01T00:00:00Z"} | occurredAt
                    {"traceId":"t","userId":"b","bizType":"ORDER","attributes":[]}               | attributes
                    {"traceId":"t","userId":"b","bizType":"ORDER","attributes":{"x":1e999}}      | attributes
                    {"traceId":"t t","userId":"b","bizType":"ORDER"}                             | traceId
                    {"traceId":"t","userId":"b"                                                  | body
                    """)
    void what_is_wrong_with_an_event_is_refused_and_named(String event, String field) {
        send(event).statusCode(400).body("code", equalTo("invalid-request")).body("errors.field", hasItem(field));
    }

    @Test
    void attributes_beyond_4_KiB_are_refused() {
        send("""
                {"traceId":"t","userId":"b","bizType":"ORDER","attributes":{"x":"%s"}}""".formatted("y".repeat(4096))).statusCode(400).body("errors.field", contains("attributes"));
    }

    @Test
    void only_services_and_admins_may_send() {
        given().contentType("application/json")
                .body("{}")
                .post("/api/v1/events")
                .then()
                .statusCode(401);
        given().auth()
                .oauth2(Tokens.user("bob"))
                .contentType("application/json")
                .body("{}")
                .post("/api/v1/events")
                .then()
                .statusCode(403);
    }

    // ---- many ----

    @Test
    void of_a_batch_only_what_is_wrong_is_rejected() {
        String user = openAccount();
        String first = fresh("first");
        String last = fresh("last");

        service()
                .body("""
                        {"events":[
                          {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"1","amount":0.1e1, "new":{"a":[1]}},
                          {"traceId":"x","userId":"%s","bizType":"ORDER","points":"10"},
                          {"userId":"%s","bizType":"ORDER"},
                          "text", 17, null, [],
                          {"traceId":"a","traceId":"b","userId":"%s","bizType":"ORDER"},
                          {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"2","amount":2,"reason":"积分"}
                        ], "other": [1, {"events": []}]}""".formatted(first, user, user, user, user, last, user))
                .post("/api/v1/events/batch")
                .then()
                .statusCode(202)
                .body("accepted", equalTo(2))
                .body("rejected.index", contains(1, 2, 3, 4, 5, 6, 7))
                .body("rejected[0].code", equalTo("invalid-request"))
                .body("rejected[1].code", equalTo("missing-idempotency-key"));

        assertThat(outcome(first)).isEqualTo("POSTED");
        assertThat(outcome(last)).isEqualTo("POSTED");
        assertThat(available(user)).isEqualTo(100 + 1 + 2);
    }

    @Test
    void a_thousand_events_are_a_batch_and_one_more_is_none() {
        String user = openAccount();
        String run = fresh("thousand");

        service()
                .body(orders(run, user, 1000))
                .post("/api/v1/events/batch")
                .then()
                .statusCode(202)
                .body("accepted", equalTo(1000))
                .body("rejected", empty());
        service()
                .body(orders(run, user, 1001))
                .post("/api/v1/events/batch")
                .then()
                .statusCode(400);

        await().atMost(EventsClient.PATIENCE)
                .untilAsserted(() -> assertThat(available(user)).isEqualTo(100 + 1000));
        IntStream.of(0, 499, 999).forEach(i -> outcome(run + i));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                          | events
                    {"events":null}             | events
                    {"events":{}}               | events
                    []                          | body
                    {"events":[{]}              | body
                    {"events":[],"events":[]}   | body
                    {"events":[]} {}            | body
                    """)
    void what_is_no_batch_is_refused_as_a_whole(String body, String field) {
        service().body(body).post("/api/v1/events/batch").then().statusCode(400).body("errors.field", contains(field));
    }

    @Test
    void the_header_is_refused_in_a_batch() {
        service()
                .header("Idempotency-Key", "k")
                .body("{\"events\":[]}")
                .post("/api/v1/events/batch")
                .then()
                .statusCode(400);
    }

    // ---- the broker away ----

    @Test
    void without_the_broker_events_get_503_within_3_seconds_and_the_rest_goes_on() {
        String user = openAccount();
        String traceId = fresh("order");
        String event = """
                {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"1","amount":7}""".formatted(traceId, user);

        try (var away = TestServices.kafkaService().away()) {
            send(event)
                    .statusCode(503)
                    .body("code", equalTo("broker-unavailable"))
                    .header("Retry-After", equalTo("5"))
                    .time(lessThan(3_500L));
            service()
                    .body("{\"events\":[" + event + "]}")
                    .post("/api/v1/events/batch")
                    .then()
                    .statusCode(503);
            assertThat(available(user)).isEqualTo(100);
        }

        // Sent again, as told, it counts once.
        await().atMost(EventsClient.PATIENCE).untilAsserted(() -> send(event).statusCode(202));
        assertThat(outcome(traceId)).isEqualTo("POSTED");
        assertThat(available(user)).isEqualTo(107);
    }

    private static String orders(String run, String user, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> """
                        {"traceId":"%s%d","userId":"%s","bizType":"ORDER","bizNo":"%d","amount":1}""".formatted(run, i, user, i))
                .collect(Collectors.joining(",", "{\"events\":[", "]}"));
    }
}
