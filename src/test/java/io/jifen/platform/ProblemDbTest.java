package io.jifen.platform;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import io.jifen.services.Tokens;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.auth.principal.JWTParser;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all rooms share at the HTTP edge, seen from outside. */
@QuarkusTest
class ProblemDbTest {

    private static final String PATH = "/api/v1/test-only";
    private static final String UPLOAD = "/api/v1/imports/test-only";
    private static final int MIB = 1 << 20;

    @TestHTTPResource
    URI root;

    @Inject
    JWTParser parser;

    @Test
    void no_token_is_401() {
        problem(given().get(PATH + "/list"), 401, "unauthenticated").header("WWW-Authenticate", startsWith("Bearer"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer x", "Bearer a.b.c", "Basic YWRtaW46YWRtaW4="})
    void a_token_that_is_none_is_401(String authorization) {
        problem(given().header("Authorization", authorization).get(PATH + "/list"), 401, "unauthenticated");
    }

    @Test
    void an_expired_or_changed_token_is_401() {
        problem(as(Tokens.expired()).get(PATH + "/list"), 401, "unauthenticated")
                .header("WWW-Authenticate", startsWith("Bearer"));
        String token = Tokens.user("bob");
        as(token).get(PATH + "/blocking").then().statusCode(200);
        String other = token.substring(0, token.indexOf('.') + 1)
                + Tokens.user("eve").split("\\.")[1]
                + token.substring(token.lastIndexOf('.'));
        problem(as(other).get(PATH + "/list"), 401, "unauthenticated");
    }

    @Test
    void the_signature_of_a_token_is_checked_once() throws Exception {
        String token = Tokens.user("bob");
        assertThat(parser.parse(token)).isSameAs(parser.parse(token));
    }

    @Test
    void without_a_token_no_path_tells_whether_it_exists() {
        problem(given().get("/api/v1/no-such-thing"), 401, "unauthenticated");
    }

    @Test
    void requests_that_reach_no_resource_are_counted_by_the_pattern_of_their_path() {
        String user = "user-" + UUID.randomUUID();
        problem(given().get("/api/v1/accounts/" + user + "/balance"), 401, "unauthenticated");
        problem(
                as(Tokens.service()).body(new byte[2 << 20]).post("/api/v1/accounts/" + user + "/sign-ins"),
                413,
                "payload-too-large");

        assertThat(counted("401", "/api/v1/accounts/{userId}/balance")).hasSize(1);
        assertThat(counted("413", "/api/v1/accounts/{userId}/sign-ins")).hasSize(1);
        assertThat(given().get("/q/metrics").asString()).doesNotContain(user);
    }

    private static List<String> counted(String status, String pattern) {
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("http_server_requests_seconds_count")
                        && line.contains("status=\"" + status + "\"")
                        && line.contains("uri=\"" + pattern + "\""))
                .toList();
    }

    @Test
    void the_pattern_of_a_path_is_not_looked_for_in_case_that_a_request_is_refused() {
        as(Tokens.user("bob")).get(PATH + "/blocking").then().statusCode(200);

        assertThat(BehindAuthentication.failureHandler.getClass().getName()).startsWith(PathPatterns.class.getName());
    }

    /** What the handlers behind authentication have for a request that is refused. */
    @Singleton
    static class BehindAuthentication {

        static volatile Object failureHandler;

        void register(@Observes Filters filters) {
            filters.register(
                    context -> {
                        failureHandler = context.get(QuarkusHttpUser.AUTH_FAILURE_HANDLER);
                        context.next();
                    },
                    150);
        }
    }

    @Test
    void the_wrong_role_is_403() {
        problem(as(Tokens.user("bob")).get(PATH + "/refusal"), 403, "forbidden");
        problem(as(Tokens.service()).get(PATH + "/admins"), 403, "forbidden");
        problem(as(Tokens.of("bob", "some-role")).get(PATH + "/list"), 403, "forbidden");
    }

    @Test
    void an_admin_may_do_what_a_service_may() {
        problem(as(Tokens.admin()).get(PATH + "/refusal"), 409, "insufficient-points");
        as(Tokens.admin()).get(PATH + "/users/bob").then().statusCode(200).body("scope", equalTo(""));
    }

    @Test
    void a_method_without_roles_is_closed() {
        problem(as(Tokens.admin()).get(PATH + "/forgotten"), 403, "forbidden");
    }

    @Test
    void a_user_reaches_only_the_own_account() {
        as(Tokens.user("bob"))
                .get(PATH + "/users/bob")
                .then()
                .statusCode(200)
                .body("subject", equalTo("bob"))
                .body("scope", equalTo("u:bob"))
                .body("user", is(true))
                .body("service", is(false));
        problem(as(Tokens.user("bob")).get(PATH + "/users/alice"), 403, "forbidden");
        problem(as(Tokens.user("bob")).get(PATH + "/users/Bob"), 403, "forbidden");
        as(Tokens.service()).get(PATH + "/users/bob").then().statusCode(200).body("service", is(true));
    }

    @Test
    void a_worker_thread_knows_its_caller_too() {
        as(Tokens.user("bob")).get(PATH + "/blocking").then().statusCode(200).body("subject", equalTo("bob"));
    }

    @Test
    void the_compatible_paths_check_for_themselves() {
        given().get("/api/points/test-only/open").then().statusCode(200).body("done", equalTo("anonymous"));
        as(Tokens.service()).get("/api/points/test-only/open").then().body("done", equalTo("service"));
        problem(given().get("/api/points/test-only/closed"), 401, "unauthenticated")
                .header("WWW-Authenticate", startsWith("Bearer"));
        problem(as(Tokens.user("bob")).get("/api/points/test-only/closed"), 403, "forbidden");
        as(Tokens.service()).get("/api/points/test-only/closed").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "", "null", "[]", "{\"userId\":\"a\"}}", "{\"userId\":\"a\",\"userId\":\"b\"}", "\"x\""})
    void a_body_that_is_no_json_object_is_400(String body) {
        problem(json(body).post(PATH), 400, "invalid-request").body("errors[0].field", equalTo("body"));
    }

    @Test
    void a_body_in_another_encoding_is_400() {
        byte[] utf16 = "{\"userId\":\"bob\",\"reason\":\"\ud800\"}".getBytes(StandardCharsets.UTF_16LE);
        utf16[1] = 0x7f;
        problem(as(Tokens.service()).contentType("application/json").body(utf16).post(PATH), 400, "invalid-request");
        problem(
                as(Tokens.service())
                        .contentType("application/json")
                        .body(new byte[] {0, 0, (byte) 0xFF, 0, 1, 2, 3, 4})
                        .post(PATH),
                400,
                "invalid-request");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "points | {\"userId\":\"bob\",\"points\":\"10\"}",
                "points | {\"userId\":\"bob\",\"points\":1.5}",
                "points | {\"userId\":\"bob\",\"points\":true}",
                "points | {\"userId\":\"bob\",\"points\":0}",
                "points | {\"userId\":\"bob\",\"points\":99999999999999999999}",
                "amount | {\"userId\":\"bob\",\"amount\":1.001}",
                "amount | {\"userId\":\"bob\",\"amount\":1e999999999}",
                "userId | {}",
                "userId | {\"userId\":1}",
                "userId | {\"userId\":\"a b\"}",
                "reason | {\"userId\":\"bob\",\"reason\":\"a\\u0000\"}",
                "occurredAt | {\"userId\":\"bob\",\"occurredAt\":\"yesterday\"}",
                "attributes | {\"userId\":\"bob\",\"attributes\":{\"a\":1e999}}",
                "lines[1].points | {\"userId\":\"bob\",\"lines\":[{\"points\":1},{\"points\":\"2\"}]}",
                "lines[1].points | {\"userId\":\"bob\",\"lines\":[{\"points\":1},{\"points\":0}]}",
                "lines[0] | {\"userId\":\"bob\",\"lines\":[null]}",
                "lines | {\"userId\":\"bob\",\"lines\":[{\"points\":1},{\"points\":1},{\"points\":1},{\"points\":1}]}"
            })
    void a_wrong_field_is_400_and_named(String field, String body) {
        problem(json(body).post(PATH), 400, "invalid-request").body("errors.field", hasItem(field));
    }

