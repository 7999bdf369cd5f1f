package io.jifen.risk;

import static io.jifen.exchange.ShopClient.fresh;
import static io.jifen.exchange.ShopClient.goods;
import static io.jifen.exchange.ShopClient.make;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.exchange.ShopClient;
import io.jifen.exchange.WithoutWarehouse;
import io.jifen.ledger.Answer;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.OverloadedLedger;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Requests;
import io.jifen.ledger.Target;
import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.ClientProxy;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Risk checks from a request to what becomes of it. */
@QuarkusTest
@TestProfile(WithoutWarehouse.class)
@ExtendWith(InvariantsCheck.class)
class RiskDbTest {

    private static final String BEN = Tokens.admin("ben");

    @Inject
    TestClock clock;

    @Inject
    DataSource database;

    @Inject
    MeterRegistry metrics;

    @Inject
    ApprovalJob approvalJob;

    @Inject
    Requests requests;

    @Inject
    Ledger ledger;

    @Inject
    Risk risk;

    private String bob;
    private String eve;
    private final List<String> listed = new ArrayList<>();

    @BeforeEach
    void accounts() {
        bob = open("bob");
        eve = open("eve");
    }

    @AfterEach
    void all_is_off() {
        clock.reset();
        set();
        listed.forEach(id -> given().auth().oauth2(BEN).delete("/api/v1/risk/lists/" + id));
    }

    // ---- reviews ----

    @Test
    void a_transfer_of_a_young_account_waits_with_its_points_held_and_happens_when_it_is_approved() {
        // Given
        set(check("YOUNG_ACCOUNT", "ENFORCE", 50, 7));
        String key = fresh("k");

        // When
        String approval = transfer(key, 60)
                .statusCode(202)
                .body("status", equalTo("PENDING"))
                .body("kind", equalTo("TRANSFER"))
                .body("points", equalTo(-60))
                .body("userId", equalTo(bob))
                .body("reasons", nullValue())
                .extract()
                .path("approvalId");

        // Then
        assertFigures(bob, 40, 60);
        transfer(key, 60).statusCode(200).header("Idempotency-Replayed", "true").body("approvalId", equalTo(approval));
        assertFigures(bob, 40, 60);
        request(key, bob)
                .body("status", equalTo("POSTED"))
                .body("risk.verdict", equalTo("REVIEW"))
                .body("risk.score", equalTo(50))
                .body("risk.reasons.check", contains("YOUNG_ACCOUNT"))
                .body("risk.approvalId", equalTo(approval))
                .body("risk.approvalStatus", equalTo("PENDING"));
        ShopClient.get(Tokens.service(), "/requests/" + key + "?userId=" + bob)
                .body("risk", equalTo(Map.of("approvalId", approval, "approvalStatus", "PENDING")));

        // When
        decide(approval, "approve")
                .statusCode(200)
                .body("status", equalTo("APPROVED"))
                .body("reasons.check", contains("YOUNG_ACCOUNT"))
                .body("result.points", equalTo(-60))
                .body("result.traceId", equalTo(approval));

        // Then
        assertFigures(bob, 40, 0);
        assertFigures(eve, 160, 0);
        decide(approval, "approve").statusCode(409).body("state", equalTo("APPROVED"));
        assertFigures(eve, 160, 0);
    }

    @Test
    void what_is_rejected_gives_the_points_back() {
        // Given
        String approval = waitingTransfer();

        // When
        decide(approval, "reject").statusCode(200).body("status", equalTo("REJECTED"));

        // Then
        assertFigures(bob, 100, 0);
        decide(approval, "approve").statusCode(409).body("state", equalTo("REJECTED"));
        assertFigures(eve, 100, 0);
    }

    @Test
    void what_nobody_decides_gives_the_points_back_and_forgets_what_it_was_about() throws SQLException {
        // Given
        set(check("YOUNG_ACCOUNT", "ENFORCE", 50, 30));
        String approval = transfer(fresh("k"), 60).extract().path("approvalId");

        // When
        clock.plus(Duration.ofDays(7));
        approvalJob.run();

        // Then: a posting of the account, or the job, is what gives them back
        decide(approval, "approve").statusCode(409).body("state", equalTo("EXPIRED"));
        deduct(fresh("k"), 100).statusCode(201);
        assertFigures(bob, 0, 0);
        assertThat(stored("request", approval)).isEqualTo("{}");
        assertThat(stored("status", approval)).isEqualTo("EXPIRED");
    }

