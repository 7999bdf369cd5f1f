package io.jifen.rule;

import static io.restassured.RestAssured.given;

import io.jifen.ledger.Fixture;
import io.jifen.services.Tokens;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** What admins who edit rules and services that earn by them see: HTTP, nothing behind it. */
final class RulesClient {

    private RulesClient() {}

    static RequestSpecification admin() {
        return given().auth().oauth2(Tokens.admin()).contentType("application/json");
    }

    static RequestSpecification service() {
        return given().auth().oauth2(Tokens.service()).contentType("application/json");
    }

    /** A code that no other test has. */
    static String freshCode() {
        return "T_"
                + UUID.randomUUID().toString().replace("-", "").substring(0, 16).toUpperCase(Locale.ROOT);
    }

    static Map<String, Object> with(Map<String, ?> more, Object... pairs) {
        Map<String, Object> body = new HashMap<>(more);
        for (int i = 0; i < pairs.length; i += 2) {
            body.put((String) pairs[i], pairs[i + 1]);
        }
        return body;
    }

    static ValidatableResponse post(String path, Map<String, ?> body) {
        return admin().body(body).post("/api/v1" + path).then();
    }

    static ValidatableResponse put(String path, Map<String, ?> body) {
        return admin().body(body).put("/api/v1" + path).then();
    }

    /** A rule of its own kind of business; the code is the bizType. */
    static String makeRule(Object... pairs) {
        String code = freshCode();
        makeRule(code, code, pairs);
        return code;
    }

    static void makeRule(String code, String bizType, Object... pairs) {
        post("/rules", with(Map.of("code", code, "bizType", bizType), pairs)).statusCode(201);
    }

    static void makeCampaign(String code, String bizType, Object... pairs) {
        Map<String, ?> body = Map.of(
                "code",
                code,
                "bizTypes",
                new String[] {bizType},
                "factor",
                2,
                "from",
                "2020-01-01T00:00:00Z",
                "to",
                "2990-01-01T00:00:00Z");
        post("/campaigns", with(body, pairs)).statusCode(201);
    }

    static Map<String, Object> event(String userId, String bizType, Object... pairs) {
        return with(Map.of("userId", userId, "bizType", bizType), pairs);
    }

    /** Grants at once, under a key of its own. */
    static ValidatableResponse grant(Map<String, ?> event) {
        return service()
                .header("Idempotency-Key", Fixture.newKey())
                .body(event)
                .post("/api/v1/grants")
                .then();
    }

    static ValidatableResponse simulate(Map<String, ?> event) {
        return service().body(event).post("/api/v1/simulations").then();
    }

    static ValidatableResponse explain(String entryId) {
        return service().get("/api/v1/entries/{id}/explain", entryId).then().statusCode(200);
    }

    static long available(String userId) {
        return service()
                .get("/api/v1/accounts/{userId}", userId)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getLong("available");
    }
}