    @Test
    void all_wrong_fields_are_named_at_once() {
        problem(json("{\"userId\":\"\",\"points\":-1}").post(PATH), 400, "invalid-request")
                .body("errors.field", equalTo(java.util.List.of("points", "userId")))
                .body("errors[0].message", equalTo("must be from 1 to 1000000000000"));
    }

    @Test
    void a_good_body_comes_back_by_the_same_rules() {
        String body = json("{\"userId\":\"bob\",\"amount\":10,\"occurredAt\":\"2026-11-22T08:00:00Z\",\"x\":1}")
                .post(PATH)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .extract()
                .asString();

        assertThat(body).isEqualTo("{\"userId\":\"bob\",\"amount\":10,\"occurredAt\":\"2026-11-22T08:00:00.000Z\"}");
    }

    @Test
    void the_key_comes_from_header_or_body() {
        json("{\"userId\":\"bob\",\"traceId\":\"b\"}")
                .post(PATH + "/keyed")
                .then()
                .body("done", equalTo("b"));
        json("{\"userId\":\"bob\",\"traceId\":\"b\"}")
                .header("Idempotency-Key", "h")
                .post(PATH + "/keyed")
                .then()
                .body("done", equalTo("h"));
        problem(json("{\"userId\":\"bob\"}").post(PATH + "/keyed"), 400, "missing-idempotency-key");
        problem(
                        json("{\"userId\":\"bob\"}")
                                .header("Idempotency-Key", "two words")
                                .post(PATH + "/keyed"),
                        400,
                        "invalid-request")
                .body("errors[0].field", equalTo("Idempotency-Key"));
    }