    @Test
    void of_admins_who_approve_and_reject_at_once_one_has_the_last_word() throws Exception {
        // Given
        String approval = waitingTransfer();

        // When
        List<Integer> statuses = AtOnce.run(12, i -> given().auth()
                .oauth2(Tokens.admin("admin-" + i))
                .contentType(ContentType.JSON)
                .body(Map.of())
                .post("/api/v1/approvals/" + approval + (i % 2 == 0 ? "/approve" : "/reject"))
                .statusCode());

        // Then
        assertThat(statuses).contains(200).containsOnly(200, 409);
        boolean approved = stored("status", approval).equals("APPROVED");
        assertFigures(bob, approved ? 40 : 100, 0);
        assertFigures(eve, approved ? 160 : 100, 0);
    }

    @Test
    void what_a_dying_pod_left_of_a_rejected_one_is_put_away() throws SQLException {
        // Given: rejected in the table, and its points still held
        String approval = waitingTransfer();
        try (Connection connection = database.getConnection()) {
            Sql.update(
                    connection,
                    "UPDATE approval SET status = 'REJECTED', decided_by = 'zoe', decided_at = '2020-01-01' WHERE id = ?",
                    approval);
        }

        // When
        approvalJob.run();

        // Then
        assertFigures(bob, 100, 0);
        assertThat(stored("request", approval)).isEqualTo("{}");
    }

