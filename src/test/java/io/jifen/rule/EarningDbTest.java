package io.jifen.rule;

import static io.jifen.rule.RulesClient.admin;
import static io.jifen.rule.RulesClient.available;
import static io.jifen.rule.RulesClient.event;
import static io.jifen.rule.RulesClient.explain;
import static io.jifen.rule.RulesClient.freshCode;
import static io.jifen.rule.RulesClient.grant;
import static io.jifen.rule.RulesClient.makeCampaign;
import static io.jifen.rule.RulesClient.makeRule;
import static io.jifen.rule.RulesClient.put;
import static io.jifen.rule.RulesClient.service;
import static io.jifen.rule.RulesClient.simulate;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.jifen.ledger.Fixture;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What rules, limits, budgets and campaigns make of events, through the API and the database. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class EarningDbTest {

    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

    @Inject
    TestClock clock;

    @Inject
    MeterRegistry metrics;

    @AfterEach
    void back_to_now() {
        clock.reset();
    }

    // ---- rules ----

    @Test
    void several_rules_of_a_business_make_an_entry_each() {
        String user = Fixture.openAccount();
        String biz = freshCode();
        makeRule(biz + "_A", biz, "ratio", 1, "levelMultipliers", Map.of("NORMAL", 2));
        makeRule(biz + "_B", biz, "fixed", 7, "condition", "event.attributes.channel == 'APP'");
        makeRule(biz + "_C", biz, "fixed", 9, "condition", "event.amount > 100");

        String entry = grant(event(user, biz, "amount", 10.5, "attributes", Map.of("channel", "APP")))
                .statusCode(201)
                .body("points", equalTo(21 + 7))
                .body("entries", hasSize(2))
                .extract()
                .path("entries[0].id");

        explain(entry)
                .body("entry.ruleCode", equalTo(biz + "_A"))
                .body("derivation.base", equalTo(10.5f))
                .body("derivation.multipliers.source", contains("level:NORMAL"))
                .body("derivation.points", equalTo(21))
                .body("arrearsRepaid", equalTo(0));
    }

    @Test
    void a_condition_that_fails_is_no_match_is_shown_and_counted() {
        String user = Fixture.openAccount();
        String biz = makeRule("fixed", 5, "condition", "event.attributes.items > 3");

        grant(event(user, biz)).statusCode(422).body("code", equalTo("rule-not-found"));

        simulate(event(user, biz))
                .statusCode(200)
                .body("points", equalTo(0))
                .body("refused", equalTo("rule-not-found"))
                .body("rules[0].refused", equalTo("condition-failed"));
        assertThat(given().get("/q/metrics").asString())
                .contains("jifen_rule_condition_failures_total{code=\"" + biz + "\"");
        grant(event(user, biz, "attributes", Map.of("items", 4))).statusCode(201);
    }

    @Test
    void an_edit_in_the_middle_of_a_day_counts_from_then_on() {
        clock.moveTo(LocalDate.ofInstant(clock.instant(), ZONE)
                .plusDays(1)
                .atTime(12, 0)
                .atZone(ZONE)
                .toInstant());
        String user = Fixture.openAccount();
        String biz = makeRule("fixed", 1, "dailyTimes", 4, "effectiveFrom", "2020-01-01T00:00:00Z");
        grant(event(user, biz)).statusCode(201).body("points", equalTo(1));
        Instant beforeEdit = clock.instant();
        clock.plus(Duration.ofSeconds(10));

        put("/rules/" + biz, Map.of("bizType", biz, "fixed", 2, "dailyTimes", 3))
                .statusCode(200);

        // What was used of the day stays used; what occurred before the edit is decided by what was true then.
        grant(event(user, biz)).statusCode(201).body("points", equalTo(2));
        String old = grant(event(user, biz, "occurredAt", beforeEdit.toString()))
                .statusCode(201)
                .body("points", equalTo(1))
                .extract()
                .path("entries[0].id");
        explain(old).body("entry.ruleVersion", equalTo(1));
        grant(event(user, biz)).statusCode(409).body("limit", equalTo(3)).body("used", equalTo(3));
    }

    @Test
    void a_version_to_come_waits_for_its_time() {
        String user = Fixture.openAccount();
        String biz = makeRule("fixed", 1);
        Instant later = clock.instant().plus(Duration.ofHours(5));

        put("/rules/" + biz, Map.of("bizType", biz, "fixed", 2, "effectiveFrom", later.toString()))
                .statusCode(200);

        grant(event(user, biz)).body("points", equalTo(1));
        clock.moveTo(later);
        grant(event(user, biz)).body("points", equalTo(2));
    }

    @Test
    void an_event_of_another_day_counts_on_its_own_day_and_a_very_late_one_today_and_is_marked() {
        String user = Fixture.openAccount();
        String biz = makeRule("fixed", 1, "dailyTimes", 1, "effectiveFrom", "2020-01-01T00:00:00Z");
        Instant now = clock.instant();

        grant(event(user, biz, "occurredAt", now.minus(Duration.ofDays(2)).toString()))
                .statusCode(201);
        grant(event(user, biz, "occurredAt", now.minus(Duration.ofDays(2)).toString()))
                .statusCode(409);
        String late = grant(event(
                        user, biz, "occurredAt", now.minus(Duration.ofDays(8)).toString()))
                .statusCode(201)
                .extract()
                .path("entries[0].id");
        grant(event(user, biz)).statusCode(409).body("code", equalTo("daily-limit-reached"));

        explain(late).body("derivation.late", equalTo(true));
    }

    @Test
    void a_rule_of_no_bizNo_limit_grants_again_for_the_same_bizNo() {
        String user = Fixture.openAccount();
        String once = makeRule("fixed", 1);
        String often = makeRule("fixed", 1, "oncePerBizNo", false);

        grant(event(user, once, "bizNo", "1")).statusCode(201);
        grant(event(user, once, "bizNo", "1")).statusCode(409).body("code", equalTo("already-granted"));
        grant(event(user, often, "bizNo", "1")).statusCode(201);
        grant(event(user, often, "bizNo", "1")).statusCode(201);
    }

    @Test
    void reviews_earn_20_five_times_a_day() {
        String user = Fixture.openAccount();

        for (int i = 1; i <= 5; i++) {
            grant(event(user, "REVIEW", "bizNo", "r-" + i)).statusCode(201).body("points", equalTo(20));
        }
        grant(event(user, "REVIEW", "bizNo", "r-6"))
                .statusCode(409)
                .body("code", equalTo("daily-limit-reached"))
                .body("limit", equalTo(5))
                .body("used", equalTo(5));
        grant(event(user, "REVIEW", "bizNo", "r-1")).statusCode(409).body("code", equalTo("already-granted"));
        clock.plus(Duration.ofDays(1));
        grant(event(user, "REVIEW", "bizNo", "r-6")).statusCode(201);
    }

    @Test
    void every_seventh_sign_in_in_a_row_earns_more() {
        String user = Fixture.openAccount();

        assertThat(simulatedPoints(event(user, "SIGN_IN"))).isEqualTo(5);
        assertThat(simulatedPoints(event(user, "SIGN_IN", "attributes", Map.of("streak", 6))))
                .isEqualTo(5);
        assertThat(simulatedPoints(event(user, "SIGN_IN", "attributes", Map.of("streak", 7))))
                .isEqualTo(15);
        assertThat(simulatedPoints(event(user, "SIGN_IN", "attributes", Map.of("streak", 14))))
                .isEqualTo(15);
    }

    // ---- at once ----

    @Test
    void a_daily_limit_hit_by_50_at_once_stops_exactly_there() throws Exception {
        String user = Fixture.openAccount();
        String biz = makeRule("fixed", 1, "dailyTimes", 10);

        List<Integer> statuses = AtOnce.run(
                50, i -> grant(event(user, biz, "bizNo", "b-" + i)).extract().statusCode());

        assertThat(statuses).filteredOn(status -> status == 201).hasSize(10);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(40);
        assertThat(available(user)).isEqualTo(100 + 10);
    }

    @Test
    void daily_points_hit_by_50_at_once_are_used_up_to_the_last_one() throws Exception {
        String user = Fixture.openAccount();
        String biz = makeRule("fixed", 7, "dailyPoints", 100);

        List<Integer> points = AtOnce.run(50, i -> points(grant(event(user, biz))));

        assertThat(points.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
        assertThat(points).filteredOn(one -> one == 7).hasSize(14);
        assertThat(points).filteredOn(one -> one == 2).hasSize(1);
        assertThat(available(user)).isEqualTo(200);
    }

    @Test
    void a_budget_hit_by_50_users_at_once_is_used_up_to_the_last_point() throws Exception {
        String biz = makeRule("fixed", 7, "budget", 100);
        List<String> users = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            users.add(Fixture.openAccount());
        }

        List<ValidatableResponse> answers = AtOnce.run(50, i -> grant(event(users.get(i), biz)));

        List<Integer> points = answers.stream().map(EarningDbTest::points).toList();
        assertThat(points.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
        assertThat(points).filteredOn(one -> one == 7).hasSize(14);
        assertThat(points).filteredOn(one -> one == 2).hasSize(1);
        assertThat(answers).filteredOn(answer -> points(answer) == 0).allSatisfy(answer -> answer.statusCode(409)
                .body("code", equalTo("budget-exhausted")));
        String clipped = answers.stream()
                .filter(answer -> points(answer) == 2)
                .findFirst()
                .orElseThrow()
                .extract()
                .path("entries[0].id");
        explain(clipped)
                .body("derivation.base", equalTo(7))
                .body("derivation.budget", equalTo(2))
                .body("derivation.clippedBy", contains("budget"))
                .body("derivation.points", equalTo(2));
    }

    @Test
    void a_campaigns_budget_hit_by_50_at_once_is_used_up_and_then_the_rule_goes_on_alone() throws Exception {
        String biz = makeRule("fixed", 10);
        makeCampaign(biz, biz, "factor", 2, "budget", 95);
        List<String> users = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            users.add(Fixture.openAccount());
        }

        List<Integer> points = AtOnce.run(50, i -> points(grant(event(users.get(i), biz))));

        assertThat(points.stream().mapToInt(Integer::intValue).sum()).isEqualTo(500 + 95);
        assertThat(points).filteredOn(one -> one == 20).hasSize(9);
        assertThat(points).filteredOn(one -> one == 15).hasSize(1);
        assertThat(points).filteredOn(one -> one == 10).hasSize(40);
    }

    @Test
    void rules_that_share_budgets_in_different_order_wait_for_each_other_and_lose_nothing() throws Exception {
        String biz = freshCode();
        String other = freshCode();
        makeRule("A" + biz, biz, "fixed", 3, "budget", 10_000);
        makeRule("B" + other, other, "fixed", 5, "budget", 10_000);
        makeCampaign("C" + biz, biz, "factor", 2, "budget", 10_000, "bizTypes", List.of(biz, other));
        List<String> users = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            users.add(Fixture.openAccount());
        }

        double deadlocks = deadlocks();

        List<Integer> points = AtOnce.run(40, i -> points(grant(event(users.get(i), i % 2 == 0 ? biz : other))));

        assertThat(deadlocks()).isEqualTo(deadlocks);
        assertThat(points.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20 * 6 + 20 * 10);
        simulate(event(users.getFirst(), biz)).body("rules[0].budget", equalTo(10_000 - 20 * 6));
        simulate(event(users.getFirst(), other)).body("rules[0].budget", equalTo(10_000 - 20 * 10));
    }

    // ---- pending ----

    @Test
    void pending_points_wait_for_their_day_and_are_listed_until_then() {
        String user = Fixture.openAccount();
        String biz = makeRule("fixed", 30, "pendingDays", 7, "validDays", 10, "rounding", "DAY");
        Instant granted = clock.instant();

        String entry = grant(event(user, biz, "bizNo", "p-1"))
                .statusCode(201)
                .body("type", equalTo("PENDING"))
                .body("pending", equalTo(30))
                .body("available", equalTo(100))
                .extract()
                .path("entries[0].id");

        Map<String, Object> pending = given().auth()
                .oauth2(Tokens.user(user))
                .get("/api/v1/accounts/{userId}/pending", user)
                .then()
                .statusCode(200)
                .body("items", hasSize(1))
                .body("nextCursor", nullValue())
                .extract()
                .jsonPath()
                .getMap("items[0]");
        assertThat(pending)
                .containsEntry("entryId", entry)
                .containsEntry("points", 30)
                .containsEntry("bizNo", "p-1")
                .containsEntry("ruleCode", biz)
                .containsEntry("ruleVersion", 1);
        Instant active = Instant.parse((String) pending.get("activatesAt"));
        assertThat(active)
                .isBetween(
                        granted.plus(Duration.ofDays(7)).minusMillis(1),
                        clock.instant().plus(Duration.ofDays(7)));

        clock.moveTo(active.plusMillis(1));
        await().atMost(Duration.ofSeconds(30)).until(() -> available(user) == 130);
        service().get("/api/v1/accounts/{userId}/pending", user).then().body("items", empty());
        service()
                .get("/api/v1/accounts/{userId}/lots", user)
                .then()
                .body(
                        "items[0].expiresOn",
                        equalTo(LocalDate.ofInstant(active, ZONE).plusDays(10).toString()));
        String activated = service()
                .get("/api/v1/accounts/{userId}/entries?type=ACTIVATE", user)
                .then()
                .extract()
                .path("items[0].id");
        explain(activated).body("derivation.ruleCode", equalTo(biz)).body("derivation.points", equalTo(30));
    }

    @Test
    void a_refund_cancels_the_pending_points_of_its_order_first() {
        String user = Fixture.openAccount();
        String code = freshCode();
        makeRule(code, "ORDER", "fixed", 40, "pendingDays", 7, "condition", "event.attributes.test == '" + code + "'");

        grant(event(user, "ORDER", "bizNo", "o-1", "amount", 10, "attributes", Map.of("test", code)))
                .statusCode(201)
                .body("pending", equalTo(40))
                .body("available", equalTo(110));
        service()
                .header("Idempotency-Key", Fixture.newKey())
                .body(Map.of("userId", user, "amount", 5))
                .post("/api/v1/orders/o-1/refunds")
                .then()
                .statusCode(201)
                .body("pending", equalTo(20))
                .body("available", equalTo(105));

        service().get("/api/v1/accounts/{userId}/pending", user).then().body("items.points", contains(20));
        put("/rules/" + code, Map.of("bizType", "ORDER", "status", "INACTIVE")).statusCode(200);
    }

    @Test
    void a_refund_that_is_here_before_its_order_opens_the_account_and_counts_when_the_order_comes() {
        String user = "new-" + UUID.randomUUID();

        posted("/orders/o-1/refunds", Map.of("userId", user, "amount", 30))
                .body("type", equalTo("CLAWBACK"))
                .body("entries", empty());
        assertThat(available(user)).isEqualTo(100);

        grant(event(user, "ORDER", "bizNo", "o-1", "amount", 100)).statusCode(201);
        assertThat(available(user)).isEqualTo(100 + 70);
    }

    @Test
    void others_do_not_see_what_is_pending() {
        String user = Fixture.openAccount();

        given().auth()
                .oauth2(Tokens.user("somebody"))
                .get("/api/v1/accounts/{userId}/pending", user)
                .then()
                .statusCode(403);
        service()
                .get("/api/v1/accounts/{userId}/pending", "nobody-" + UUID.randomUUID())
                .then()
                .statusCode(404);
    }

    // ---- arrears ----

    @Test
    void an_explanation_tells_the_arrears_that_a_grant_repaid() {
        String user = accountInArrears();
        String biz = makeRule("fixed", 30);
        simulate(event(user, biz))
                .body("points", equalTo(30))
                .body("arrearsRepaid", equalTo(20))
                .body("rules[0].arrearsRepaid", equalTo(20));

        String entry = grant(event(user, biz)).statusCode(201).extract().path("entries[0].id");

        explain(entry)
                .body("arrearsRepaid", equalTo(20))
                .body("derivation.arrearsRepaid", equalTo(20))
                .body("derivation.points", equalTo(30));
        String clawback = service()
                .get("/api/v1/accounts/{userId}/entries?type=CLAWBACK", user)
                .then()
                .extract()
                .path("items[0].id");
        explain(clawback).body("derivation.ruleCode", equalTo("ORDER")).body("derivation.points", equalTo(50));
    }

    // ---- simulation ----

    /** Whose event it is: what time and earlier postings have left of an account. */
    private enum Whose {
        NOBODYS,
        EMPTY_ACCOUNTS,
        ONE_IN_ARREARS,
        ONE_WITH_AN_OVERDUE_HOLD
    }

    /** What an event says beside its amount. */
    private record Shape(Whose whose, boolean givesPoints, int daysAgo, int pendingDays) {}

    /** A rule with all it can have, a campaign or two, and what was used of them before. */
    private record Case(
            int fixed,
            BigDecimal ratio,
            int cap,
            int dailyTimes,
            int dailyPoints,
            int budget,
            int campaignBudget,
            boolean stackable,
            Shape shape,
            List<BigDecimal> amounts) {}

    private static Arbitrary<Case> cases() {
        Arbitrary<Integer> bound = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(0)),
                Tuple.of(2, Arbitraries.integers().between(1, 300)));
        Arbitrary<BigDecimal> money = Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, BigDecimal.valueOf(300))
                .ofScale(2);
        Arbitrary<Shape> shape = Combinators.combine(
                        Arbitraries.of(Whose.class),
                        Arbitraries.of(false, false, true),
                        Arbitraries.of(0, 0, 1, 8),
                        Arbitraries.of(0, 0, 3))
                .as(Shape::new);
        return Combinators.combine(
                        Arbitraries.integers().between(0, 50),
                        Arbitraries.bigDecimals()
                                .between(BigDecimal.ZERO, BigDecimal.TEN)
                                .ofScale(4),
                        Combinators.combine(bound, Arbitraries.integers().between(0, 3))
                                .as(Map::entry),
                        bound,
                        bound,
                        bound,
                        Combinators.combine(
                                        Arbitraries.of(true, false),
                                        money.list().ofMinSize(1).ofMaxSize(3))
                                .as(Map::entry),
                        shape)
                .as((fixed, ratio, perEvent, points, budget, campaign, rest, form) -> new Case(
                        fixed,
                        ratio,
                        perEvent.getKey(),
                        perEvent.getValue(),
                        points,
                        budget,
                        campaign,
                        rest.getKey(),
                        form,
                        rest.getValue()));
    }

    @Test
    void a_simulation_says_what_the_same_event_then_earns() {
        AtomicInteger done = new AtomicInteger();
        JqwikSession.run(() -> cases().sampleStream().limit(24).forEach(one -> {
            String biz = freshCode();
            makeRule(
                    biz + "_A",
                    biz,
                    "fixed",
                    one.fixed(),
                    "ratio",
                    one.ratio(),
                    "maxPerEvent",
                    one.cap(),
                    "dailyTimes",
                    one.dailyTimes(),
                    "dailyPoints",
                    one.dailyPoints(),
                    "budget",
                    one.budget(),
                    "levelMultipliers",
                    Map.of("NORMAL", 1.3, "VIP1", 2),
                    "allowGivenPoints",
                    true,
                    "pendingDays",
                    one.shape().pendingDays(),
                    "effectiveFrom",
                    "2020-01-01T00:00:00Z");
            makeRule(
                    biz + "_B",
                    biz,
                    "ratio",
                    0.5,
                    "budget",
                    one.campaignBudget(),
                    "condition",
                    "event.amount > 50 && account.frozen == 0",
                    "effectiveFrom",
                    "2020-01-01T00:00:00Z");
            makeCampaign(biz + "_C", biz, "factor", 1.7, "budget", one.campaignBudget(), "stackable", one.stackable());
            makeCampaign(
                    biz + "_D", biz, "factor", 3, "condition", "account.available > 50 && account.available < 300");
            makeCampaign(biz + "_E", biz, "factor", 1.2, "condition", "account.arrears > 0", "budget", 200);
            // The first event opens the account; after a few the limits bite.
            String user = user(one.shape().whose());
            for (BigDecimal amount : one.amounts()) {
                Map<String, Object> event = event(user, biz, "amount", amount, "bizNo", "n-" + done.incrementAndGet());
                if (one.shape().givesPoints()) {
                    event.put("points", amount.intValue() + 1);
                }
                if (one.shape().daysAgo() > 0) {
                    event.put(
                            "occurredAt",
                            clock.instant()
                                    .minus(Duration.ofDays(one.shape().daysAgo()))
                                    .toString());
                }
                saysWhatIsEarned(one, event);
            }
        }));
        assertThat(done.get()).isGreaterThanOrEqualTo(24);
    }

    private static void saysWhatIsEarned(Object one, Map<String, Object> event) {
        Map<String, Object> said =
                simulate(event).statusCode(200).extract().jsonPath().getMap("");
        ValidatableResponse granted = grant(event);

        assertThat(said.get("points")).as("%s %s", one, said).isEqualTo(points(granted));
        if (said.get("refused") != null) {
            granted.body("code", equalTo(said.get("refused")));
            return;
        }
        List<Map<String, Object>> rules = list(said.get("rules"));
        List<Map<String, Object>> gave =
                rules.stream().filter(rule -> (int) rule.get("points") > 0).toList();
        List<String> entries =
                granted.extract().path("entries.findAll { it.type == 'GRANT' || it.type == 'PENDING' }.id");
        assertThat(entries).hasSameSizeAs(gave);
        for (int i = 0; i < gave.size(); i++) {
            ValidatableResponse explained =
                    explain(entries.get(i)).body("arrearsRepaid", equalTo(said.get("arrearsRepaid")));
            assertThat(explained.extract().jsonPath().<String, Object>getMap("derivation"))
                    .isEqualTo(gave.get(i));
        }
        if (!gave.isEmpty()) { // again, which may find less, and for the same number nothing
            String again = simulate(event).extract().path("refused");
            ValidatableResponse twice = grant(event);
            assertThat(again == null ? 201 : 409).isEqualTo(twice.extract().statusCode());
        }
    }

    private String user(Whose whose) {
        return switch (whose) {
            case NOBODYS -> "sim-" + UUID.randomUUID();
            case EMPTY_ACCOUNTS -> emptyAccount();
            case ONE_IN_ARREARS -> accountInArrears();
            case ONE_WITH_AN_OVERDUE_HOLD -> accountWithAnOverdueHold();
        };
    }

    /** Opened by a question that waits for an approval, so that it has no entry yet. */
    private static String emptyAccount() {
        String user = "sim-" + UUID.randomUUID();
        admin().header("Idempotency-Key", Fixture.newKey())
                .body(event(user, "COMPAT", "points", 5_000))
                .post("/api/v1/grants")
                .then()
                .statusCode(202);
        service().get("/api/v1/accounts/{userId}", user).then().statusCode(200).body("version", equalTo(0));
        return user;
    }

    /** 20 of them. */
    private static String accountInArrears() {
        String user = Fixture.openAccount();
        grant(event(user, "ORDER", "bizNo", "o-1", "amount", 50)).statusCode(201);
        posted("/deductions", Map.of("userId", user, "points", 150, "bizType", "CUP", "bizNo", "c", "reason", "cup"));
        posted("/orders/o-1/refunds", Map.of("userId", user, "amount", 20)).body("arrears", equalTo(20));
        return user;
    }

    /** Of 80 of its 100 points. */
    private String accountWithAnOverdueHold() {
        String user = Fixture.openAccount();
        posted("/holds", Map.of("userId", user, "points", 80, "bizNo", "h-1", "expiresInSeconds", 60));
        clock.plus(Duration.ofSeconds(61));
        return user;
    }

    private static ValidatableResponse posted(String path, Map<String, ?> body) {
        return service()
                .header("Idempotency-Key", Fixture.newKey())
                .body(body)
                .post("/api/v1" + path)
                .then()
                .statusCode(201);
    }

    @Test
    void a_simulation_sees_the_account_as_the_event_will_find_it() {
        String biz = makeRule("fixed", 7, "condition", "account.available == 100 && account.frozen == 0");
        String held = accountWithAnOverdueHold();
        String empty = emptyAccount();

        // No matter whether the job has released the hold by then: before it has, the posting does.
        assertThat(simulatedPoints(event(held, biz))).isEqualTo(7);
        assertThat(simulatedPoints(event(empty, biz))).isEqualTo(7);

        grant(event(held, biz)).statusCode(201).body("points", equalTo(7));
        simulate(event(empty, "REGISTER")).body("refused", equalTo("already-granted"));
        grant(event(empty, biz)).statusCode(201).body("points", equalTo(7)).body("beforeBalance", equalTo(100));
    }

    @Test
    void a_task_told_as_an_event_is_decided_by_its_own_rule_in_a_simulation_too() {
        String user = Fixture.openAccount();
        String task = freshCode();
        String other = freshCode();
        makeRule(task, "TASK", "fixed", 3, "oncePerBizNo", false);
        makeRule(other, "TASK", "fixed", 500);

        assertThat(simulatedPoints(event(user, "TASK", "bizNo", task))).isEqualTo(3);
        grant(event(user, "TASK", "bizNo", task)).statusCode(201).body("points", equalTo(3));
        posted("/tasks/" + task + "/completions", Map.of("userId", user)).body("points", equalTo(3));
        assertThat(simulatedPoints(event(user, "TASK", "bizNo", "another"))).isEqualTo(10);
        assertThat(simulatedPoints(event(user, "TASK"))).isEqualTo(10);
    }

    @Test
    void a_simulation_writes_nothing_and_uses_no_key() {
        String nobody = "sim-" + UUID.randomUUID();
        String biz = makeRule("fixed", 5, "budget", 5, "dailyTimes", 1);
        String key = Fixture.newKey();
        Map<String, Object> event = event(nobody, biz, "traceId", key);

        for (int i = 0; i < 3; i++) {
            simulate(event)
                    .statusCode(200)
                    .body("points", equalTo(5))
                    .body("refused", nullValue())
                    .body("rules[0].ruleCode", equalTo(biz))
                    .body("rules[0].version", equalTo(1))
                    .body("rules[0].base", equalTo(5))
                    .body("rules[0].budget", equalTo(5))
                    .body("rules[0].multipliers", empty());
        }

        service().get("/api/v1/accounts/{userId}", nobody).then().statusCode(404);
        service().get("/api/v1/requests/{key}", key).then().body("status", equalTo("UNKNOWN"));
        service().body(event).post("/api/v1/grants").then().statusCode(201).body("points", equalTo(5));
    }

    @Test
    void a_simulation_refuses_what_an_event_refuses() {
        simulate(event("bob", "ORDER", "amount", -1)).statusCode(400).body("errors[0].field", equalTo("amount"));
        simulate(event("bob", "ORDER", "amount", 1.234)).statusCode(400).body("errors[0].field", equalTo("amount"));
        simulate(event("bob", "ORDER", "points", 5, "action", "sub"))
                .statusCode(400)
                .body("errors[0].field", equalTo("action"));
        simulate(event("bob", "ORDER", "occurredAt", "2990-01-01T00:00:00Z"))
                .statusCode(400)
                .body("errors[0].field", equalTo("occurredAt"));
        simulate(event("bob", "ORDER", "attributes", Map.of("x", "y".repeat(4096))))
                .statusCode(400)
                .body("errors[0].field", startsWith("attributes"));
        simulate(event("bob", freshCode()))
                .statusCode(200)
                .body("points", equalTo(0))
                .body("rules", empty())
                .body("refused", equalTo("rule-not-found"));
        simulate(event("bob", "ORDER", "points", 5)).body("refused", equalTo("points-not-allowed"));
        given().auth()
                .oauth2(Tokens.user("bob"))
                .contentType("application/json")
                .body(event("bob", "ORDER"))
                .post("/api/v1/simulations")
                .then()
                .statusCode(403);
    }

    // ---- the words of this test ----

    private double deadlocks() {
        return metrics.find("jifen.ledger.batch.failures").tag("kind", "DEADLOCK").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static int points(ValidatableResponse answer) {
        Integer points = answer.extract().statusCode() == 201 ? answer.extract().path("points") : null;
        return points == null ? 0 : points;
    }

    private static int simulatedPoints(Map<String, ?> event) {
        return simulate(event).statusCode(200).extract().path("points");
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object json) {
        return (List<Map<String, Object>>) json;
    }
}
