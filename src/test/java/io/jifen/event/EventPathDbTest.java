package io.jifen.event;

import static io.jifen.event.EventsClient.accepted;
import static io.jifen.event.EventsClient.admin;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.fresh;
import static io.jifen.event.EventsClient.openAccount;
import static io.jifen.event.EventsClient.outcome;
import static io.jifen.event.EventsClient.produce;
import static io.jifen.event.EventsClient.send;
import static io.jifen.event.EventsClient.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.jifen.services.InvariantsCheck;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class EventPathDbTest {

    @Test
    void an_order_of_a_new_user_opens_the_account_and_grants_registration_and_order() {
        String user = fresh("user");
        String traceId = fresh("order");

        send("""
                {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"4711","amount":99.90}""".formatted(traceId, user)).statusCode(202).body("traceId", equalTo(traceId));

        assertThat(outcome(traceId)).isEqualTo("POSTED");
        assertThat(available(user)).isEqualTo(100 + 99);
    }

    @Test
    void a_spend_takes_points_and_never_opens_an_account() {
        String user = openAccount();
        String spend = fresh("spend");
        String stranger = fresh("user");
        String nobody = fresh("spend");

        accepted(spend(spend, user, 30));
        accepted(spend(nobody, stranger, 30));

        assertThat(outcome(spend)).isEqualTo("POSTED");
        assertThat(available(user)).isEqualTo(70);
        assertThat(outcome(nobody)).isEqualTo("REFUSED");
        service().get("/api/v1/accounts/{userId}", stranger).then().statusCode(404);
    }

    @Test
    void an_event_of_any_bizType_opens_an_account() {
        String user = fresh("user");
        String traceId = fresh("compat");

        produce(user, """
                {"traceId":"%s","userId":"%s","bizType":"COMPAT","points":5}""".formatted(traceId, user));

        assertThat(outcome(traceId)).isEqualTo("POSTED");
        assertThat(available(user)).isEqualTo(100 + 5);
    }

    @Test
    void too_few_points_are_a_refusal_and_change_nothing() {
        String user = openAccount();
        String traceId = fresh("spend");

        accepted(spend(traceId, user, 101));

        assertThat(outcome(traceId)).isEqualTo("REFUSED");
        service().get("/api/v1/requests/{traceId}", traceId).then().body("code", equalTo("insufficient-points"));
        assertThat(available(user)).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "bizType":"NO_SUCH_RULE"                                   | REFUSED | rule-not-found
            "bizType":"ORDER","points":5                               | REFUSED | points-not-allowed
            "bizType":"ORDER","amount":-1                              | DEAD    | invalid-request
            "bizType":"ORDER","amount":1.234                           | DEAD    | invalid-request
            "bizType":"ORDER","amount":12345678901234567               | DEAD    | invalid-request
            "bizType":"ORDER","amount":9999999999999.99                | DEAD    | invalid-request
            "bizType":"ORDER","amount":"NaN"                           | DEAD    | invalid-request
            "bizType":"COMPAT","points":1000000000001                  | DEAD    | invalid-request
            "bizType":"ORDER","occurredAt":"2990-01-01T00:00:00Z"      | DEAD    | invalid-request
            """)
    void what_can_not_be_earned_is_recorded_and_never_lost(String fields, String status, String code) {
        String user = openAccount();
        String traceId = fresh("bad");

        produce(user, """
                {"traceId":"%s","userId":"%s",%s}""".formatted(traceId, user, fields));

        assertThat(outcome(traceId)).isEqualTo(status);
        service().get("/api/v1/requests/{traceId}", traceId).then().body("code", equalTo(code));
        assertThat(available(user)).isEqualTo(100);
    }

    @Test
    void attributes_beyond_4_KiB_and_conditions_that_fail_are_recorded() {
        String user = openAccount();
        String code = "T_" + Long.toString(System.nanoTime(), 36).toUpperCase(Locale.ROOT);
        admin().body("""
                        {"code":"%s","bizType":"%s","fixed":5,"condition":"event.attributes.items > 3"}""".formatted(code, code)).post("/api/v1/rules").then().statusCode(201);
        String large = fresh("large");
        String failing = fresh("failing");

        produce(user, event(large, user, code, "\"text\":\"" + "x".repeat(4096) + "\""));
        produce(user, event(failing, user, code, "\"items\":\"many\""));

        assertThat(outcome(large)).isEqualTo("DEAD");
        assertThat(outcome(failing)).isEqualTo("REFUSED");
        service().get("/api/v1/requests/{traceId}", failing).then().body("code", equalTo("rule-not-found"));
    }

    private static String event(String traceId, String user, String bizType, String attributes) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"%s","attributes":{%s}}""".formatted(traceId, user, bizType, attributes);
    }

    @Test
    void a_message_delivered_twice_counts_once() {
        String user = openAccount();
        String traceId = fresh("order");
        String event = order(traceId, user, "o-1", "10");
        String after = fresh("order");

        produce(user, event);
        produce(user, event);
        produce(user, order(after, user, "o-2", "1"));

        assertThat(outcome(after)).isEqualTo("POSTED");
        assertThat(available(user)).isEqualTo(100 + 10 + 1);
    }

    @Test
    void one_order_with_two_keys_earns_once() {
        String user = openAccount();
        String first = fresh("order");
        String second = fresh("order");

        accepted(order(first, user, "o-1", "10"));
        accepted(order(second, user, "o-1", "10"));

        assertThat(outcome(first)).isEqualTo("POSTED");
        assertThat(outcome(second)).isEqualTo("REFUSED");
        assertThat(available(user)).isEqualTo(110);
    }

    @Test
    void whoever_registers_by_an_event_is_welcomed_once_whatever_number_it_has() {
        String user = fresh("user");
        String first = fresh("register");
        String second = fresh("register");

        accepted(register(first, user, "web-1"));
        accepted(register(second, user, "app-1"));

        outcome(first);
        assertThat(outcome(second)).isEqualTo("REFUSED");
        assertThat(available(user)).isEqualTo(100);
    }

    @Test
    void an_event_from_years_ago_keeps_its_time_and_earns_points_that_can_be_used() {
        String user = openAccount();
        String traceId = fresh("order");

        accepted("""
                {"traceId":"%s","userId":"%s","bizType":"ORDER","amount":5,"occurredAt":"2020-02-29T12:00:00+08:00"}""".formatted(traceId, user));

        assertThat(outcome(traceId)).isEqualTo("POSTED");
        service()
                .get("/api/v1/accounts/{userId}/entries?limit=1", user)
                .then()
                .body("items[0].occurredAt", equalTo("2020-02-29T04:00:00.000Z"))
                .body("items[0].points", equalTo(5));
        assertThat(available(user)).isEqualTo(105);
    }

    private static String register(String traceId, String user, String bizNo) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"REGISTER","bizNo":"%s"}""".formatted(traceId, user, bizNo);
    }

    private static String order(String traceId, String user, String bizNo, String amount) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"%s","amount":%s}""".formatted(traceId, user, bizNo, amount);
    }

    private static String spend(String traceId, String user, long points) {
        return """
                {"traceId":"%s","userId":"%s","bizType":"SHOP","action":"sub","points":%d,"reason":"A mug"}""".formatted(traceId, user, points);
    }
}