    @ParameterizedTest
    @CsvSource({
        "limit, abc",
        "limit, 1.5",
        "limit, 0",
        "limit, 101",
        "limit, 99999999999",
        "from, yesterday",
        "from, 2026-11-22",
        "from, +999999999-12-31T23:59:59-18:00",
        "from, -0001-01-01T00:00:00Z",
        "from, 1000-12-31T23:59:59Z",
        "from, 9998-12-31T23:59:59-18:00",
        "day, 2026-02-29",
        "day, +10000-01-01",
        "day, 1000-12-31",
        "code, BLUE",
        "userId, a/b"
    })
    void a_wrong_parameter_is_400_and_named(String name, String value) {
        problem(as(Tokens.service()).queryParam(name, value).get(PATH + "/list"), 400, "invalid-request")
                .body("errors[0].field", equalTo(name));
    }

    @Test
    void right_parameters_are_read() {
        as(Tokens.service())
                .queryParam("limit", 5)
                .queryParam("from", "2026-11-22T08:00:00+08:00")
                .queryParam("day", "2026-11-22")
                .queryParam("code", "NOT_FOUND")
                .get(PATH + "/list")
                .then()
                .statusCode(200)
                .body("limit", equalTo(5))
                .body("from", equalTo("2026-11-22T00:00:00.000Z"))
                .body("day", equalTo("2026-11-22"))
                .body("code", equalTo("NOT_FOUND"));
    }

    @Test
    void an_unknown_path_is_404() {
        problem(as(Tokens.service()).get("/api/v1/no-such-thing"), 404, "not-found");
        problem(as(Tokens.service()).get(PATH + "/numbers/12x"), 404, "not-found");
        problem(given().get("/no-such-thing"), 404, "not-found");
        problem(given().get("/q/no-such-thing"), 404, "not-found");
    }

    @Test
    void the_wrong_method_is_405() {
        problem(as(Tokens.service()).delete(PATH), 405, "method-not-allowed");
    }

    @Test
    void other_media_types_are_415_and_406() {
        problem(as(Tokens.service()).contentType("text/plain").body("x").post(PATH), 415, "unsupported-media-type");
        problem(as(Tokens.service()).accept("image/png").get(PATH + "/list"), 406, "not-acceptable");
    }

    @Test
    void a_refusal_shows_its_figures() {
        problem(as(Tokens.service()).get(PATH + "/refusal"), 409, "insufficient-points")
                .body("type", equalTo("urn:jifen:problem:insufficient-points"))
                .body("title", equalTo("Too few points"))
                .body("traceId", equalTo("t1"))
                .body("available", equalTo(3))
                .body("required", equalTo(10));
    }

    @Test
    void a_mistake_of_ours_is_500_and_keeps_its_secrets() {
        String body = problem(as(Tokens.service()).get(PATH + "/mistake"), 500, "internal-error")
                .body("errorId", notNullValue())
                .extract()
                .asString();

        assertThat(body).doesNotContain("secret", "IllegalState", "io.jifen");
    }

    @Test
    void a_database_that_is_away_is_503_and_says_when_to_return() {
        problem(as(Tokens.service()).get(PATH + "/database-away"), 503, "service-unavailable")
                .header("Retry-After", "5");
    }

