package io.jifen.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.outbox.Messages;
import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.ApiOperation;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Period;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every change that only an admin may make leaves a row that says who, from where, from what to what, and why. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class AuditDbTest {

    private static final String ADMIN = "points-admin";

    /** Where levels begin that nobody reaches, each of them somewhere else. */
    private static final AtomicLong FAR_UP =
            new AtomicLong(ThreadLocalRandom.current().nextLong(900_000_000_000_000L, 990_000_000_000_000L));

    /** Does an operation as this admin, and answers what its row is about. */
    @FunctionalInterface
    private interface Deed {
        String as(String admin) throws SQLException;
    }

    @Inject
    DataSource database;

    @Inject
    Messages messages;

    @Inject
    Ids ids;

    @Inject
    TestClock clock;

    @Inject
    Time time;

    private final Map<String, Deed> deeds = Map.ofEntries(
            Map.entry("PATCH /api/v1/accounts/{userId}", admin -> {
                String user = open();
                by(admin)
                        .body(Map.of("status", "BLOCKED"))
                        .patch("/api/v1/accounts/" + user)
                        .then()
                        .statusCode(200);
                return "EDIT ACCOUNT " + user;
            }),
            Map.entry("POST /api/v1/accounts/{userId}/reinstatements", admin -> {
                String user = withExpiredPoints();
                by(admin)
                        .body(Map.of("points", 5, "reason", "the shop was closed"))
                        .post("/api/v1/accounts/" + user + "/reinstatements")
                        .then()
                        .statusCode(201);
                return "REINSTATE ACCOUNT " + user;
            }),
            Map.entry("POST /api/v1/adjustments", admin -> {
                String user = open();
                adjust(admin, user, 5).statusCode(201);
                return "ADJUST ACCOUNT " + user;
            }),
            Map.entry("POST /api/v1/approvals/{id}/approve", admin -> "APPROVE APPROVAL " + decide(admin, "approve")),
            Map.entry("POST /api/v1/approvals/{id}/reject", admin -> "REJECT APPROVAL " + decide(admin, "reject")),
            Map.entry("POST /api/v1/campaigns", admin -> "MAKE CAMPAIGN " + campaign(admin)),
            Map.entry("PUT /api/v1/campaigns/{code}", admin -> {
                String code = campaign("somebody");
                by(admin)
                        .body(campaignBody(code))
                        .put("/api/v1/campaigns/" + code)
                        .then()
                        .statusCode(200);
                return "EDIT CAMPAIGN " + code;
            }),
            Map.entry("POST /api/v1/dead-letters/{id}/replay", admin -> {
                long letter = deadLetter();
                by(admin)
                        .body(Map.of("reason", "mended"))
                        .post("/api/v1/dead-letters/" + letter + "/replay")
                        .then()
                        .statusCode(202);
                return "REPLAY DEAD_LETTER " + letter;
            }),
            Map.entry("POST /api/v1/findings/{id}/resolve", admin -> {
                long finding = finding();
                by(admin)
                        .body(Map.of("reason", "counted by hand"))
                        .post("/api/v1/findings/" + finding + "/resolve")
                        .then()
                        .statusCode(200);
                return "RESOLVE FINDING " + finding;
            }),
            Map.entry("POST /api/v1/jobs/runs/{runId}/stop", admin -> {
                long run = run();
                by(admin).post("/api/v1/jobs/runs/" + run + "/stop").then().statusCode(202);
                end(run);
                return "STOP JOB_RUN " + run;
            }),
            Map.entry(
                    "POST /api/v1/jobs/{name}/runs",
                    admin -> "START JOB_RUN "
                            + by(admin)
                                    .post("/api/v1/jobs/level-periods/runs")
                                    .then()
                                    .statusCode(202)
                                    .extract()
                                    .path("runId")),
            Map.entry("POST /api/v1/levels", admin -> "MAKE LEVEL " + level(admin)),
            Map.entry("PUT /api/v1/levels/{code}", admin -> {
                String code = level("somebody");
                by(admin)
                        .body(Map.of("name", "Higher", "minPoints", FAR_UP.get()))
                        .put("/api/v1/levels/" + code)
                        .then()
                        .statusCode(200);
                return "EDIT LEVEL " + code;
            }),
            Map.entry("DELETE /api/v1/exchanges/{exchangeId}/address", admin -> {
                String user = open();
                String goods = goods("somebody", "VIRTUAL");
                String exchange = by(Tokens.service(), null)
                        .body(Map.of("userId", user, "goodsId", goods))
                        .post("/api/v1/exchanges")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("exchangeId");
                by(admin)
                        .delete("/api/v1/exchanges/" + exchange + "/address")
                        .then()
                        .statusCode(204);
                return "ERASE_ADDRESS EXCHANGE " + exchange;
            }),
            Map.entry("POST /api/v1/goods", admin -> "MAKE GOODS " + goods(admin, "VIRTUAL")),
            Map.entry("PUT /api/v1/goods/{goodsId}", admin -> {
                String goods = goods("somebody", "VIRTUAL");
                by(admin)
                        .body(Map.of("name", "y", "kind", "VIRTUAL", "pointsPrice", 2))
                        .put("/api/v1/goods/" + goods)
                        .then()
                        .statusCode(200);
                return "EDIT GOODS " + goods;
            }),
            Map.entry("POST /api/v1/goods/{goodsId}/coupon-codes", admin -> {
                String goods = goods("somebody", "COUPON");
                by(admin)
                        .body(Map.of("codes", List.of("SECRET-CODE-1")))
                        .post("/api/v1/goods/" + goods + "/coupon-codes")
                        .then()
                        .statusCode(200);
                return "ADD_CODES GOODS " + goods;
            }),
            Map.entry(
                    "POST /api/v1/grants/jobs",
                    admin -> "START GRANT_JOB "
                            + by(admin)
                                    .body(List.of(Map.of("userId", open(), "bizType", "AUDITED")))
                                    .post("/api/v1/grants/jobs")
                                    .then()
                                    .statusCode(202)
                                    .extract()
                                    .path("jobId")),
            Map.entry("POST /api/v1/imports/members", admin -> {
                file(admin, "members", "openid,points\n");
                return "END IMPORT";
            }),
            Map.entry("POST /api/v1/imports/points-details", admin -> {
                file(admin, "points-details", "openid,points,action,created_at\n");
                return "END IMPORT";
            }),
            Map.entry("POST /api/v1/lotteries", admin -> "MAKE LOTTERY " + lottery(admin)),
            Map.entry("PUT /api/v1/lotteries/{code}", admin -> {
                String code = lottery("somebody");
                by(admin)
                        .body(lotteryBody(code))
                        .put("/api/v1/lotteries/" + code)
                        .then()
                        .statusCode(200);
                return "EDIT LOTTERY " + code;
            }),
            Map.entry("POST /api/v1/outbox/messages/{id}/give-up", admin -> {
                long message = message();
                by(admin)
                        .body(Map.of("reason", "nobody is there"))
                        .post("/api/v1/outbox/messages/" + message + "/give-up")
                        .then()
                        .statusCode(200);
                return "GIVE_UP MESSAGE " + message;
            }),
            Map.entry("POST /api/v1/outbox/messages/{id}/retry", admin -> {
                long message = message();
                by(admin)
                        .post("/api/v1/outbox/messages/" + message + "/retry")
                        .then()
                        .statusCode(200);
                return "RETRY MESSAGE " + message;
            }),
            Map.entry("POST /api/v1/risk/lists", admin -> "ADD RISK_LISTED " + listed(admin)),
            Map.entry("DELETE /api/v1/risk/lists/{id}", admin -> {
                String id = listed("somebody");
                by(admin).delete("/api/v1/risk/lists/" + id).then().statusCode(204);
                return "REMOVE RISK_LISTED " + id;
            }),
            Map.entry("PUT /api/v1/risk/settings", admin -> {
                String asTheyAre = by(admin).get("/api/v1/risk/settings").asString();
                int version = by(admin)
                        .body(asTheyAre)
                        .put("/api/v1/risk/settings")
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("version");
                return "EDIT RISK_SETTINGS " + version;
            }),
            Map.entry("POST /api/v1/rules", admin -> "MAKE RULE " + rule(admin)),
            Map.entry("PUT /api/v1/rules/{code}", admin -> {
                String code = rule("somebody");
                by(admin)
                        .body(Map.of("name", "x", "bizType", "AUDITED", "fixed", 2))
                        .put("/api/v1/rules/" + code)
                        .then()
                        .statusCode(200);
                return "EDIT RULE " + code;
            }));

    @Test
    void every_operation_of_admins_that_changes_something_leaves_a_row() throws SQLException {
        for (ApiOperation operation : ApiOperation.all()) {
            if (operation.method().equals("GET") || !operation.roles().equals(java.util.Set.of(ADMIN))) {
                continue;
            }
            Deed deed = deeds.get(operation.name());
            assertThat(deed)
                    .as("nobody has said what trail this leaves: %s", operation.name())
                    .isNotNull();
            String admin = "auditor-" + UUID.randomUUID();

            String about = deed.as(admin);

            Map<String, String> row = audit("who=" + admin)
                    .body("items.size()", org.hamcrest.Matchers.greaterThan(0))
                    .body("items.ip", everyItem(equalTo("203.0.113.9")))
                    .extract()
                    .path("items[0]");
            assertThat(row.get("action") + " " + row.get("objectType") + " " + row.get("objectId"))
                    .as(operation.name())
                    .startsWith(about);
        }
    }

    @Test
    void a_row_says_from_what_to_what_and_why() {
        String user = open();
        by("ann")
                .body(Map.of("status", "BLOCKED", "nickname", "Al"))
                .patch("/api/v1/accounts/" + user)
                .then()
                .statusCode(200);
        adjust("ann", user, -7).statusCode(201);

        audit("objectType=ACCOUNT&objectId=" + user)
                .body("items.who", contains("ann", "ann"))
                .body("items.action", contains("ADJUST", "EDIT"))
                .body("items[0].after.points", equalTo(-7))
                .body("items[0].reason", equalTo("a correction"))
                .body("items[1].before.status", equalTo("ACTIVE"))
                .body("items[1].after.status", equalTo("BLOCKED"))
                .body("items[1].after.nickname", equalTo("Al"))
                .body("items[1].device", equalTo("laptop"))
                .body("items[1].createdAt", notNullValue())
                .body("items[1].auditId", notNullValue());
    }

    @Test
    void points_that_an_admin_gives_leave_a_row_and_what_a_rule_computes_does_not() {
        String user = open();
        by("ann")
                .body(Map.of("userId", user, "bizType", "COMPAT", "points", 7, "reason", "a gift"))
                .post("/api/v1/grants")
                .then()
                .statusCode(201);
        by("ann")
                .body(Map.of("userId", user, "bizType", "COMPAT", "points", 7_000, "reason", "a large gift"))
                .post("/api/v1/grants")
                .then()
                .statusCode(202);
        by("ann")
                .body(Map.of("userId", user, "bizType", "ORDER", "amount", 3))
                .post("/api/v1/grants")
                .then()
                .statusCode(201);
        by(Tokens.service(), null)
                .body(Map.of("userId", user, "bizType", "COMPAT", "points", 7))
                .post("/api/v1/grants")
                .then()
                .statusCode(201);

        audit("objectType=ACCOUNT&objectId=" + user)
                .body("items.action", contains("ASK", "GRANT"))
                .body("items.after.points", contains(7_000, 7))
                .body("items.after.bizType", contains("COMPAT", "COMPAT"))
                .body("items.reason", contains("a large gift", "a gift"));
    }

    @Test
    void a_run_that_was_there_already_has_a_row_of_each_who_asked_for_it() throws SQLException {
        long run = run();
        by("ann").post("/api/v1/jobs/runs/" + run + "/stop").then().statusCode(202);
        by("eve").post("/api/v1/jobs/runs/" + run + "/stop").then().statusCode(202);
        end(run);
        by("eve").post("/api/v1/jobs/runs/" + run + "/stop").then().statusCode(409);

        audit("objectType=JOB_RUN&objectId=" + run).body("items.who", contains("ann"));
    }

    @Test
    void codes_of_coupons_are_not_told() {
        String goods = goods("ann", "COUPON");
        by("ann")
                .body(Map.of("codes", List.of("SECRET-CODE-2")))
                .post("/api/v1/goods/" + goods + "/coupon-codes")
                .then()
                .statusCode(200);

        String trail = audit("objectId=" + goods).extract().asString();

        assertThat(trail).contains("ADD_CODES").doesNotContain("SECRET-CODE");
    }

    @Test
    void what_is_refused_or_said_again_leaves_no_row() {
        String user = open();
        String key = UUID.randomUUID().toString();
        adjust("ann", user, -1_000).statusCode(409);
        audit("objectId=" + user).body("items", empty());

        adjust("ann", user, 5, key).statusCode(201);
        adjust("ann", user, 5, key).statusCode(200);

        audit("objectId=" + user).body("items", hasSize(1));
    }

    @Test
    void an_edit_and_its_row_are_there_together_or_not_at_all() {
        String goods = goods("ann", "VIRTUAL");
        by("ann")
                .body(Map.of("name", "y", "kind", "VIRTUAL", "pointsPrice", 2, "version", 99))
                .put("/api/v1/goods/" + goods)
                .then()
                .statusCode(409);
        by("ann")
                .body(Map.of("goodsId", goods, "name", "y", "kind", "VIRTUAL", "pointsPrice", 2))
                .post("/api/v1/goods")
                .then()
                .statusCode(409);

        audit("objectId=" + goods).body("items.action", contains("MAKE"));
    }

    @Test
    void the_trail_is_read_in_pages_and_by_time() {
        String user = open();
        for (int points = 1; points <= 3; points++) {
            adjust("ann", user, points).statusCode(201);
        }

        String next = audit("limit=2&objectId=" + user)
                .body("items.after.points", contains(3, 2))
                .extract()
                .path("nextCursor");
        audit("limit=2&objectId=" + user + "&cursor=" + next)
                .body("items.after.points", contains(1))
                .body("nextCursor", nullValue());
        audit("objectId=" + user + "&action=EDIT").body("items", empty());
        audit("objectId=" + user + "&to=2020-01-01T00:00:00Z").body("items", empty());
        audit("objectId=" + user + "&from=9998-01-01T00:00:00Z").body("items", empty());
        audit("objectId=" + user + "&from=1970-01-01T00:00:00Z&to=9998-01-01T00:00:00Z")
                .body("items", hasSize(3));
        given().auth()
                .oauth2(Tokens.admin())
                .get("/api/v1/audit?action=x y")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("action"));
    }

    /** Rows are added and read; nobody has a statement for anything else. */
    @Test
    void no_statement_changes_a_row() throws IOException {
        Pattern changes = Pattern.compile(
                "(UPDATE|DELETE\\s+FROM|REPLACE\\s+INTO|TRUNCATE(\\s+TABLE)?)\\s+audit\\b", Pattern.CASE_INSENSITIVE);
        try (Stream<Path> sources = Files.walk(Path.of("src/main"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                assertThat(changes.matcher(Files.readString(source)).find())
                        .as(source.toString())
                        .isFalse();
            }
        }
    }

    private static ValidatableResponse audit(String query) {
        return given().auth()
                .oauth2(Tokens.admin())
                .get("/api/v1/audit?" + query)
                .then()
                .statusCode(200);
    }

    private static RequestSpecification by(String admin) {
        return by(Tokens.admin(admin), admin);
    }

    private static RequestSpecification by(String token, String admin) {
        return given().auth()
                .oauth2(token)
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", UUID.randomUUID())
                .header("X-Forwarded-For", "203.0.113.9")
                .header("X-Device-Id", "laptop");
    }

    private static String open() {
        String user = "audited-" + UUID.randomUUID();
        by(Tokens.service(), null)
                .body(Map.of("userId", user))
                .post("/api/v1/accounts")
                .then()
                .statusCode(201);
        return user;
    }

    private static ValidatableResponse adjust(String admin, String user, long points) {
        return adjust(admin, user, points, UUID.randomUUID().toString());
    }

    private static ValidatableResponse adjust(String admin, String user, long points, String key) {
        return given().auth()
                .oauth2(Tokens.admin(admin))
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .header("X-Forwarded-For", "203.0.113.9")
                .body(Map.of("userId", user, "points", points, "reason", "a correction"))
                .post("/api/v1/adjustments")
                .then();
    }

    private static String decide(String admin, String how) {
        String approval =
                adjust("somebody", open(), 5_000).statusCode(202).extract().path("approvalId");
        by(admin)
                .body(Map.of("reason", "looked at it"))
                .post("/api/v1/approvals/" + approval + "/" + how)
                .then()
                .statusCode(200);
        return approval;
    }

    private static String code() {
        return "A_"
                + UUID.randomUUID().toString().replace("-", "").substring(0, 20).toUpperCase(Locale.ROOT);
    }

    private static String rule(String admin) {
        String code = code();
        by(admin)
                .body(Map.of("code", code, "name", "x", "bizType", "AUDITED", "fixed", 1))
                .post("/api/v1/rules")
                .then()
                .statusCode(201);
        return code;
    }

    private static String campaign(String admin) {
        String code = code();
        by(admin).body(campaignBody(code)).post("/api/v1/campaigns").then().statusCode(201);
        return code;
    }

    private static Map<String, Object> campaignBody(String code) {
        return Map.of(
                "code",
                code,
                "name",
                "x",
                "bizTypes",
                List.of("AUDITED"),
                "factor",
                2,
                "from",
                "2026-01-01T00:00:00Z",
                "to",
                "2036-01-01T00:00:00Z");
    }

    private static String goods(String admin, String kind) {
        String goods = "audited-" + UUID.randomUUID();
        by(admin)
                .body(Map.of("goodsId", goods, "name", "x", "kind", kind, "pointsPrice", 1, "stock", 1))
                .post("/api/v1/goods")
                .then()
                .statusCode(201);
        return goods;
    }

    private static String lottery(String admin) {
        String code = code();
        by(admin).body(lotteryBody(code)).post("/api/v1/lotteries").then().statusCode(201);
        return code;
    }

    private static Map<String, Object> lotteryBody(String code) {
        return Map.of(
                "code",
                code,
                "name",
                "x",
                "pointsPrice",
                1,
                "prizes",
                List.of(Map.of("code", "NONE", "kind", "NOTHING", "weight", 1)));
    }

    private static void file(String admin, String which, String csv) {
        by(admin)
                .contentType("text/csv")
                .body(csv)
                .post("/api/v1/imports/" + which)
                .then()
                .statusCode(200);
    }

    /** A user whose 5 points ran out yesterday, as the clock of the test says for a moment. */
    private String withExpiredPoints() {
        String user = "audited-" + UUID.randomUUID();
        file("somebody", "members", "openid,points,expired_at\n%s,5,%s 00:00:00\n".formatted(user, time.today()));
        clock.plus(Period.ofDays(1));
        try {
            adjust("somebody", user, 1).statusCode(201);
        } finally {
            clock.reset();
        }
        return user;
    }

    /** One that no rule knows: sent again it is refused, and so no dead letter again. */
    private long deadLetter() throws SQLException {
        long id = ids.next();
        String user = "audited-" + id;
        try (Connection connection = database.getConnection()) {
            Sql.update(
                    connection,
                    """
                    INSERT INTO dead_letter
                        (id, topic, partition_no, offset_no, message_key, payload, trace_id, code, detail, created_at)
                    VALUES (?, 'points.events', 99, ?, ?, ?, ?, 'internal-error', 'x', ?)""",
                    id,
                    id,
                    user.getBytes(StandardCharsets.US_ASCII),
                    """
                    {"traceId":"%s","userId":"%s","bizType":"NO_SUCH_BUSINESS","amount":1}""".formatted(user, user).getBytes(StandardCharsets.US_ASCII),
                    user,
                    time.now());
        }
        return id;
    }

    private long finding() throws SQLException {
        long id = ids.next();
        try (Connection connection = database.getConnection()) {
            Sql.update(
                    connection,
                    """
                    INSERT INTO finding
                        (id, run_id, fingerprint, invariant, expected, actual, detail, created_at)
                    VALUES (?, ?, ?, 'audited', 1, 2, 'x', ?)""",
                    id,
                    id,
                    UUID.randomUUID().toString().substring(0, 16).getBytes(StandardCharsets.US_ASCII),
                    time.now());
        }
        return id;
    }

    /** Of a job that no pod has, so that nobody ends it. */
    private long run() throws SQLException {
        long id = ids.next();
        try (Connection connection = database.getConnection()) {
            Sql.update(
                    connection,
                    "INSERT INTO job_run (id, job, state, started_at) VALUES (?, 'audited', 'RUNNING', ?)",
                    id,
                    time.now());
        }
        return id;
    }

    private void end(long run) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, "UPDATE job_run SET state = 'FAILED' WHERE id = ?", run);
        }
    }

    private static String level(String admin) {
        String code = code();
        by(admin)
                .body(Map.of("code", code, "name", "High", "minPoints", FAR_UP.getAndIncrement()))
                .post("/api/v1/levels")
                .then()
                .statusCode(201);
        return code;
    }

    private static String listed(String admin) {
        return by(admin)
                .body(Map.of("list", "BLOCK", "kind", "USER", "value", "audited-" + UUID.randomUUID(), "reason", "x"))
                .post("/api/v1/risk/lists")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    /** One that nobody ever confirms. */
    private long message() throws SQLException {
        long id = ids.next();
        Sql.transaction(database, connection -> {
            messages.append(connection, List.of(new Messages.Message(id, "audit.nobody", "x", new byte[] {'{', '}'})));
            return id;
        });
        return id;
    }
}
