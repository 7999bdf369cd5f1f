package io.jifen.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Answer;
import io.jifen.ledger.Companion;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

/** What answers, headers and logs give away. */
@QuarkusTest
class HardeningDbTest {

    private static final String PHONE = "13987654321";
    private static final String NAME = "Chen Unspoken";
    private static final String LINE = "12 Nowhere Alley";

    @Inject
    Ledger ledger;

    @Test
    void every_answer_tells_browsers_to_be_careful() {
        for (Response answer : List.of(
                as(Tokens.service()).get("/api/v1/levels"),
                given().get("/api/v1/levels"),
                given().get("/api/v1/no-such"),
                as(Tokens.service()).body("{").post("/api/v1/events"))) {
            answer.then()
                    .header("X-Content-Type-Options", equalTo("nosniff"))
                    .header("X-Frame-Options", equalTo("DENY"))
                    .header("Referrer-Policy", equalTo("no-referrer"))
                    .header("Cache-Control", equalTo("no-store"))
                    .header("Content-Security-Policy", containsString("default-src 'none'"))
                    .header("Server", nullValue())
                    .header("X-Powered-By", nullValue());
        }
    }

    @Test
    void no_page_of_another_site_may_ask() {
        as(Tokens.service())
                .header("Origin", "https://elsewhere.example")
                .get("/api/v1/levels")
                .then()
                .header("Access-Control-Allow-Origin", nullValue());
        given().header("Origin", "https://elsewhere.example")
                .header("Access-Control-Request-Method", "POST")
                .options("/api/v1/events")
                .then()
                .header("Access-Control-Allow-Origin", nullValue())
                .header("Access-Control-Allow-Methods", nullValue());
    }

    @Test
    void headers_and_addresses_have_an_end() {
        as(Tokens.service())
                .header("X-Long", "x".repeat(20_000))
                .get("/api/v1/levels")
                .then()
                .statusCode(431);
        as(Tokens.service()).get("/api/v1/levels?x=" + "x".repeat(5_000)).then().statusCode(414);
    }

    @Test
    void a_cell_that_is_a_formula_is_a_text() {
        String user = "-1@1-" + UUID.randomUUID();
        String job = as(Tokens.admin())
                .header("Idempotency-Key", user)
                .body(List.of(Map.of("userId", user, "bizType", "NO_SUCH_RULE")))
                .post("/api/v1/grants/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("jobId");

        as(Tokens.admin())
                .accept("text/csv")
                .get("/api/v1/grants/jobs/{job}/rows", job)
                .then()
                .statusCode(200)
                .body(containsString(",'-1@1-"));
    }

    /** Entries, the audit trail and limits go by the name. */
    @Test
    void a_token_of_nobody_is_none() {
        for (String claim : List.of("", "\"sub\":\"\",")) {
            as(Tokens.withoutSubject(claim))
                    .body(Map.of("userId", "u", "points", 1, "reason", "x", "traceId", "t"))
                    .post("/api/v1/adjustments")
                    .then()
                    .statusCode(401)
                    .contentType("application/problem+json");
        }
        as(Tokens.withoutSubject("")).get("/api/v1/levels").then().statusCode(401);
    }

    @Test
    void logs_have_nobody_in_them() {
        Lines lines = new Lines();
        Logger root = Logger.getLogger("");
        root.addHandler(lines);
        String token = Tokens.service();
        String admin = Tokens.admin();
        try {
            String user = "logged-" + UUID.randomUUID();
            as(token).body(Map.of("userId", user, "nickname", NAME)).post("/api/v1/accounts");
            as(token)
                    .body(Map.of("userId", user, "nickname", NAME + "\u0000"))
                    .post("/api/v1/accounts")
                    .then()
                    .statusCode(400);
            String goods = "logged-" + UUID.randomUUID();
            as(admin)
                    .body(Map.of("goodsId", goods, "name", "x", "kind", "PHYSICAL", "pointsPrice", 1, "stock", 1))
                    .post("/api/v1/goods")
                    .then()
                    .statusCode(201);
            Map<String, String> address =
                    Map.of("name", NAME, "phone", PHONE, "region", "x", "line", LINE, "postcode", "200000");
            exchange(token, user, goods, Map.of("name", NAME, "phone", PHONE + "\u0000", "line", LINE))
                    .then()
                    .statusCode(400);
            exchange(token, user, goods, address).then().statusCode(201);
            exchange(token, user, goods, address).then().statusCode(409);
            as(token)
                    .body("{\"userId\":\"" + NAME + PHONE)
                    .post("/api/v1/events")
                    .then()
                    .statusCode(400);
            as(token + "x").get("/api/v1/levels").then().statusCode(401);
            as(Tokens.expired()).get("/api/v1/levels").then().statusCode(401);
        } finally {
            root.removeHandler(lines);
        }

        assertThat(String.join("\n", lines.texts))
                .doesNotContain(NAME, PHONE, LINE)
                .doesNotContain(token, admin, token.substring(token.lastIndexOf('.')));
    }

    /** The database says what it would not take, and the posting says whose it is: neither is for the log. */
    @Test
    void a_posting_that_can_not_be_written_is_told_by_numbers() {
        Lines lines = new Lines();
        Logger root = Logger.getLogger("");
        root.addHandler(lines);
        String user = "logged-" + UUID.randomUUID();
        String traceId = "log-" + UUID.randomUUID();
        try {
            Posting posting = Posting.decidedBy(
                    new Unwritable(), "x", new Key("", traceId), new byte[16], new Target.User(user, true));

            assertThat(ledger.post(posting)).isInstanceOf(Answer.Rejected.class);
        } finally {
            root.removeHandler(lines);
        }

        assertThat(String.join("\n", lines.texts))
                .contains("traceId=" + traceId, "SQLState 22001")
                .doesNotContain(user, NAME);
    }

    /** What it has to write, the database refuses. */
    private static final class Unwritable implements Companion {

        @Override
        public int lockOrder() {
            return 0;
        }

        @Override
        public Facts read(
                Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now) {
            return new Facts() {
                @Override
                public Plan decide(Posting posting, Given given) {
                    return new Plan.Go(
                            new Operation.Grant(List.of(new Operation.Line(1, LocalDate.of(2090, 12, 31), null, null))),
                            result -> {});
                }

                @Override
                public void write(Connection same) throws SQLException {
                    throw new SQLException("Data too long for column 'x': '" + NAME + "'", "22001", 1406);
                }
            };
        }
    }

    private static Response exchange(String token, String user, String goods, Map<String, String> address) {
        return as(token)
                .header("Idempotency-Key", UUID.randomUUID())
                .body(Map.of("userId", user, "goodsId", goods, "address", address))
                .post("/api/v1/exchanges");
    }

    private static RequestSpecification as(String token) {
        return given().auth().oauth2(token).contentType(ContentType.JSON);
    }

    /** What any logger says, with the stack traces. */
    private static final class Lines extends Handler {
        private final ConcurrentLinkedQueue<String> texts = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord line) {
            texts.add(ExtLogRecord.wrap(line).getFormattedMessage());
            if (line.getThrown() != null) {
                StringWriter trace = new StringWriter();
                line.getThrown().printStackTrace(new PrintWriter(trace));
                texts.add(trace.toString());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
