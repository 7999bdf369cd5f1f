package io.jifen.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jifen.access.RequestGenerator.Request;
import io.jifen.services.ApiOperation;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random requests for every operation of the API document: none of them is answered with 5xx, every refusal is a problem
 * that tells nothing of the inside, and afterwards the ledger's books are right. {@code -Djifen.proof.requests} says how
 * many, {@code -Djifen.proof.seed} repeats a run.
 */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class FuzzDbTest {

    /** Some of each file that is taken in. */
    private static final List<String> COLUMNS = List.of(
            "openid",
            "nickname",
            "points",
            "used_points",
            "level",
            "expired_at",
            "created_at",
            "action",
            "reason",
            "userId",
            "bizType",
            "bizNo",
            "amount");

    private static final List<String> CELLS = List.of(
            "",
            "fuzz-1",
            "fuzz-4",
            "FUZZ",
            "5",
            "-1",
            "1.5",
            "99999999999999999999",
            "add",
            "sub",
            "2020-01-31 00:00:00",
            "2027-02-29 25:61:00",
            "=1+1",
            "\"",
            "\"a,b\nc\"",
            "\u0000",
            "\ud83d\ude00",
            "x".repeat(300));

    /** From here on no level is anybody's. */
    private static final long FAR_UP = 991_000_000_000_000L;

    private static final List<String> INSIDE =
            List.of("Exception", "io.jifen", "java.", "SELECT ", "INSERT ", "at org.", "jdbc", "SQLState", "Hibernate");

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void no_request_is_answered_with_5xx_and_the_books_stay_right() throws JsonProcessingException {
        long seed = Long.getLong("jifen.proof.seed", System.nanoTime());
        int requests = Integer.getInteger("jifen.proof.requests", 300);
        List<ApiOperation> operations = ApiOperation.all();
        Map<Integer, Integer> statuses = new TreeMap<>();

        JqwikSession.run(() -> {
            RequestGenerator generator = new RequestGenerator(schemas(), known());
            RandomGenerator<Request> random = generator.requests(operations).generator(1000, true);
            Random numbers = new Random(seed);
            for (int i = 0; i < requests; i++) {
                Request request = random.next(numbers).value();
                Response response = send(request, numbers);
                statuses.merge(response.statusCode(), 1, Integer::sum);
                check(request, response, "request " + i + " of seed " + seed);
            }
        });

        System.out.println("[jifen] fuzz, seed " + seed + ": " + statuses);
        assertThat(statuses).as("some are good and some are bad").containsKeys(200, 400);
    }

    private static void check(Request request, Response response, String which) {
        String what = which + ": " + request + " -> " + response.asString();
        assertThat(response.statusCode()).as(what).isLessThan(500);
        if (response.statusCode() >= 400) {
            assertThat(response.contentType()).as(what).startsWith("application/problem+json");
            assertThat(response.<String>path("code")).as(what).isNotEmpty();
            assertThat(response.asString()).as(what).doesNotContain(INSIDE);
        }
    }

    private static Response send(Request request, Random random) {
        ApiOperation operation = request.operation();
        RequestSpecification specification = given().urlEncodingEnabled(false);
        int who = random.nextInt(20);
        if (who > 0) {
            specification.auth().oauth2(token(who));
        }
        if (random.nextInt(10) > 0) {
            specification.header("Idempotency-Key", random.nextInt(4) == 0 ? "fuzz-same" : "fuzz-" + UUID.randomUUID());
        }
        // Encoded here: the client would take some of these texts for placeholders of its own.
        String path = operation.path();
        StringBuilder query = new StringBuilder();
        for (Map.Entry<String, Object> parameter : request.parameters().entrySet()) {
            String name = parameter.getKey();
            // What jobs do to everybody's points is not for this test: it knows of none.
            String prefix = name.equals("name") && path.startsWith("/api/v1/jobs/") ? "no-such-" : "";
            String text = encoded(prefix + parameter.getValue());
            if (path.contains("{" + name + "}")) {
                path = path.replace("{" + name + "}", text.isEmpty() ? "-" : text);
            } else if (!name.equalsIgnoreCase("Idempotency-Key")) {
                query.append(query.isEmpty() ? "?" : "&")
                        .append(name)
                        .append('=')
                        .append(text);
            }
        }
        if (!operation.method().equals("GET") && !operation.method().equals("DELETE")) {
            boolean csv =
                    path.startsWith("/api/v1/imports/") || (path.equals("/api/v1/grants/jobs") && random.nextBoolean());
            specification
                    .contentType(csv ? "text/csv" : "application/json")
                    .body(
                            csv
                                    ? csv(random).getBytes(StandardCharsets.UTF_8)
                                    : body(request, random).getBytes(StandardCharsets.UTF_8));
        }
        return specification.request(operation.method(), path + query);
    }

    private static String encoded(Object value) {
        String text = String.valueOf(value);
        return URLEncoder.encode(text.substring(0, Math.min(200, text.length())), StandardCharsets.UTF_8)
                .replace("+", "%20");
    }

    private static String token(int who) {
        return switch (who % 4) {
            case 0 -> Tokens.user("fuzz-1");
            case 1 -> Tokens.service();
            default -> Tokens.admin();
        };
    }

    private static String csv(Random random) {
        List<String> columns = new ArrayList<>(COLUMNS);
        Collections.shuffle(columns, random);
        // Seldom without the one that each file needs.
        Set<String> head = new LinkedHashSet<>(columns.subList(0, 1 + random.nextInt(8)));
        if (random.nextInt(5) > 0) {
            head.addAll(List.of("openid", "points", "userId", "bizType"));
        }
        StringBuilder text = new StringBuilder(String.join(",", head));
        int rows = random.nextInt(4);
        for (int row = 0; row < rows; row++) {
            int cells = Math.max(1, head.size() - (random.nextInt(8) == 0 ? 1 : 0));
            text.append(random.nextBoolean() ? "\n" : "\r\n");
            for (int cell = 0; cell < cells; cell++) {
                text.append(cell == 0 ? "" : ",").append(CELLS.get(random.nextInt(CELLS.size())));
            }
        }
        return text.toString();
    }

    /** As JSON, sometimes cut off. Rules, campaigns and levels stay among themselves. */
    private static String body(Request request, Random random) {
        Object body = request.body();
        if (body instanceof Map<?, ?> fields) {
            Map<Object, Object> safe = new HashMap<>(fields);
            if (request.operation().path().startsWith("/api/v1/rules")) {
                safe.computeIfPresent("bizType", (field, value) -> "FUZZ");
                safe.computeIfPresent("code", (field, value) -> "FUZZ_" + random.nextInt(5));
            }
            if (request.operation().path().startsWith("/api/v1/campaigns")) {
                safe.put("bizTypes", List.of("FUZZ"));
                safe.computeIfPresent("code", (field, value) -> "FUZZ_" + random.nextInt(5));
            }
            if (request.operation().path().startsWith("/api/v1/levels")) {
                safe.computeIfPresent("code", (field, value) -> "FUZZ_" + random.nextInt(5));
                safe.computeIfPresent(
                        "minPoints",
                        (field, value) ->
                                value instanceof Number points && points.longValue() >= 0 && points.longValue() < FAR_UP
                                        ? FAR_UP + random.nextInt(1_000)
                                        : value);
            }
            body = safe;
        }
        try {
            String json = JSON.writeValueAsString(body);
            return random.nextInt(40) == 0 ? json.substring(0, json.length() / 2) : json;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> schemas() {
        return given().queryParam("format", "json").get("/q/openapi").jsonPath().getMap("components.schemas");
    }

    /** Users with points, goods, a rule: so that requests meet something. */
    private static Map<String, List<Object>> known() {
        for (String user : List.of("fuzz-1", "fuzz-2")) {
            post("/accounts", Map.of("userId", user));
            post("/grants", Map.of("userId", user, "bizType", "COMPAT", "points", 900));
        }
        Map<String, Object> goods =
                Map.of("goodsId", "fuzz-goods", "name", "x", "kind", "VIRTUAL", "pointsPrice", 1, "stock", 100);
        post("/goods", goods);
        String hold = post("/holds", Map.of("userId", "fuzz-1", "points", 5, "bizNo", "f"))
                .path("holdId");
        String spend = post("/deductions", Map.of("userId", "fuzz-1", "points", 5, "bizType", "FUZZ", "bizNo", "f"))
                .path("transactionNo");
        String exchange = post("/exchanges", Map.of("userId", "fuzz-1", "goodsId", "fuzz-goods"))
                .path("exchangeId");
        List<Object> users = List.of("fuzz-1", "fuzz-2", "fuzz-3");
        return Map.ofEntries(
                Map.entry("userId", users),
                Map.entry("fromUserId", users),
                Map.entry("toUserId", users),
                Map.entry("inviterId", users),
                Map.entry("inviteeId", users),
                Map.entry("openid", users),
                Map.entry("goodsId", List.of("fuzz-goods", "fuzz-other")),
                Map.entry("holdId", List.of(hold, "1")),
                Map.entry("transactionNo", List.of(spend, "1")),
                Map.entry("exchangeId", List.of(exchange, "1")),
                Map.entry("code", List.of("FUZZ_1", "FUZZ_2", "FUZZ_3")),
                Map.entry("bizType", List.of("FUZZ", "ORDER", "COMPAT", "SIGN_IN")));
    }

    private static Response post(String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(path.equals("/goods") ? Tokens.admin() : Tokens.service())
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", "known-" + UUID.randomUUID())
                .body(body)
                .post("/api/v1" + path);
    }
}
