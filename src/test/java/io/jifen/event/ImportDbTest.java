package io.jifen.event;

import static io.jifen.event.EventsClient.accepted;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.fresh;
import static io.jifen.event.EventsClient.openAccount;
import static io.jifen.event.EventsClient.outcome;
import static io.jifen.event.EventsClient.service;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.services.InvariantsCheck;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class ImportDbTest {

    private static final String MEMBERS = "id,openid,nickname,phone,level,points,used_points,expired_at,created_at\n";
    private static final String DETAILS = "id,openid,points,action,reason,created_at\n";

    private final String lisi = fresh("lisi");
    private final String zhangsan = fresh("zhangsan");

    // ---- members ----

    @Test
    void a_member_becomes_an_account_with_its_points_in_one_lot_of_its_day() {
        members(member(lisi, "李四", 2, 200, 50, "2099-12-31 10:00:00"))
                .body("imported", equalTo(1))
                .body("rejected", empty())
                .body("rows", empty());

        account(lisi)
                .body("nickname", equalTo("李四"))
                .body("available", equalTo(200))
                .body("totalEarned", equalTo(250))
                .body("totalConsumed", equalTo(50))
                .body("level.code", equalTo("VIP2"));
        service()
                .get("/api/v1/accounts/{id}/lots", lisi)
                .then()
                .body("items", hasSize(1))
                .body("items[0].expiresOn", equalTo("2099-12-31"))
                .body("items[0].remaining", equalTo(200));
        list(lisi).body("data.reason", contains("opening balance")).body("data.points", contains(200));
    }

    @Test
    void the_same_file_again_changes_nothing() {
        String file = member(lisi, "Li Si", 0, 200, 0, "2099-12-31 00:00:00")
                + member(zhangsan, "Zhang San", 0, 100, 0, "2099-12-31 00:00:00");
        members(file).body("imported", equalTo(2));

        members(file).body("imported", equalTo(0)).body("unchanged", equalTo(2)).body("rejected", empty());

        assertThat(available(lisi)).isEqualTo(200);
        assertThat(available(zhangsan)).isEqualTo(100);
    }

    @Test
    void a_member_that_comes_again_with_other_figures_is_rejected() {
        members(member(lisi, "", 0, 200, 0, ""));

        members(member(lisi, "", 0, 300, 0, ""))
                .body("imported", equalTo(0))
                .body("rejected.code", contains("illegal-state"))
                .body("rejected[0].detail", containsString("other figures"));

        assertThat(available(lisi)).isEqualTo(200);
    }

    @Test
    void an_account_that_was_opened_here_keeps_its_points() {
        String registered = openAccount();

        members(member(registered, "", 0, 900, 0, ""))
                .body("rejected.code", contains("illegal-state"))
                .body("rejected[0].detail", containsString("opened here"));

        assertThat(available(registered)).isEqualTo(100);
    }

    @Test
    void whoever_is_imported_is_not_welcomed_again() {
        members(member(lisi, "", 0, 200, 0, "") + member(zhangsan, "", 0, 0, 0, ""));
        String lisisOrder = fresh("order");
        String zhangsansOrder = fresh("order");

        accepted("""
                {"traceId":"%s","userId":"%s","bizType":"ORDER","amount":1}""".formatted(lisisOrder, lisi));
        accepted("""
                {"traceId":"%s","userId":"%s","bizType":"ORDER","amount":1}""".formatted(zhangsansOrder, zhangsan));
        outcome(lisisOrder);
        outcome(zhangsansOrder);

        assertThat(available(lisi)).isEqualTo(201);
        assertThat(available(zhangsan)).isEqualTo(1);
        given().auth()
                .oauth2(Tokens.service())
                .contentType("application/json")
                .body("{\"userId\":\"%s\"}".formatted(zhangsan))
                .post("/api/v1/accounts")
                .then()
                .statusCode(200);
        assertThat(available(zhangsan)).isEqualTo(1);
    }

    @Test
    void points_whose_day_has_passed_are_kept_for_ever_and_reported() {
        members(member(lisi, "", 0, 200, 0, "2020-01-31 00:00:00"))
                .body("imported", equalTo(1))
                .body("rows.openid", contains(lisi))
                .body("rows.row", contains(2))
                .body("rows[0].note", containsString("2020-01-31"));

        service().get("/api/v1/accounts/{id}/lots", lisi).then().body("items[0].expiresOn", nullValue());
        assertThat(available(lisi)).isEqualTo(200);
    }

    @Test
    void bad_rows_are_rejected_with_their_line_and_the_others_go_on() {
        members(member(lisi, "", 0, 200, 0, "")
                        + "1,a b,,,0,1,0,,\n"
                        + "1,ok-1,,,0,-1,0,,\n"
                        + "1,ok-2,,,0,1.5,0,,\n"
                        + "1,ok-3,,,9,1,0,,\n"
                        + "1,ok-4,,,0,1,0,tomorrow,\n"
                        + "1,ok-5,,,0,1,0,2026-02-30 00:00:00,\n"
                        + "1,ok-6,,,0\n"
                        + "1,,,,0,1,0,,\n"
                        + "1,ok-7,,,0,1000000000001,0,,\n"
                        + member(zhangsan, "\"a \"\"quoted\"\", name\"", 0, 100, 0, ""))
                .body("imported", equalTo(2))
                .body("rejectedRows", equalTo(9))
                .body("rejected.row", contains(3, 4, 5, 6, 7, 8, 9, 10, 11))
                .body("rejected[0].detail", containsString("openid"))
                .body("rejected[3].detail", containsString("level"))
                .body("rejected[5].detail", containsString("expired_at"));

        account(zhangsan).body("nickname", equalTo("a \"quoted\", name"));
    }

    // ---- details ----

    @Test
    void details_before_their_member_become_its_history() {
        String details = detail("1", lisi, 250, "add", "sys_init", "2020-01-01 08:00:00")
                + detail("2", lisi, 50, "sub", "A mug", "2021-05-01 12:30:00");

        details(details)
                .body("imported", equalTo(2))
                .body("rows.note", contains("waits for its member", "waits for its member"));
        members(member(lisi, "", 0, 200, 50, "2099-12-31 00:00:00"));

        list(lisi)
                .body("data.reason", contains("A mug", "sys_init"))
                .body("data.action", contains("sub", "add"))
                .body("data.points", contains(50, 250))
                .body("data.created_at", contains("2021-05-01 12:30:00", "2020-01-01 08:00:00"));
        assertThat(available(lisi)).isEqualTo(200);
        details(details).body("imported", equalTo(0)).body("unchanged", equalTo(2));
        list(lisi).body("data", hasSize(2));
    }

    @Test
    void details_after_their_member_are_added_and_leave_the_balance_as_it_is() {
        members(member(lisi, "", 0, 200, 0, ""));
        String details = detail("1", lisi, 200, "add", "sys_init", "2020-01-01 08:00:00");

        details(details).body("imported", equalTo(1)).body("rows", empty());
        details(details).body("imported", equalTo(0)).body("unchanged", equalTo(1));

        assertThat(available(lisi)).isEqualTo(200);
        list(lisi).body("data", hasSize(3)).body("data[1].reason", equalTo("sys_init"));
    }

    @Test
    void what_the_details_do_not_explain_is_one_adjustment_that_says_so() {
        details(detail("1", lisi, 150, "add", "sys_init", "2020-01-01 08:00:00"));

        members(member(lisi, "", 0, 200, 0, ""));

        assertThat(available(lisi)).isEqualTo(200);
        list(lisi)
                .body("data", hasSize(2))
                .body("data.points", contains(50, 150))
                .body("data[0].reason", containsString("differ"));
    }

    @Test
    void equal_rows_without_an_id_are_rows_of_their_own() {
        String row = "%s,10,add,again,2020-01-01 08:00:00\n".formatted(lisi);
        String file = "openid,points,action,reason,created_at\n" + row + row;

        post("points-details", file).body("imported", equalTo(2));
        post("points-details", file).body("imported", equalTo(0)).body("unchanged", equalTo(2));
        members(member(lisi, "", 0, 20, 0, ""));

        list(lisi).body("data.points", contains(10, 10));
    }

    @Test
    void a_detail_that_comes_again_with_another_content_is_rejected() {
        details(detail("1", lisi, 150, "add", "x", "2020-01-01 08:00:00"));

        details(detail("1", lisi, 151, "add", "x", "2020-01-01 08:00:00")
                        + detail("2", lisi, 1, "add", "x", "2020-01-01 08:00:00")
                        + detail("2", lisi, 2, "add", "x", "2020-01-01 08:00:00"))
                .body("imported", equalTo(1))
                .body("rejected.row", contains(2, 4))
                .body("rejected.code", contains("illegal-state", "illegal-state"));
    }

    @Test
    void more_details_than_one_transaction_takes_are_all_in_the_history() {
        int count = 4500;
        details(IntStream.rangeClosed(1, count)
                        .mapToObj(i -> detail(Integer.toString(i), lisi, 1, "add", "n" + i, "2020-01-01 08:00:00"))
                        .collect(Collectors.joining()))
                .body("imported", equalTo(count))
                .body("rows", hasSize(1000));

        members(member(lisi, "", 0, 10, 0, ""));

        assertThat(available(lisi)).isEqualTo(10);
        service().get("/api/points/{openid}?page=1&limit=2", lisi).then().body("data[1].reason", equalTo("n" + count));
        details(detail("4500", lisi, 1, "add", "n4500", "2020-01-01 08:00:00")).body("unchanged", equalTo(1));
    }

    @Test
    void bad_details_are_rejected_with_their_line() {
        details(detail("1", lisi, 0, "add", "x", "2020-01-01 08:00:00")
                        + detail("2", lisi, 1, "take", "x", "2020-01-01 08:00:00")
                        + detail("3", lisi, 1, "add", "x", "2990-01-01 08:00:00")
                        + detail("4", lisi, 1, "add", "x", "")
                        + detail("a b", lisi, 1, "add", "x", "2020-01-01 08:00:00")
                        + detail("6", "", 1, "add", "x", "2020-01-01 08:00:00"))
                .body("imported", equalTo(0))
                .body("rejected.row", contains(2, 3, 4, 5, 6, 7));
    }

    // ---- the file itself ----

    @Test
    void a_file_that_can_not_be_read_is_refused() {
        refused("").body("detail", containsString("names the columns"));
        refused("openid,level\n").body("detail", containsString("points"));
        refused("openid,points,points\n").body("detail", containsString("twice"));
        given().auth()
                .oauth2(Tokens.admin())
                .contentType("text/csv")
                .body("openid,points,nickname\n\u00e4,1,\u00e4\n".getBytes(StandardCharsets.ISO_8859_1))
                .post("/api/v1/imports/members")
                .then()
                .statusCode(400)
                .body("detail", containsString("UTF-8"));
    }

    @Test
    void a_quote_that_nobody_closes_is_rejected_where_it_begins() {
        post("members", "openid,points,nickname\n%s,1,\"never closed\n%s,1,x\n".formatted(lisi, zhangsan))
                .body("imported", equalTo(0))
                .body("rejected.row", contains(2));
    }

    @Test
    void what_is_not_csv_is_told_without_anything_of_the_reader() {
        String quote = "Unexpected character after closing quote";
        refused("openid,points\n%s,1\n%s,\"1\"2\n".formatted(lisi, zhangsan))
                .body("detail", containsString("is not CSV: the row that begins in line 3: " + quote))
                .body("detail", not(containsString("Exception")));
        refused("\"openid\"x,points\n").body("detail", containsString("the first record: " + quote));
        refused("openid,points\n%s,\"%s".formatted(lisi, "x".repeat(2_000_000)))
                .body("detail", containsString("the row that begins in line 2: "));
    }

    @Test
    void columns_may_come_in_any_order_under_a_byte_order_mark_with_nulls_as_databases_write_them() {
        post("members", "\uFEFFExpired_At,points,nick,openid\r\nNULL,200,\\N,%s\r\n".formatted(lisi))
                .body("imported", equalTo(1));

        account(lisi).body("available", equalTo(200)).body("nickname", nullValue());
    }

    @Test
    void only_admins_may_import() {
        given().auth()
                .oauth2(Tokens.service())
                .contentType("text/csv")
                .body(MEMBERS)
                .post("/api/v1/imports/members")
                .then()
                .statusCode(403);
    }

    private static ValidatableResponse refused(String file) {
        return given().auth()
                .oauth2(Tokens.admin())
                .contentType("text/csv")
                .body(file)
                .post("/api/v1/imports/members")
                .then()
                .statusCode(400);
    }

    private static ValidatableResponse members(String rows) {
        return post("members", MEMBERS + rows);
    }

    private static ValidatableResponse details(String rows) {
        return post("points-details", DETAILS + rows);
    }

    private static ValidatableResponse post(String what, String file) {
        return given().auth()
                .oauth2(Tokens.admin())
                .contentType("text/csv; charset=utf-8")
                .body(file.getBytes(StandardCharsets.UTF_8))
                .post("/api/v1/imports/" + what)
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse account(String userId) {
        return service().get("/api/v1/accounts/{id}", userId).then().statusCode(200);
    }

    private static ValidatableResponse list(String openid) {
        return service()
                .get("/api/points/{openid}?page=1&limit=100", openid)
                .then()
                .statusCode(200)
                .body("code", equalTo(0));
    }

    private static String member(String openid, String nickname, int level, long points, long used, String expiredAt) {
        return "7,%s,%s,13800000000,%d,%d,%d,%s,2020-01-01 08:00:00\n"
                .formatted(openid, nickname, level, points, used, expiredAt);
    }

    private static String detail(
            String id, String openid, long points, String action, String reason, String createdAt) {
        return "%s,%s,%d,%s,%s,%s\n".formatted(id, openid, points, action, reason, createdAt);
    }
}