    @Test
    void what_the_ledger_does_not_give_back_is_not_put_away() throws SQLException {
        // Given: the ledger will not take the posting that ends it
        String approval = waitingTransfer();
        ledger.markDead(Key.own("approval-end", approval), bob, "invalid-request");

        // When
        decide(approval, "reject").statusCode(200).body("status", equalTo("REJECTED"));
        clock.plus(Duration.ofMinutes(2));
        approvalJob.run();

        // Then
        assertFigures(bob, 40, 60);
        assertThat(stored("request", approval)).isNotEqualTo("{}");

        // When
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, "DELETE FROM request WHERE trace_id = ? AND outcome = 'DEAD'", approval);
        }
        approvalJob.run();

        // Then
        assertFigures(bob, 100, 0);
        assertThat(stored("request", approval)).isEqualTo("{}");
    }

    @Test
    void rejecting_does_not_fail_where_the_ledger_does_not_answer() throws SQLException {
        // Given
        String approval = waitingTransfer();
        Ledger real = ClientProxy.unwrap(ledger);

        // When
        QuarkusMock.installMockForType(new OverloadedLedger(), Ledger.class);
        try {
            decide(approval, "reject").statusCode(200).body("status", equalTo("REJECTED"));
        } finally {
            QuarkusMock.installMockForType(real, Ledger.class);
        }

        // Then
        assertFigures(bob, 40, 60);

        // When
        clock.plus(Duration.ofMinutes(2));
        approvalJob.run();

        // Then
        assertFigures(bob, 100, 0);
        assertThat(stored("request", approval)).isEqualTo("{}");
    }

    @Test
    void what_is_done_leaves_no_second_posting_behind() throws SQLException {
        // Given
        set(check("YOUNG_ACCOUNT", "ENFORCE", 50, 7));
        String done = transfer(fresh("k"), 10).extract().path("approvalId");
        String rejected = transfer(fresh("k"), 10).extract().path("approvalId");

        // When
        decide(done, "approve").statusCode(200);
        decide(rejected, "reject").statusCode(200);

        // Then
        assertThat(requests.find(Key.own("approval-end", done))).isEmpty();
        assertThat(requests.find(Key.own("approval-end", rejected))).isPresent();
        assertThat(stored("request", done)).isEqualTo("{}");
    }

    @Test
    void neither_who_asked_nor_whose_account_it_is_decides() {
        // Given
        set(check("YOUNG_ACCOUNT", "ENFORCE", 50, 7));
        String ann = open("ann");
        Map<String, Object> body = new HashMap<>(Map.of("fromUserId", ann, "toUserId", eve, "points", 60));
        body.put("traceId", fresh("k"));
        String byAdmin = ShopClient.post(BEN, "/transfers", body)
                .statusCode(202)
                .extract()
                .path("approvalId");

        // When / Then
        decide(BEN, byAdmin, "approve").statusCode(403).body("code", equalTo("forbidden"));
        decide(Tokens.admin(ann), byAdmin, "approve").statusCode(403);
        decide(Tokens.admin(eve), byAdmin, "reject").statusCode(403); // who would get them
        decide(Tokens.admin(eve), byAdmin, "approve").statusCode(403);
        decide(Tokens.admin("carl"), byAdmin, "approve").statusCode(200);
    }

    @Test
    void an_exchange_waits_without_its_goods_and_is_made_when_it_is_approved() throws SQLException {
        // Given
        set(check("MANY_POSTINGS", "ENFORCE", 50, 1));
        String goods = make(goods("PHYSICAL", 60, 1));
        Map<String, Object> body = ShopClient.shipped(bob, goods);

        // When
        String approval = ShopClient.post("/exchanges", body)
                .statusCode(202)
                .body("kind", equalTo("EXCHANGE"))
                .extract()
                .path("approvalId");

        // Then
        assertFigures(bob, 40, 60);
        assertThat(ShopClient.stock(goods)).isEqualTo(1);
        ShopClient.get("/accounts/" + bob + "/exchanges").body("items.size()", equalTo(0));
        assertThat(stored("request", approval)).contains("Nanjing Road");

        // When
        String exchange = decide(approval, "approve")
                .statusCode(200)
                .body("result.points", equalTo(-60))
                .extract()
                .path("result.transactionNo");

        // Then
        assertThat(ShopClient.stock(goods)).isEqualTo(0);
        assertFigures(bob, 40, 0);
        assertThat(stored("request", approval)).isEqualTo("{}");
        ShopClient.get("/exchanges/" + exchange).body("userId", equalTo(bob));

        // When
        ShopClient.post("/exchanges/" + exchange + "/cancel", Map.of("traceId", fresh("k")))
                .statusCode(200);

        // Then
        assertThat(ShopClient.stock(goods)).isEqualTo(1);
        assertFigures(bob, 100, 0);
    }

    @Test
    void an_exchange_that_is_out_of_stock_when_it_is_approved_gives_the_points_back() {
        // Given
        String goods = make(goods("VIRTUAL", 60, 1));
        set(check("MANY_POSTINGS", "ENFORCE", 50, 1));
        String approval = ShopClient.post("/exchanges", ShopClient.exchange(bob, goods))
                .statusCode(202)
                .extract()
                .path("approvalId");
        set();
        ShopClient.post("/exchanges", ShopClient.exchange(eve, goods)).statusCode(201);

        // When
        decide(approval, "approve").statusCode(409).body("code", equalTo("out-of-stock"));

        // Then
        assertFigures(bob, 100, 0);
        approvals("APPROVED")
                .body("items.find { it.approvalId == '" + approval + "' }.refusedCode", equalTo("out-of-stock"));
    }

    @Test
    void a_deduction_a_hold_and_a_draw_wait_as_well() {
        // Given
        String lottery = "L_" + fresh("x").substring(2, 10).toUpperCase(Locale.ROOT);
        ShopClient.post(
                        BEN,
                        "/lotteries",
                        Map.of(
                                "code",
                                lottery,
                                "pointsPrice",
                                5,
                                "prizes",
                                List.of(Map.of("code", "WIN", "kind", "POINTS", "points", 8, "weight", 1))))
                .statusCode(201);
        set(check("MANY_POSTINGS", "ENFORCE", 50, 1));

        // When
        String deduction = deduct(fresh("k"), 10).statusCode(202).extract().path("approvalId");
        String hold = ShopClient.post(
                        "/holds", Map.of("traceId", fresh("k"), "userId", bob, "points", 20, "bizNo", "o-1"))
                .statusCode(202)
                .extract()
                .path("approvalId");
        String draw = ShopClient.post("/lotteries/" + lottery + "/draws", Map.of("traceId", fresh("k"), "userId", bob))
                .statusCode(202)
                .extract()
                .path("approvalId");

        // Then
        assertFigures(bob, 65, 35);
        String spend = decide(deduction, "approve")
                .body("result.type", equalTo("SPEND"))
                .extract()
                .path("result.transactionNo");
        String holdId = decide(hold, "approve")
                .body("result.type", equalTo("HOLD"))
                .extract()
                .path("result.transactionNo");
        decide(draw, "approve").body("result.points", equalTo(-5));
        assertFigures(bob, 73, 20);
        ShopClient.post("/holds/" + holdId + "/capture", Map.of("traceId", fresh("k")))
                .statusCode(200);
        assertFigures(bob, 73, 0);
        ShopClient.post("/deductions/" + spend + "/refunds", Map.of("traceId", fresh("k")))
                .statusCode(201);
        assertFigures(bob, 83, 0);
    }

    @Test
    void nobody_captures_what_is_held_for_a_review() {
        // Given
        set(check("YOUNG_ACCOUNT", "ENFORCE", 50, 7));
        transfer(fresh("k"), 60).statusCode(202);
        String hold = ShopClient.get("/accounts/" + bob + "/entries?type=HOLD")
                .extract()
                .path("items[0].id");

        // When / Then
        ShopClient.post("/holds/" + hold + "/capture", Map.of("traceId", fresh("k")))
                .statusCode(409)
                .body("state", equalTo("IN_REVIEW"));
        ShopClient.post("/holds/" + hold + "/release", Map.of("traceId", fresh("k")))
                .statusCode(409)
                .body("state", equalTo("IN_REVIEW"));
    }

    /** Of 60 of bob's 100 points; the id of its approval. */
    private String waitingTransfer() {
        set(check("YOUNG_ACCOUNT", "ENFORCE", 50, 7));
        return transfer(fresh("k"), 60).statusCode(202).extract().path("approvalId");
    }

    // ---- events ----

    @Test
    void a_large_grant_by_an_event_waits_and_comes_in_when_it_is_approved() {
        // Given: an account whose points all come from orders
        set(check("ONE_SOURCE", "ENFORCE", 50, 95));
        event(bob, "o-1", 10);

        // When
        String key = event(bob, "o-2", 20_000);

        // Then
        assertFigures(bob, 110, 0);
        String approval = request(key, null)
                .body("status", equalTo("POSTED"))
                .body("risk.verdict", equalTo("REVIEW"))
                .body("risk.reasons.check", contains("ONE_SOURCE"))
                .extract()
                .path("risk.approvalId");
        decide(approval, "approve").statusCode(200).body("result.points", equalTo(20_000));
        assertFigures(bob, 20_110, 0);
        request(key, null).body("risk.approvalStatus", equalTo("APPROVED"));
    }

    @Test
    void an_event_that_brings_more_than_it_seems_to_is_judged_by_what_it_brings() {
        // Given: a rule that makes a thousand points of a yuan
        String bizType =
                "RICH_" + fresh("x").substring(2, 8).toUpperCase(Locale.ROOT).replace('-', '_');
        ShopClient.post(BEN, "/rules", Map.of("code", bizType, "name", "Rich", "bizType", bizType, "ratio", 1000))
                .statusCode(201);
        set(check("ONE_SOURCE", "ENFORCE", 50, 95));
        event(bob, "o-1", 10);

        // When
        String key = fresh("e");
        send(Map.of("traceId", key, "userId", bob, "bizType", bizType, "bizNo", key, "amount", 20));

        // Then
        request(key, null).body("risk.verdict", equalTo("REVIEW"));
        assertFigures(bob, 110, 0);
    }

    @Test
    void an_event_that_is_rejected_stays_so_however_often_it_is_delivered() {
        // Given
        String key = fresh("e");
        block("USER", bob);

        // When
        send(Map.of("traceId", key, "userId", bob, "bizType", "ORDER", "bizNo", key, "amount", 10));
        request(key, null)
                .body("status", equalTo("REFUSED"))
                .body("code", equalTo("risk-rejected"))
                .body("risk.reasons.check", contains("BLOCK_LIST"));
        unlist();
        send(Map.of("traceId", key, "userId", bob, "bizType", "ORDER", "bizNo", key, "amount", 10));
        event(bob, "o-2", 5); // behind it, in the same partition

        // Then
        request(key, null).body("status", equalTo("REFUSED"));
        assertFigures(bob, 105, 0);
    }

    // ---- rejections, shadow, lists ----

    @Test
    void what_is_rejected_is_not_remembered_and_says_nothing_of_the_checks() {
        // Given
        set(check("YOUNG_ACCOUNT", "ENFORCE", 100, 7));
        String key = fresh("k");

        // When
        String body = transfer(key, 60)
                .statusCode(403)
                .body("code", equalTo("risk-rejected"))
                .body("traceId", equalTo(key))
                .extract()
                .asString();

        // Then
        assertThat(body).doesNotContain("young", "YOUNG", "score", "reasons");
        request(key, bob)
                .body("status", equalTo("UNKNOWN"))
                .body("risk.verdict", equalTo("REJECT"))
                .body("risk.reasons[0].reason", notNullValue());
        given().auth()
                .oauth2(Tokens.user(bob))
                .get("/api/v1/requests/" + key)
                .then()
                .statusCode(403);
        ShopClient.get(Tokens.service(), "/requests/" + key + "?userId=" + bob).body("risk", nullValue());
        set(check("YOUNG_ACCOUNT", "SHADOW", 100, 7));
        transfer(key, 60).statusCode(201);
        assertFigures(eve, 160, 0);
        request(key, bob).body("risk.verdict", equalTo("ALLOW"));
        ShopClient.get(BEN, "/risk/decisions?userId=" + bob).body("items.verdict", contains("ALLOW", "REJECT"));
    }

    @Test
    void a_check_in_shadow_lets_pass_and_tells_what_it_would_have_done() {
        // Given
        set(check("YOUNG_ACCOUNT", "SHADOW", 100, 7));
        String key = fresh("k");
        double before = counted("ALLOW", "REJECT");

        // When
        transfer(key, 60).statusCode(201);
        transfer(key, 60).statusCode(200); // a repeat is not judged, nor counted

        // Then
        request(key, bob)
                .body("risk.verdict", equalTo("ALLOW"))
                .body("risk.shadowVerdict", equalTo("REJECT"))
                .body("risk.reasons.shadow", contains(true));
        ShopClient.get(BEN, "/risk/decisions?userId=" + bob)
                .body("items.traceId", contains(key))
                .body("items.kind", contains("TRANSFER"));
        assertThat(counted("ALLOW", "REJECT") - before).isEqualTo(1);
    }

    @Test
    void many_postings_are_counted_over_batches_and_within_one() throws Exception {
        // Given
        set(check("MANY_POSTINGS", "ENFORCE", 100, 10));

        // When: the registration was the first one
        List<Integer> statuses =
                AtOnce.run(30, i -> deduct(fresh("k"), 1).extract().statusCode());

        // Then
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(9);
        assertThat(statuses).containsOnly(201, 403);
        assertFigures(bob, 91, 0);
        clock.plus(Duration.ofMinutes(61));
        for (int i = 0; i < 10; i++) {
            deduct(fresh("k"), 1).statusCode(201);
        }
        deduct(fresh("k"), 1).statusCode(403);
    }

    @Test
    void what_others_send_within_a_batch_is_counted_with_what_was_before_it() {
        // Given: an old account with three postings in this hour
        for (int i = 0; i < 20; i++) {
            deduct(fresh("k"), 1).statusCode(201);
        }
        clock.plus(Duration.ofHours(2));
        for (int i = 0; i < 3; i++) {
            deduct(fresh("k"), 1).statusCode(201);
        }
        set(check("MANY_POSTINGS", "ENFORCE", 100, 5));

        // When
        List<Posting> batch = List.of(send(eve, bob), send(eve, bob), spend(bob));
        List<Answer> answers = ledger.post(batch);

        // Then
        assertThat(answers.subList(0, 2)).hasOnlyElementsOfType(Answer.Posted.class);
        assertThat(answers.getLast()).isNotInstanceOf(Answer.Posted.class);
    }

    private Posting send(String from, String to) {
        return watched(Posting.of(
                new Key("", fresh("k")),
                ContentHash.of("test").bytes(),
                new Target.User(from, false),
                new Operation.Transfer(to, 1, new Operation.DailyLimit(0, 0))));
    }

    private Posting spend(String user) {
        return watched(Posting.of(
                new Key("", fresh("k")),
                ContentHash.of("test").bytes(),
                new Target.User(user, false),
                new Operation.Spend(1)));
    }

    private Posting watched(Posting posting) {
        return risk.watchEvent(posting, "TEST", Map.of(), 0);
    }

    @Test
    void a_burst_to_one_receiver_is_seen_whoever_sends() {
        // Given
        set(check("RECEIVER_BURST", "ENFORCE", 100, 2));
        transfer(fresh("k"), 1).statusCode(201);
        transfer(fresh("k"), 1).statusCode(201);

        // When
        String carl = open("carl");
        var third = ShopClient.post(
                Tokens.user(carl),
                "/transfers",
                Map.of("traceId", fresh("k"), "fromUserId", carl, "toUserId", eve, "points", 1));

        // Then
        third.statusCode(403).body("code", equalTo("risk-rejected"));
    }

    @Test
    void a_large_spend_from_a_new_phone_waits() {
        // Given
        set(check("NEW_ORIGIN", "ENFORCE", 50, 24));
        transfer(fresh("k"), 1, "old-" + bob).statusCode(201);
        clock.plus(Duration.ofHours(25));

        // When / Then
        transfer(fresh("k"), 40, "new-" + bob).statusCode(201); // a small one
        transfer(fresh("k"), 50, "old-" + bob).statusCode(201);
        event(bob, "o-1", 100);
        transfer(fresh("k"), 50, "new-" + bob).statusCode(202);
    }

    @Test
    void many_accounts_on_one_phone_are_seen() {
        // Given
        set(check("SHARED_DEVICE", "ENFORCE", 100, 2));
        String phone = "phone-" + bob;
        for (int i = 0; i < 2; i++) {
            String user = open("many");
            spendAs(user, phone).statusCode(201);
        }

        // When / Then
        spendAs(open("many"), phone).statusCode(403);
        spendAs(open("many"), "another-" + phone).statusCode(201);
    }

    @Test
    void whoever_is_blocked_spends_nothing_and_whoever_is_allowed_is_not_checked() {
        // Given
        set(check("YOUNG_ACCOUNT", "ENFORCE", 100, 7));

        // When / Then
        block("DEVICE", "stolen-" + bob);
        transfer(fresh("k"), 1, "stolen-" + bob).statusCode(403).body("code", equalTo("risk-rejected"));
        list("ALLOW", "USER", bob).statusCode(201);
        transfer(fresh("k"), 1, "stolen-" + bob).statusCode(403);
        transfer(fresh("k"), 1, "good-" + bob).statusCode(201);
        block("USER", eve);
        transfer(fresh("k"), 1, "good-" + bob).statusCode(403); // to whom it goes
        ShopClient.get(Tokens.admin(), "/risk/lists?list=ALLOW").body("items.value", hasItem(bob));
        ShopClient.get(Tokens.admin(), "/audit?objectType=RISK_LISTED").body("items[0].action", equalTo("ADD"));
    }

    @Test
    void whoever_is_blocked_earns_nothing_in_any_way_and_from_a_blocked_address_nobody_does() {
        // Given
        String ip = "203.0.113." + (1 + Math.floorMod(bob.hashCode(), 250));
        Map<String, Object> grant = Map.of("userId", bob, "bizType", "COMPAT", "points", 5);
        block("IP", ip);

        // When / Then
        from(ip, "/grants", grant).statusCode(403).body("code", equalTo("risk-rejected"));
        from(ip, "/accounts/" + bob + "/sign-ins", Map.of()).statusCode(403).body("code", equalTo("risk-rejected"));
        from(ip, "/tasks/PROFILE/completions", Map.of("userId", bob)).statusCode(403);
        from(ip, "/invitations", Map.of("inviterId", eve, "inviteeId", bob)).statusCode(403);
        assertFigures(bob, 100, 0);
        from("192.0.2.1", "/grants", grant).statusCode(201);
        assertFigures(bob, 105, 0);
        block("USER", bob);
        from("192.0.2.1", "/accounts/" + bob + "/sign-ins", Map.of()).statusCode(403);
        // Invited by somebody who is blocked: that one gets nothing
        from("192.0.2.1", "/invitations", Map.of("inviterId", bob, "inviteeId", eve))
                .statusCode(201);
        assertFigures(bob, 105, 0);
        ShopClient.get(BEN, "/risk/decisions?userId=" + bob).body("items.kind", hasItem("TASK"));
    }

    @Test
    void what_has_ended_is_in_nobodys_way() {
        // Given
        Map<String, Object> entry = Map.of(
                "list",
                "BLOCK",
                "kind",
                "USER",
                "value",
                bob,
                "reason",
                "a test",
                "expiresAt",
                clock.instant().plus(Duration.ofHours(1)).toString());
        String first = ShopClient.post(BEN, "/risk/lists", entry)
                .statusCode(201)
                .extract()
                .path("id");
        ShopClient.post(BEN, "/risk/lists", entry).statusCode(409);

        // When
        clock.plus(Duration.ofHours(1));

        // Then
        list("ALLOW", "USER", bob).statusCode(201);
        ShopClient.get(BEN, "/audit?objectType=RISK_LISTED&objectId=" + first)
                .body("items.action", contains("REMOVE", "ADD"));
    }

    @Test
    void addresses_are_known_by_one_form() {
        String end = Integer.toHexString(0x1000 | (bob.hashCode() & 0xfff));
        list("BLOCK", "IP", "2001:0db8:0:0:0:0:0:" + end).statusCode(201).body("value", equalTo("2001:db8::" + end));
        list("BLOCK", "IP", "not-an-address").statusCode(400).body("errors[0].field", equalTo("value"));
        list("BLOCK", "USER", bob).statusCode(201);
        list("ALLOW", "USER", bob).statusCode(409).body("state", equalTo("EXISTS"));
        given().auth().oauth2(BEN).delete("/api/v1/risk/lists/1").then().statusCode(404);
    }

    @Test
    void settings_are_versions_of_which_the_newest_counts() {
        // Given
        set(check("YOUNG_ACCOUNT", "SHADOW", 50, 7));
        int version = ShopClient.get(BEN, "/risk/settings")
                .body("checks[0].check", equalTo("YOUNG_ACCOUNT"))
                .extract()
                .path("version");

        // When / Then
        put(settings(version)).statusCode(200).body("version", equalTo(version + 1));
        put(settings(version)).statusCode(409).body("state", equalTo("EDITED"));
        put(settings(null, check("NO_SUCH", "ENFORCE", 1, 1))).statusCode(400);
        put(settings(null, check("MANY_POSTINGS", "ENFORCE", 1, 2000)))
                .statusCode(400)
                .body("errors[0].field", equalTo("checks[0].limit"));
        put(settings(null, check("MANY_POSTINGS", "ENFORCE", 0, 20))).statusCode(400);
        ShopClient.get(BEN, "/risk/settings/versions?limit=2").body("items[0].version", equalTo(version + 1));
        ShopClient.get(BEN, "/audit?objectType=RISK_SETTINGS")
                .body("items[0].objectId", equalTo(Integer.toString(version + 1)));
        ShopClient.get(Tokens.service(), "/risk/settings").statusCode(403);
    }

    // ---- what the tests say ----

    private static Map<String, Object> check(String name, String mode, int weight, int limit) {
        return Map.of("check", name, "mode", mode, "weight", weight, "limit", limit);
    }

    @SafeVarargs
    private static Map<String, Object> settings(Integer version, Map<String, Object>... checks) {
        Map<String, Object> body = new HashMap<>(Map.of(
                "reviewAt", 50, "rejectAt", 100, "largeSpend", 50, "largeGrant", 10_000, "checks", List.of(checks)));
        body.put("version", version);
        return body;
    }

    @SafeVarargs
    private static void set(Map<String, Object>... checks) {
        put(settings(null, checks)).statusCode(200);
    }

    private static ValidatableResponse put(Map<String, Object> settings) {
        return ShopClient.put("/risk/settings", settings);
    }

    private void block(String kind, String value) {
        list("BLOCK", kind, value).statusCode(201);
    }

    private ValidatableResponse list(String list, String kind, String value) {
        ValidatableResponse response = ShopClient.post(
                BEN, "/risk/lists", Map.of("list", list, "kind", kind, "value", value, "reason", "a test"));
        if (response.extract().statusCode() == 201) {
            listed.add(response.extract().path("id"));
        }
        return response;
    }

    private void unlist() {
        given().auth()
                .oauth2(BEN)
                .queryParam("reason", "a mistake")
                .delete("/api/v1/risk/lists/" + listed.removeLast())
                .then()
                .statusCode(204);
    }

    private static String open(String name) {
        String user = fresh(name);
        ShopClient.post("/accounts", Map.of("userId", user)).statusCode(201);
        return user;
    }

    private ValidatableResponse transfer(String key, long points) {
        return transfer(key, points, "phone-" + bob);
    }

    private ValidatableResponse transfer(String key, long points, String device) {
        return given().auth()
                .oauth2(Tokens.user(bob))
                .contentType(ContentType.JSON)
                .header("X-Device-Id", device)
                .body(Map.of("traceId", key, "fromUserId", bob, "toUserId", eve, "points", points))
                .post("/api/v1/transfers")
                .then();
    }

    private ValidatableResponse spendAs(String user, String device) {
        return given().auth()
                .oauth2(Tokens.user(user))
                .contentType(ContentType.JSON)
                .header("X-Device-Id", device)
                .body(Map.of("traceId", fresh("k"), "fromUserId", user, "toUserId", eve, "points", 1))
                .post("/api/v1/transfers")
                .then();
    }

    private static ValidatableResponse from(String ip, String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .header("X-Forwarded-For", ip)
                .header("Idempotency-Key", fresh("k"))
                .body(body)
                .post("/api/v1" + path)
                .then();
    }

    private ValidatableResponse deduct(String key, long points) {
        return ShopClient.post(
                "/deductions",
                Map.of("traceId", key, "userId", bob, "points", points, "bizType", "COFFEE", "bizNo", key));
    }

    private static String event(String user, String order, long amount) {
        String key = fresh("e");
        send(Map.of("traceId", key, "userId", user, "bizType", "ORDER", "bizNo", order, "amount", amount));
        return key;
    }

    /** Sends it and waits until it is decided. */
    private static void send(Map<String, Object> event) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ShopClient.post("/events", event).extract().statusCode() == 202);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !request((String) event.get("traceId"), null)
                        .extract()
                        .path("status")
                        .equals("UNKNOWN"));
    }

    private static ValidatableResponse request(String key, String userOfToken) {
        return ShopClient.get(BEN, "/requests/" + key + (userOfToken == null ? "" : "?userId=" + userOfToken))
                .statusCode(200);
    }

    private static ValidatableResponse decide(String approval, String how) {
        return decide(BEN, approval, how);
    }

    private static ValidatableResponse decide(String token, String approval, String how) {
        return ShopClient.post(token, "/approvals/" + approval + "/" + how, Map.of("reason", "looked at"));
    }

    private static ValidatableResponse approvals(String status) {
        return ShopClient.get(BEN, "/approvals?limit=100&status=" + status);
    }

    private static void assertFigures(String user, int available, int frozen) {
        ShopClient.get("/accounts/" + user)
                .body("available", equalTo(available))
                .body("frozen", equalTo(frozen));
    }

    private double counted(String verdict, String shadow) {
        return metrics.find("jifen.risk.decisions").tags("verdict", verdict, "shadow", shadow).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private String stored(String column, String approval) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(
                            connection,
                            "SELECT " + column + " FROM approval WHERE id = ?",
                            row -> row.getString(1),
                            approval)
                    .orElseThrow();
        }
    }
}