    @Test
    void an_announced_body_beyond_1_mib_is_413() throws Exception {
        problem(
                        json("{\"userId\":\"bob\",\"reason\":\"" + "x".repeat(MIB) + "\"}")
                                .post(PATH),
                        413,
                        "payload-too-large")
                .body("limit", equalTo(MIB));
        assertThat(send("application/json", BodyPublishers.ofByteArray(new byte[3 * MIB]))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void an_unannounced_body_beyond_1_mib_is_413() throws Exception {
        String body = "{\"userId\":\"bob\",\"reason\":\"" + "x".repeat(2 * MIB) + "\"}";
        HttpResponse<String> response = send(
                "application/json",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith(Problem.MEDIA_TYPE);
        assertThat(response.body()).contains("payload-too-large");
    }

    @Test
    void an_unannounced_body_below_the_limit_is_read() throws Exception {
        String body = "{\"userId\":\"bob\",\"unknown\":\"" + "x".repeat(MIB - 100) + "\"}";
        HttpResponse<String> response = send(
                "application/json",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));

        assertThat(response.body()).isEqualTo("{\"userId\":\"bob\"}");
    }

    @Test
    void an_upload_may_be_larger() {
        as(Tokens.service())
                .contentType("text/csv")
                .body("x".repeat(3 * MIB))
                .post(UPLOAD)
                .then()
                .statusCode(200)
                .body("done", equalTo(String.valueOf(3 * MIB)));
        problem(
                as(Tokens.service())
                        .contentType("text/csv")
                        .body(new byte[65 * MIB])
                        .post(UPLOAD),
                413,
                "payload-too-large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/events/batch", "/api/points/publish", "/api/v1/imports/../events/batch"})
    void no_media_type_makes_an_upload_of_a_body_elsewhere(String path) throws Exception {
        byte[] body = new byte[2 * MIB];
        for (String type : List.of("text/csv", "multipart/form-data; boundary=x")) {
            assertThat(send(path, type, BodyPublishers.ofByteArray(body)).body())
                    .contains("payload-too-large");
            assertThat(send(path, type, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                            .statusCode())
                    .isIn(413, 415);
        }
    }

    @Test
    void what_anybody_may_send_is_not_read_beyond_the_limit() throws Exception {
        HttpResponse<String> response = send(
                "/api/points/publish",
                "text/csv",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[2 * MIB])));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("payload-too-large");
    }

    @Test
    void a_request_that_no_route_takes_is_400() throws Exception {
        String answer = raw("GET /api/v1/test-only HTTP/1.1\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").contains(Problem.MEDIA_TYPE, "invalid-request");
    }

    @Test
    void a_path_that_is_not_utf8_is_404() throws Exception {
        String answer = raw("GET /no-such/%ff%fe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 404").contains(Problem.MEDIA_TYPE, "not-found");
    }

    @Test
    void health_and_documents_need_no_token() {
        given().get("/q/health").then().statusCode(200);
        given().get("/q/openapi").then().statusCode(200);
        given().get("/q/swagger-ui/").then().statusCode(200);
    }

    @Test
    void every_answer_has_the_headers_that_browsers_obey() {
        given().get(PATH).then().header("X-Content-Type-Options", "nosniff").header("Cache-Control", "no-store");
        given().get("/q/health").then().header("X-Content-Type-Options", "nosniff");
        given().header("Origin", "https://elsewhere.example")
                .get("/q/health")
                .then()
                .header("Access-Control-Allow-Origin", org.hamcrest.Matchers.nullValue());
    }

    private HttpResponse<String> send(String contentType, BodyPublisher body) throws Exception {
        return send(PATH, contentType, body);
    }

    private HttpResponse<String> send(String path, String contentType, BodyPublisher body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(root.resolve("/") + path.substring(1)))
                    .version(HttpClient.Version.HTTP_1_1)
                    .header("Authorization", "Bearer " + Tokens.service())
                    .header("Content-Type", contentType)
                    .POST(body)
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private String raw(String request) throws Exception {
        try (Socket socket = new Socket(root.getHost(), root.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token);
    }

    private static RequestSpecification json(String body) {
        return as(Tokens.service()).contentType("application/json").body(body);
    }

    private static ValidatableResponse problem(io.restassured.response.Response response, int status, String code) {
        return response.then()
                .statusCode(status)
                .contentType(containsString(Problem.MEDIA_TYPE))
                .body("status", equalTo(status))
                .body("code", equalTo(code))
                .body("type", equalTo("urn:jifen:problem:" + code))
                .body("title", notNullValue())
                .body("detail", notNullValue());
    }
}
