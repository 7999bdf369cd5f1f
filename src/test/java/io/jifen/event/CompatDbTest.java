package io.jifen.event;

import static io.jifen.event.EventsClient.accepted;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.fresh;
import static io.jifen.event.EventsClient.openAccount;
import static io.jifen.event.EventsClient.outcome;
import static io.jifen.event.EventsClient.service;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class CompatDbTest {

    @Test
    void what_is_published_is_listed_newest_first_and_touches_nobody_else() {
        String lisi = openAccount();
        String zhangsan = openAccount();

        String added = published(lisi, 10, "add", "read an article");
        outcome(added);
        String subtracted = published(lisi, 10, "sub", "a sticker");
        outcome(subtracted);

        list(lisi, "page=1")
                .body("code", equalTo(0))
                .body("message", equalTo("ok"))
                .body("data", hasSize(3))
                .body("data[0].points", equalTo(10))
                .body("data[0].action", equalTo("sub"))
                .body("data[0].reason", equalTo("a sticker"))
                .body("data[0].openid", equalTo(lisi))
                .body("data[0].id", matchesPattern("\\d+"))
                .body("data[0].created_at", matchesPattern("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d"))
                .body("data[1].points", equalTo(10))
                .body("data[1].action", equalTo("add"))
                .body("data[2].points", equalTo(100));
        assertThat(available(lisi)).isEqualTo(100);
        assertThat(available(zhangsan)).isEqualTo(100);
    }

    @Test
    void a_trace_id_counts_once_and_without_one_each_time_counts() {
        String openid = openAccount();
        String traceId = fresh("compat");
        String withKey = """
                {"openid":"%s","points":5,"action":"add","reason":"x","traceId":"%s"}""".formatted(openid, traceId);

        publish(withKey).body("code", equalTo(0)).body("data.traceId", equalTo(traceId));
        publish(withKey).body("code", equalTo(0));
        String first = published(openid, 1, "add", "y");
        String second = published(openid, 1, "add", "y");

        outcome(first);
        outcome(second);
        assertThat(outcome(traceId)).isEqualTo("POSTED");
        assertThat(available(openid)).isEqualTo(100 + 5 + 1 + 1);
    }

    @Test
    void subtracting_more_than_is_there_changes_nothing() {
        String openid = openAccount();

        String traceId = published(openid, 101, "sub", "too much");

        assertThat(outcome(traceId)).isEqualTo("REFUSED");
        assertThat(available(openid)).isEqualTo(100);
    }

    @Test
    void an_unknown_openid_is_1001_and_opens_no_account() {
        String stranger = fresh("stranger");

        publish("""
                {"openid":"%s","points":5,"action":"add","reason":"x"}""".formatted(stranger)).body("code", equalTo(1001)).body("data", nullValue());

        list(stranger, "page=1").body("code", equalTo(1001)).body("data", empty());
        service().get("/api/v1/accounts/{id}", stranger).then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "张三",
                "a b",
                "a ",
                "x\u0000",
                "+",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void what_can_not_be_an_openid_is_1001(String openid) {
        service()
                .get("/api/points/{openid}?page=1", openid)
                .then()
                .statusCode(200)
                .body("code", equalTo(1001))
                .body("data", empty());
    }

    @Test
    void a_late_event_is_listed_with_the_time_it_was_written_so_that_newest_first_holds() {
        String openid = openAccount();
        String traceId = fresh("order");

        accepted("""
                {"traceId":"%s","userId":"%s","bizType":"ORDER","amount":5,"occurredAt":"2020-02-29T12:00:00+08:00"}""".formatted(traceId, openid));
        outcome(traceId);

        List<String> times = list(openid, "page=1")
                .body("data[0].points", equalTo(5))
                .extract()
                .path("data.created_at");
        assertThat(times).isSortedAccordingTo(Comparator.reverseOrder()).noneMatch(time -> time.startsWith("2020"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"points":5,"action":"add","reason":"x"}                           | openid
                    {"openid":"a b","points":5,"action":"add","reason":"x"}            | openid
                    {"openid":"o","action":"add","reason":"x"}                         | points
                    {"openid":"o","points":"5","action":"add","reason":"x"}            | points
                    {"openid":"o","points":1.5,"action":"add","reason":"x"}            | points
                    {"openid":"o","points":0,"action":"add","reason":"x"}              | points
                    {"openid":"o","points":-5,"action":"add","reason":"x"}             | points
                    {"openid":"o","points":1000000000001,"action":"add","reason":"x"}  | points
                    {"openid":"o","points":99999999999999999999,"action":"add","reason":"x"} | points
                    {"openid":"o","points":5,"action":"ADD","reason":"x"}              | action
                    {"openid":"o","points":5,"reason":"x"}                             | action
                    {"openid":"o","points":5,"action":"add"}                           | reason
                    {"openid":"o","points":5,"action":"add","reason":" "}              | reason
                    {"openid":"o","points":5,"action":"add","reason":"x","traceId":""} | traceId
                    {"openid":"o","points":5,                                          | JSON
                    []                                                                 | body
                    null                                                               | body
                    """)
    void bad_input_is_1002_and_the_message_says_what(String body, String named) {
        publish(body).body("code", equalTo(1002)).body("message", containsString(named));
    }

    @Test
    void no_body_at_all_is_1002() {
        service().post("/api/points/publish").then().statusCode(200).body("code", equalTo(1002));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x=1",
                "page=",
                "page=0",
                "page=-1",
                "page=x",
                "page=1.5",
                "page=99999999999",
                "page=1&limit=0",
                "page=1&limit=101",
                "page=1&limit=x",
                "limit=10"
            })
    void no_page_or_a_bad_one_is_1002(String query) {
        list(openAccount(), query).body("code", equalTo(1002)).body("data", empty());
    }

    @Test
    void pages_cut_the_list_without_gap_or_overlap() {
        String openid = openAccount();
        for (int i = 1; i <= 4; i++) {
            outcome(published(openid, i, "add", "n" + i));
        }

        list(openid, "page=1&limit=2").body("data.reason", equalTo(List.of("n4", "n3")));
        list(openid, "page=2&limit=2").body("data.reason", equalTo(List.of("n2", "n1")));
        list(openid, "page=3&limit=2").body("data", hasSize(1));
        list(openid, "page=4&limit=2").body("code", equalTo(0)).body("data", empty());
    }

    @Test
    void it_is_closed_to_strangers_and_to_users() {
        given().contentType("application/json")
                .body("{}")
                .post("/api/points/publish")
                .then()
                .statusCode(401)
                .body("code", equalTo("unauthenticated"));
        given().get("/api/points/o?page=1").then().statusCode(401);
        given().auth()
                .oauth2(Tokens.user("o"))
                .get("/api/points/o?page=1")
                .then()
                .statusCode(403)
                .body("code", equalTo("forbidden"));
    }

    @Test
    void a_broker_that_is_down_is_1003_and_nothing_is_counted_then() {
        String openid = openAccount();
        String wish = """
                {"openid":"%s","points":5,"action":"add","reason":"x"}""".formatted(openid);

        try (var away = TestServices.kafkaService().away()) {
            publish(wish).body("code", equalTo(1003)).body("data", nullValue());
            list(openid, "page=1").body("code", equalTo(0));
        }

        // When it is back, what was refused stays refused, and the next one counts.
        String after = await().atMost(EventsClient.PATIENCE)
                .until(() -> publish(wish).extract().<String>path("data?.traceId"), id -> id != null);
        outcome(after);
        assertThat(available(openid)).isEqualTo(105);
    }

    private static String published(String openid, long points, String action, String reason) {
        return publish("""
                {"openid":"%s","points":%d,"action":"%s","reason":"%s"}""".formatted(openid, points, action, reason))
                .body("code", equalTo(0))
                .extract()
                .path("data.traceId");
    }

    private static ValidatableResponse publish(String body) {
        return service().body(body).post("/api/points/publish").then().statusCode(200);
    }

    private static ValidatableResponse list(String openid, String query) {
        return service().get("/api/points/" + openid + "?" + query).then().statusCode(200);
    }
}
