package io.jifen.exchange;

import static io.restassured.RestAssured.given;

import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** Goods, exchanges and lotteries as clients see them. */
public final class ShopClient {

    public static final Map<String, Object> ADDRESS = Map.of(
            "name",
            "Li Si",
            "phone",
            "13800000000",
            "region",
            "Shanghai",
            "line",
            "1 Nanjing Road",
            "postcode",
            "200000");

    private ShopClient() {}

    public static String fresh(String kind) {
        return kind + "-" + UUID.randomUUID();
    }

    /** With the 100 points of the registration. */
    public static String open() {
        String user = fresh("shopper");
        post("/accounts", Map.of("userId", user)).statusCode(201);
        return user;
    }

    public static ValidatableResponse post(String path, Map<String, ?> body) {
        return post(Tokens.service(), path, body);
    }

    public static ValidatableResponse post(String token, String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(token)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1" + path)
                .then();
    }

    public static ValidatableResponse put(String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(Tokens.admin())
                .contentType(ContentType.JSON)
                .body(body)
                .put("/api/v1" + path)
                .then();
    }

    public static ValidatableResponse get(String path) {
        return get(Tokens.service(), path);
    }

    public static ValidatableResponse get(String token, String path) {
        return given().auth().oauth2(token).get("/api/v1" + path).then();
    }

    public static Map<String, Object> goods(String kind, long price, long stock) {
        return new HashMap<>(Map.of("name", "Something", "kind", kind, "pointsPrice", price, "stock", stock));
    }

    public static String make(Map<String, ?> goods) {
        return post(Tokens.admin(), "/goods", goods).statusCode(201).extract().path("goodsId");
    }

    public static void addCodes(String goodsId, String... codes) {
        post(Tokens.admin(), "/goods/" + goodsId + "/coupon-codes", Map.of("codes", List.of(codes)))
                .statusCode(200);
    }

    public static Map<String, Object> exchange(String user, String goodsId) {
        return new HashMap<>(Map.of("traceId", fresh("k"), "userId", user, "goodsId", goodsId));
    }

    public static Map<String, Object> shipped(String user, String goodsId) {
        Map<String, Object> body = exchange(user, goodsId);
        body.put("address", ADDRESS);
        return body;
    }

    public static int available(String user) {
        return get("/accounts/" + user).extract().path("available");
    }

    public static Object stock(String goodsId) {
        return get("/goods/" + goodsId).extract().path("stock");
    }

    /** Puts a result of the warehouse on its topic. */
    public static RecordMetadata report(String exchangeId, String json) {
        Map<String, Object> settings = Map.of("bootstrap.servers", TestServices.kafka(), "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            return producer.send(new ProducerRecord<>("warehouse.shipping-results", exchangeId, json))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
