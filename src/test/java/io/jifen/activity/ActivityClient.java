package io.jifen.activity;

import static io.restassured.RestAssured.given;

import io.jifen.services.Tokens;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a service that reports activities sees over HTTP. */
final class ActivityClient {

    private ActivityClient() {}

    static String fresh(String kind) {
        return kind + "-" + UUID.randomUUID();
    }

    static ValidatableResponse post(String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1" + path)
                .then();
    }

    /** Makes a rule or a campaign. */
    static void make(String what, Map<String, ?> body) {
        admin().body(body).post("/api/v1/" + what).then().statusCode(201);
    }

    static void editRule(String code, Map<String, ?> body) {
        admin().body(body).put("/api/v1/rules/{code}", code).then().statusCode(200);
    }

    private static RequestSpecification admin() {
        return given().auth().oauth2(Tokens.admin()).contentType(ContentType.JSON);
    }

    static ValidatableResponse get(String path) {
        return given().auth().oauth2(Tokens.service()).get("/api/v1" + path).then();
    }

    static ValidatableResponse signIn(String user) {
        return given().auth()
                .oauth2(Tokens.user(user))
                .post("/api/v1/accounts/{user}/sign-ins", user)
                .then();
    }

    static String open(String kind) {
        String user = fresh(kind);
        post("/accounts", Map.of("userId", user)).statusCode(201);
        return user;
    }

    static int available(String user) {
        return get("/accounts/" + user).statusCode(200).extract().path("available");
    }

    static List<String> types(String user) {
        return get("/accounts/" + user + "/entries").extract().path("items.bizType");
    }
}
