package io.jifen.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.services.ApiOperation;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Who may do what: calls every operation of the API document with every kind of token. An operation that the table
 * below doesn't know fails the test, so nothing becomes public because nobody thought of it.
 */
@QuarkusTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessDbTest {

    private static final String USER = "points-user";
    private static final String SERVICE = "points-service";
    private static final String ADMIN = "points-admin";

    /**
     * Operation, roles (U user, S service, A admin), and how it says whose account it is about: by the path, by the body,
     * by an exchange of that user; or about nobody's.
     */
    private static final String TABLE = """
            POST /api/points/publish                       | SA  | compat
            GET /api/points/{openid}                       | SA  | compat
            POST /api/v1/accounts                          | SA  |
            GET /api/v1/accounts/{userId}                  | USA | path
            PATCH /api/v1/accounts/{userId}                | A   |
            GET /api/v1/accounts/{userId}/balance          | USA | path
            GET /api/v1/accounts/{userId}/balance-at       | USA | path
            GET /api/v1/accounts/{userId}/entries          | USA | path
            GET /api/v1/accounts/{userId}/entries/verify   | SA  |
            GET /api/v1/accounts/{userId}/exchanges        | USA | path
            GET /api/v1/accounts/{userId}/expirations      | USA | path
            GET /api/v1/accounts/{userId}/levels           | USA | path
            GET /api/v1/accounts/{userId}/lots             | USA | path
            GET /api/v1/accounts/{userId}/pending          | USA | path
            POST /api/v1/accounts/{userId}/reinstatements  | A   |
            POST /api/v1/accounts/{userId}/sign-ins        | USA | path
            GET /api/v1/accounts/{userId}/sign-ins         | USA | path
            POST /api/v1/adjustments                       | A   |
            GET /api/v1/approvals                          | A   |
            POST /api/v1/approvals/{id}/approve            | A   |
            POST /api/v1/approvals/{id}/reject             | A   |
            GET /api/v1/audit                              | A   |
            POST /api/v1/campaigns                         | A   |
            GET /api/v1/campaigns                          | A   |
            GET /api/v1/campaigns/{code}                   | A   |
            PUT /api/v1/campaigns/{code}                   | A   |
            GET /api/v1/campaigns/{code}/versions          | A   |
            POST /api/v1/cash-quotes                       | USA | {"userId":"%s","orderAmount":1}
            GET /api/v1/dead-letters                       | A   |
            POST /api/v1/dead-letters/{id}/replay          | A   |
            POST /api/v1/deductions                        | SA  |
            POST /api/v1/deductions/{transactionNo}/refunds| SA  |
            GET /api/v1/entries/{id}/explain               | SA  |
            POST /api/v1/events                            | SA  |
            POST /api/v1/events/batch                      | SA  |
            POST /api/v1/exchanges                         | USA | {"userId":"%s","goodsId":"no-such"}
            GET /api/v1/exchanges/{exchangeId}             | USA | exchange
            DELETE /api/v1/exchanges/{exchangeId}/address  | A   |
            POST /api/v1/exchanges/{exchangeId}/cancel     | USA | exchange
            GET /api/v1/exchanges/{exchangeId}/tracking    | USA | exchange
            POST /api/v1/findings/{id}/resolve             | A   |
            POST /api/v1/goods                             | A   |
            GET /api/v1/goods                              | USA | nobody
            GET /api/v1/goods/{goodsId}                    | USA | nobody
            PUT /api/v1/goods/{goodsId}                    | A   |
            POST /api/v1/goods/{goodsId}/coupon-codes      | A   |
            GET /api/v1/goods/{goodsId}/versions           | A   |
            POST /api/v1/grants                            | SA  |
            POST /api/v1/grants/jobs                       | A   |
            GET /api/v1/grants/jobs/{id}                   | A   |
            GET /api/v1/grants/jobs/{id}/rows              | A   |
            POST /api/v1/holds                             | SA  |
            GET /api/v1/holds/{holdId}                     | SA  |
            POST /api/v1/holds/{holdId}/capture            | SA  |
            POST /api/v1/holds/{holdId}/release            | SA  |
            POST /api/v1/imports/members                   | A   |
            POST /api/v1/imports/points-details            | A   |
            POST /api/v1/invitations                       | SA  |
            GET /api/v1/jobs/runs                          | A   |
            GET /api/v1/jobs/runs/{runId}                  | A   |
            POST /api/v1/jobs/runs/{runId}/stop            | A   |
            POST /api/v1/jobs/{name}/runs                  | A   |
            POST /api/v1/levels                            | A   |
            GET /api/v1/levels                             | USA | nobody
            GET /api/v1/levels/{code}                      | USA | nobody
            PUT /api/v1/levels/{code}                      | A   |
            GET /api/v1/levels/{code}/versions             | A   |
            POST /api/v1/lotteries                         | A   |
            GET /api/v1/lotteries                          | USA | nobody
            GET /api/v1/lotteries/{code}                   | USA | nobody
            PUT /api/v1/lotteries/{code}                   | A   |
            POST /api/v1/lotteries/{code}/draws            | USA | {"userId":"%s"}
            GET /api/v1/lotteries/{code}/versions          | USA | nobody
            POST /api/v1/orders/{orderNo}/refunds          | SA  |
            GET /api/v1/outbox/messages                    | A   |
            POST /api/v1/outbox/messages/{id}/confirm      | SA  |
            POST /api/v1/outbox/messages/{id}/give-up      | A   |
            POST /api/v1/outbox/messages/{id}/retry        | A   |
            GET /api/v1/reconciliations                    | A   |
            GET /api/v1/reconciliations/{id}               | A   |
            GET /api/v1/reconciliations/{id}/findings      | A   |
            GET /api/v1/requests/{traceId}                 | SA  |
            GET /api/v1/risk/decisions                     | A   |
            POST /api/v1/risk/lists                        | A   |
            GET /api/v1/risk/lists                         | A   |
            DELETE /api/v1/risk/lists/{id}                 | A   |
            GET /api/v1/risk/settings                      | A   |
            PUT /api/v1/risk/settings                      | A   |
            GET /api/v1/risk/settings/versions             | A   |
            POST /api/v1/rules                             | A   |
            GET /api/v1/rules                              | A   |
            GET /api/v1/rules/{code}                       | A   |
            PUT /api/v1/rules/{code}                       | A   |
            GET /api/v1/rules/{code}/versions              | A   |
            POST /api/v1/simulations                       | SA  |
            POST /api/v1/tasks/{code}/completions          | SA  |
            POST /api/v1/transfers                         | USA | {"fromUserId":"%s","toUserId":"x","points":1}
            GET /api/v1/trial-balance                      | A   |
            """;

    private record Expected(String roles, String whose) {
        boolean allows(String role) {
            return roles.indexOf(
                            switch (role) {
                                case USER -> 'U';
                                case SERVICE -> 'S';
                                default -> 'A';
                            })
                    >= 0;
        }
    }

    private static final Map<String, Expected> EXPECTED = TABLE.lines()
            .map(line -> line.split("\\|", 3))
            .collect(Collectors.toMap(
                    row -> row[0].strip(),
                    row -> new Expected(row[1].strip(), row[2].strip()),
                    (one, same) -> {
                        throw new IllegalStateException("twice in the table: " + one);
                    },
                    TreeMap::new));

    private List<ApiOperation> operations;
    private String bob;
    private String eve;
    private String exchange;

    /** Two users, and an exchange of one of them. */
    @BeforeEach
    void accounts() {
        if (operations != null) {
            return;
        }
        operations = ApiOperation.all();
        bob = open();
        eve = open();
        String goods = "access-" + UUID.randomUUID();
        as(Tokens.admin())
                .body(Map.of("goodsId", goods, "name", "x", "kind", "VIRTUAL", "pointsPrice", 1, "stock", 1))
                .post("/api/v1/goods")
                .then()
                .statusCode(201);
        exchange = as(Tokens.user(bob))
                .header("Idempotency-Key", goods)
                .body(Map.of("userId", bob, "goodsId", goods))
                .post("/api/v1/exchanges")
                .then()
                .statusCode(201)
                .extract()
                .path("exchangeId");
    }

    @Test
    void the_table_knows_every_operation_and_no_other() {
        assertThat(operations.stream().map(ApiOperation::name)).containsExactlyInAnyOrderElementsOf(EXPECTED.keySet());
    }

    @Test
    void the_document_names_the_roles() {
        for (ApiOperation operation : operations) {
            Expected expected = expected(operation);
            if (!expected.whose().equals("compat")) { // which may be open to all, by configuration
                assertThat(operation.roles())
                        .as(operation.name())
                        .isEqualTo(List.of(USER, SERVICE, ADMIN).stream()
                                .filter(expected::allows)
                                .collect(Collectors.toSet()));
            }
        }
    }

    @Test
    void without_a_token_that_is_good_nothing_is_open() {
        Map<String, String> tokens = Map.of(
                "an expired token", Tokens.expired(),
                "a token of another issuer", Tokens.ofOtherIssuer(),
                "a token signed by somebody else", Tokens.ofOtherKey());
        for (ApiOperation operation : operations) {
            refused(operation, "no token", call(operation, json(), bob), 401, "unauthenticated");
            tokens.forEach(
                    (what, token) -> refused(operation, what, call(operation, as(token), bob), 401, "unauthenticated"));
        }
    }

    @Test
    void each_role_gets_what_is_its_own_and_nothing_else() {
        for (ApiOperation operation : operations) {
            for (String role : List.of(USER, SERVICE, ADMIN)) {
                String token = role.equals(USER) ? Tokens.user(bob) : Tokens.of("some-" + role, role);
                Response response = call(operation, as(token), bob);
                if (expected(operation).allows(role)) {
                    assertThat(response.statusCode())
                            .as("%s with %s: %s", operation.name(), role, response.asString())
                            .isNotIn(401, 403)
                            .isLessThan(500);
                } else {
                    refused(operation, role, response, 403, "forbidden");
                }
            }
            refused(operation, "another role", call(operation, as(Tokens.of(bob, "some-role")), bob), 403, "forbidden");
        }
    }

    @Test
    void another_users_token_gets_one_answer_whether_the_account_is_there_or_not() {
        int tried = 0;
        for (ApiOperation operation : operations) {
            Expected expected = expected(operation);
            if (!expected.allows(USER) || expected.whose().equals("nobody")) {
                continue;
            }
            assertThat(expected.whose())
                    .as("whose account %s is about", operation.name())
                    .isNotEmpty();
            Response there = call(operation, as(Tokens.user(eve)), bob);
            Response notThere = call(operation, as(Tokens.user(eve)), "nobody-" + UUID.randomUUID());

            refused(operation, "another user's token", there, 403, "forbidden");
            assertThat(notThere.statusCode()).as(operation.name()).isEqualTo(403);
            assertThat(notThere.asString()).as(operation.name()).isEqualTo(there.asString());
            tried++;
        }
        assertThat(tried).isGreaterThan(10);
    }

    private static void refused(ApiOperation operation, String what, Response response, int status, String code) {
        assertThat(response.statusCode())
                .as("%s with %s", operation.name(), what)
                .isEqualTo(status);
        assertThat(response.contentType()).as(operation.name()).startsWith("application/problem+json");
        assertThat(response.<String>path("code"))
                .as("%s with %s", operation.name(), what)
                .isEqualTo(code);
    }

    private static Expected expected(ApiOperation operation) {
        Expected expected = EXPECTED.get(operation.name());
        assertThat(expected)
                .as("nobody has said who may do this: %s", operation.name())
                .isNotNull();
        return expected;
    }

    /** The operation, about this user where it is about one. */
    private Response call(ApiOperation operation, RequestSpecification request, String user) {
        Expected expected = expected(operation);
        String path = operation
                .path()
                .replace("{userId}", user)
                .replace("{openid}", user)
                .replace("{exchangeId}", user.equals(bob) ? exchange : "1")
                .replace("{code}", "NO_SUCH")
                .replaceAll("\\{[a-zA-Z]+}", "1");
        if (!operation.method().equals("GET") && !operation.method().equals("DELETE")) {
            boolean csv = operation.path().startsWith("/api/v1/imports/");
            request.contentType(csv ? "text/csv" : "application/json")
                    .header("Idempotency-Key", "access-" + UUID.randomUUID())
                    .body(csv ? "openid,points,action,created_at\n" : body(expected.whose(), user));
        }
        return request.request(operation.method(), path);
    }

    private static String body(String whose, String user) {
        return whose.startsWith("{") ? whose.formatted(user) : "{}";
    }

    private static String open() {
        String user = "access-" + UUID.randomUUID();
        as(Tokens.service())
                .body(Map.of("userId", user))
                .post("/api/v1/accounts")
                .then()
                .statusCode(201);
        return user;
    }

    private static RequestSpecification as(String token) {
        return json().auth().oauth2(token);
    }

    private static RequestSpecification json() {
        return given().contentType(ContentType.JSON);
    }
}
