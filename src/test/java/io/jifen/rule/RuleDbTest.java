package io.jifen.rule;

import static io.jifen.rule.RulesClient.admin;
import static io.jifen.rule.RulesClient.freshCode;
import static io.jifen.rule.RulesClient.post;
import static io.jifen.rule.RulesClient.put;
import static io.jifen.rule.RulesClient.with;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules and campaigns as admins write and read them. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class RuleDbTest {

    @Inject
    TestClock clock;

    @AfterEach
    void back_to_now() {
        clock.reset();
    }

    @Test
    void a_rule_says_back_all_that_was_said() {
        String code = freshCode();
        Map<String, Object> rule = Map.ofEntries(
                Map.entry("code", code),
                Map.entry("name", "下单"),
                Map.entry("bizType", "PURCHASE"),
                Map.entry("ratio", 1.5),
                Map.entry("fixed", 10),
                Map.entry("maxPerEvent", 500),
                Map.entry("dailyTimes", 5),
                Map.entry("dailyPoints", 1000),
                Map.entry("budget", 1_000_000),
                Map.entry("validDays", 90),
                Map.entry("rounding", "DAY"),
                Map.entry("pendingDays", 7),
                Map.entry("allowGivenPoints", true),
                Map.entry("oncePerBizNo", false),
                Map.entry("clawbackPolicy", "WITHIN_BALANCE"),
                Map.entry("condition", "event.amount >= 100.0 && event.attributes.channel == 'APP'"),
                Map.entry("levelMultipliers", Map.of("VIP1", 1.2, "VIP2", 2)),
                Map.entry("status", "INACTIVE"),
                Map.entry("effectiveFrom", "2026-01-01T00:00:00.000Z"),
                Map.entry("effectiveTo", "2030-01-01T00:00:00.000Z"));

        Map<String, Object> made =
                post("/rules", rule).statusCode(201).extract().jsonPath().getMap("");

        Map<String, Object> read = read("/api/v1/rules/{code}", code);
        assertThat(read).isEqualTo(made);
        assertThat(read).containsEntry("version", 1).containsEntry("updatedBy", "admin");
        rule.forEach((field, value) -> assertThat(String.valueOf(read.get(field)))
                .as(field)
                .isEqualTo(field.equals("levelMultipliers") ? "{VIP1=1.2, VIP2=2}" : String.valueOf(value)));
    }

    @Test
    void what_is_left_out_has_its_default() {
        String code = freshCode();

        post("/rules", Map.of("code", code, "bizType", code))
                .statusCode(201)
                .body("name", equalTo(code))
                .body("ratio", equalTo(0))
                .body("fixed", equalTo(0))
                .body("maxPerEvent", equalTo(0))
                .body("dailyTimes", equalTo(0))
                .body("dailyPoints", equalTo(0))
                .body("budget", equalTo(0))
                .body("validDays", equalTo(365))
                .body("rounding", equalTo("MONTH"))
                .body("pendingDays", equalTo(0))
                .body("allowGivenPoints", equalTo(false))
                .body("oncePerBizNo", equalTo(true))
                .body("clawbackPolicy", equalTo("ARREARS"))
                .body("condition", nullValue())
                .body("levelMultipliers.size()", equalTo(0))
                .body("status", equalTo("ACTIVE"))
                .body("effectiveTo", nullValue());
    }

    @Test
    void every_edit_is_a_new_version_with_who_and_when_and_the_old_ones_stay() {
        String code = freshCode();
        post("/rules", Map.of("code", code, "bizType", code, "fixed", 1, "effectiveFrom", "2020-01-01T00:00:00Z"))
                .statusCode(201);
        Instant before = Instant.now();

        given().auth()
                .oauth2(Tokens.admin("ann"))
                .contentType("application/json")
                .body(Map.of("bizType", code, "fixed", 2, "effectiveFrom", "2020-01-01T00:00:00Z"))
                .put("/api/v1/rules/{code}", code)
                .then()
                .statusCode(200)
                .body("version", equalTo(2));

        admin().get("/api/v1/rules/{code}/versions", code)
                .then()
                .statusCode(200)
                .body("items.version", contains(2, 1))
                .body("items.fixed", contains(2, 1))
                .body("items.updatedBy", contains("ann", "admin"))
                .body("items.updatedAt", everyItem(startsWith("20")))
                .body("nextCursor", nullValue());
        Map<String, Object> newest = read("/api/v1/rules/{code}", code);
        assertThat(Instant.parse((String) newest.get("effectiveFrom")))
                .as("an edit does not reach back")
                .isAfter(before.minusSeconds(1));
    }

    @Test
    void edits_at_once_are_versions_one_after_the_other() throws Exception {
        String code = RulesClient.makeRule();

        AtOnce.run(8, i -> put("/rules/" + code, Map.of("bizType", code, "fixed", i))
                .statusCode(200));

        admin().get("/api/v1/rules/{code}/versions?limit=100", code)
                .then()
                .body("items.version", contains(9, 8, 7, 6, 5, 4, 3, 2, 1));
    }

    @Test
    void lists_go_on_where_the_page_before_ended() {
        String code = RulesClient.makeRule();
        put("/rules/" + code, Map.of("bizType", code)).statusCode(200);

        String cursor = admin().get("/api/v1/rules/{code}/versions?limit=1", code)
                .then()
                .body("items.version", contains(2))
                .extract()
                .path("nextCursor");
        admin().get("/api/v1/rules/{code}/versions?limit=1&cursor={cursor}", code, cursor)
                .then()
                .body("items.version", contains(1))
                .body("nextCursor", nullValue());
    }

    @Test
    void rules_and_campaigns_are_listed_newest_first_and_each_once() {
        // Given: newer ones than any other test makes, of which the oldest is edited last
        clock.plus(Duration.ofDays(1_000));
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clock.plus(Duration.ofSeconds(1));
            String code = RulesClient.makeRule();
            RulesClient.makeCampaign(code, code);
            codes.addFirst(code);
        }
        put("/rules/" + codes.getLast(), Map.of("bizType", "T")).statusCode(200);

        for (String path : List.of("/api/v1/rules", "/api/v1/campaigns")) {
            // When
            List<String> listed = new ArrayList<>();
            String place = "?limit=2";
            while (place != null) {
                var page = admin().get(path + place).then().statusCode(200);
                listed.addAll(page.extract().path("items.code"));
                String next = page.extract().path("nextCursor");
                place = next == null ? null : "?limit=100&cursor=" + next;
            }

            // Then
            assertThat(listed).startsWith(codes.toArray(String[]::new)).doesNotHaveDuplicates();
            assertThat(listed.containsAll(List.of("ORDER", "REGISTER"))).isEqualTo(path.endsWith("rules"));
        }
        admin().get("/api/v1/rules?cursor=x").then().statusCode(400);
    }

    @Test
    void the_shipped_rules_are_there() {
        Map<String, Map<String, Object>> shipped = Map.of(
                "REGISTER", Map.of("fixed", 100),
                "SIGN_IN", Map.of("fixed", 5),
                "SIGN_IN_STREAK", Map.of("fixed", 10, "bizType", "SIGN_IN"),
                "INVITE", Map.of("fixed", 50),
                "TASK", Map.of("fixed", 10, "allowGivenPoints", true),
                "REVIEW", Map.of("fixed", 20, "dailyTimes", 5),
                "COMPAT", Map.of("allowGivenPoints", true, "maxPerEvent", 0));

        shipped.forEach((code, figures) -> assertThat(read("/api/v1/rules/{code}", code))
                .containsAllEntriesOf(figures)
                .containsEntry("validDays", 365)
                .containsEntry("rounding", "MONTH")
                .containsEntry("status", "ACTIVE"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"bizType":"T"}                                                    | code
            {"code":"t","bizType":"T"}                                         | code
            {"code":"T"}                                                       | bizType
            {"code":"T","bizType":"T","ratio":-1}                              | ratio
            {"code":"T","bizType":"T","ratio":0.0000001}                       | ratio
            {"code":"T","bizType":"T","ratio":"1"}                             | ratio
            {"code":"T","bizType":"T","ratio":NaN}                             | body
            {"code":"T","bizType":"T","fixed":1.5}                             | fixed
            {"code":"T","bizType":"T","fixed":-1}                              | fixed
            {"code":"T","bizType":"T","fixed":9223372036854775808}             | fixed
            {"code":"T","bizType":"T","fixed":1000000000001}                   | fixed
            {"code":"T","bizType":"T","maxPerEvent":1000000000001}             | maxPerEvent
            {"code":"T","bizType":"T","dailyPoints":1000000000001}             | dailyPoints
            {"code":"T","bizType":"T","budget":1000000000000001}               | budget
            {"code":"T","bizType":"T","maxPerEvent":-1}                        | maxPerEvent
            {"code":"T","bizType":"T","dailyTimes":-1}                         | dailyTimes
            {"code":"T","bizType":"T","dailyPoints":-1}                        | dailyPoints
            {"code":"T","bizType":"T","budget":-1}                             | budget
            {"code":"T","bizType":"T","validDays":-1}                          | validDays
            {"code":"T","bizType":"T","rounding":"YEAR"}                       | rounding
            {"code":"T","bizType":"T","pendingDays":-1}                        | pendingDays
            {"code":"T","bizType":"T","allowGivenPoints":"yes"}                | allowGivenPoints
            {"code":"T","bizType":"T","clawbackPolicy":"NEVER"}                | clawbackPolicy
            {"code":"T","bizType":"T","status":"ON"}                           | status
            {"code":"T","bizType":"T","effectiveTo":"2020-01-01T00:00:00Z"}    | effectiveTo
            {"code":"T","bizType":"T","effectiveFrom":"today"}                 | effectiveFrom
            {"code":"T","bizType":"T","condition":"event.amount >="}           | condition
            {"code":"T","bizType":"T","condition":""}                          | condition
            {"code":"T","bizType":"T","condition":"['a'].all(a, a.matches(a))"} | condition
            """)
    void what_is_wrong_with_a_rule_is_refused_and_named(String body, String field) {
        admin().body(body)
                .post("/api/v1/rules")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid-request"))
                .body("errors.field", hasItem(field));
    }

    @Test
    void wrong_level_multipliers_are_refused() {
        for (Map<String, ?> wrong :
                List.of(Map.of("VIP1", 0), Map.of("VIP1", -1), Map.of("vip1", 2), Map.of("V", 1001))) {
            post("/rules", Map.of("code", "T", "bizType", "T", "levelMultipliers", wrong))
                    .statusCode(400)
                    .body("errors[0].field", startsWith("levelMultipliers"));
        }
    }

    @Test
    void a_bad_condition_is_refused_with_its_place() {
        post("/rules", Map.of("code", "T", "bizType", "T", "condition", "event.amount >= 100.0 &&\n  channel == 'APP'"))
                .statusCode(400)
                .body("errors[0].field", equalTo("condition"))
                .body("errors[0].message", startsWith("line 2, column 3: "));
    }

    @Test
    void a_code_is_made_once_and_what_is_not_there_is_not_edited() {
        String code = RulesClient.makeRule();

        post("/rules", Map.of("code", code, "bizType", code)).statusCode(409).body("code", equalTo("illegal-state"));
        put("/rules/" + code, Map.of("code", "OTHER", "bizType", code))
                .statusCode(400)
                .body("errors[0].field", equalTo("code"));
        put("/rules/" + freshCode(), Map.of("bizType", code)).statusCode(404);
        admin().get("/api/v1/rules/{code}", freshCode()).then().statusCode(404);
        admin().get("/api/v1/rules/{code}/versions", freshCode()).then().statusCode(404);
    }

    @Test
    void only_admins_see_and_edit() {
        for (String path : List.of("/api/v1/rules", "/api/v1/campaigns")) {
            for (String token : List.of(Tokens.service(), Tokens.user("bob"))) {
                given().auth().oauth2(token).get(path).then().statusCode(403);
                given().auth()
                        .oauth2(token)
                        .contentType("application/json")
                        .body("{}")
                        .post(path)
                        .then()
                        .statusCode(403);
                given().auth()
                        .oauth2(token)
                        .contentType("application/json")
                        .body("{}")
                        .put(path + "/ORDER")
                        .then()
                        .statusCode(403);
            }
        }
    }

    // ---- campaigns ----

    @Test
    void a_campaign_says_back_all_that_was_said_and_is_edited_in_versions() {
        String code = freshCode();
        Map<String, Object> campaign = Map.of(
                "code",
                code,
                "name",
                "双倍积分",
                "bizTypes",
                List.of("A_ORDER", "B_REVIEW"),
                "factor",
                1.5,
                "from",
                "2026-11-28T00:00:00.000Z",
                "to",
                "2026-11-30T00:00:00.000Z",
                "stackable",
                true,
                "budget",
                1000,
                "condition",
                "account.level == 'VIP1'",
                "status",
                "ACTIVE");

        post("/campaigns", campaign).statusCode(201);
        put("/campaigns/" + code, with(campaign, "factor", 3)).statusCode(200).body("version", equalTo(2));

        Map<String, Object> read = read("/api/v1/campaigns/{code}", code);
        campaign.forEach((field, value) -> assertThat(String.valueOf(read.get(field)))
                .as(field)
                .isEqualTo(field.equals("factor") ? "3" : String.valueOf(value)));
        admin().get("/api/v1/campaigns/{code}/versions", code)
                .then()
                .body("items.version", contains(2, 1))
                .body("items.factor", contains(3, 1.5f));
        admin().get("/api/v1/campaigns?limit=100").then().body("items.size()", greaterThan(0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"factor":2,"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}                              | code
            {"code":"T","from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}                              | factor
            {"code":"T","factor":0,"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}                   | factor
            {"code":"T","factor":1.00001,"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}             | factor
            {"code":"T","factor":2,"to":"2026-01-02T00:00:00Z"}                                                 | from
            {"code":"T","factor":2,"from":"2026-01-01T00:00:00Z"}                                               | to
            {"code":"T","factor":2,"from":"2026-01-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}                   | to
            {"code":"T","factor":2,"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","budget":-1}       | budget
            {"code":"T","factor":2,"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","condition":"1"}   | condition
            """)
    void what_is_wrong_with_a_campaign_is_refused_and_named(String body, String field) {
        admin().body(body).post("/api/v1/campaigns").then().statusCode(400).body("errors.field", hasItems(field));
    }

    private static Map<String, Object> read(String path, String code) {
        return admin().get(path, code)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getMap("");
    }
}
