package io.jifen.ledger;

import static io.restassured.RestAssured.given;

import io.jifen.services.Tokens;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import java.util.UUID;

/** Accounts and points, by the API. */
public final class Fixture {

    private Fixture() {}

    /** A new user whose account has the 100 points of the registration. */
    public static String openAccount() {
        String userId = "led-" + UUID.randomUUID();
        given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .body(Map.of("userId", userId))
                .post("/api/v1/accounts")
                .then()
                .statusCode(201);
        return userId;
    }

    public static ValidatableResponse adjust(String userId, long points, String key) {
        return adjust(Tokens.admin(), key, Map.of("userId", userId, "points", points, "reason", "a correction"));
    }

    public static ValidatableResponse adjust(String token, String key, Map<String, ?> body) {
        var request = given().auth().oauth2(token).contentType(ContentType.JSON).body(body);
        return (key == null ? request : request.header("Idempotency-Key", key))
                .post("/api/v1/adjustments")
                .then();
    }

    public static void adjust(String userId, long points) {
        adjust(userId, points, newKey()).statusCode(201);
    }

    public static String newKey() {
        return "k-" + UUID.randomUUID();
    }

    public static ValidatableResponse get(String token, String path, Object... parameters) {
        return given().auth().oauth2(token).get("/api/v1" + path, parameters).then();
    }
}
