package io.jifen.level;

import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.newKey;
import static io.jifen.ledger.Fixture.openAccount;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.exchange.ShopClient;
import io.jifen.job.JobsClient;
import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.Messages;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class LevelDbTest {

    @Inject
    DataSource database;

    @Inject
    Levels levels;

    /** There is no way to remove a level; other tests know the shipped ones only. */
    @AfterEach
    void shippedLevels() throws SQLException {
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, "DELETE FROM level WHERE code NOT IN ('NORMAL', 'VIP1', 'VIP2', 'VIP3')");
            Sql.update(
                    connection,
                    "DELETE FROM level_version WHERE version > 1 OR code NOT IN"
                            + " ('NORMAL', 'VIP1', 'VIP2', 'VIP3')");
            Sql.update(
                    connection,
                    "UPDATE level SET min_points = 1000, name = 'VIP 1', privileges = '{}', version = 1"
                            + " WHERE code = 'VIP1'");
        }
        levels.refresh();
        JobsClient.run("level-ranks");
    }

    @Test
    void a_level_is_reached_with_its_points_told_and_remembered() {
        // Given
        String user = openAccount();

        // When
        order(user, 950).body("level", equalTo("VIP1"));

        // Then
        get(Tokens.user(user), "/accounts/{userId}/levels", user)
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items[0].from", equalTo("NORMAL"))
                .body("items[0].to", equalTo("VIP1"))
                .body("items[0].cause", equalTo("REACHED"))
                .body("items[0].levelBasis", equalTo(1050))
                .body("nextCursor", nullValue());
        get(Tokens.user("mallory"), "/accounts/{userId}/levels", user).statusCode(403);
        await().until(() -> !Messages.of("points.level-changed", user).isEmpty());
        List<JsonNode> told = Messages.of("points.level-changed", user);
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().get("to").asText()).isEqualTo("VIP1");
        assertThat(told.getFirst().get("userId").asText()).isEqualTo(user);
        assertThat(told.getFirst().get("id").isTextual()).isTrue();
        assertThat(told.getFirst().has("accountId")).isFalse();
    }

    @Test
    void many_postings_at_once_reach_a_level_once() throws Exception {
        // Given
        String user = openAccount();

        // When
        AtOnce.run(8, thread -> order(user, 200));

        // Then
        get(Tokens.service(), "/accounts/{userId}/levels", user).body("items.to", contains("VIP1"));
    }

    @Test
    void an_edit_of_the_ladder_ranks_everybody_anew() {
        // Given
        String user = openAccount();
        order(user, 500);
        String other = openAccount();

        // When
        JsonPath made = make(Map.of("code", "SILVER", "minPoints", 600))
                .statusCode(201)
                .body("name", equalTo("SILVER"))
                .body("version", equalTo(1))
                .extract()
                .jsonPath();

        // Then
        JsonPath run = JobsClient.awaitDone(made.getString("rankingRunId"));
        assertThat(run.getString("job")).isEqualTo("level-ranks");
        assertThat(run.getLong("processed")).isPositive();
        level(user).body("level.code", equalTo("SILVER"));
        level(other).body("level.code", equalTo("NORMAL"));
        get(Tokens.service(), "/accounts/{userId}/levels", user).body("items.cause", contains("LADDER"));
        JsonPath edited = edit("SILVER", Map.of("minPoints", 601, "name", "Silver"))
                .statusCode(200)
                .body("version", equalTo(2))
                .extract()
                .jsonPath();
        JobsClient.awaitDone(edited.getString("rankingRunId"));
        level(user).body("level.code", equalTo("NORMAL")).body("level.pointsToNext", equalTo(1));
        admin().get("/api/v1/levels/SILVER/versions")
                .then()
                .statusCode(200)
                .body("items.minPoints", contains(601, 600))
                .body("items.updatedBy", not(hasItems(nullValue())));
        get(Tokens.user(user), "/levels").statusCode(200).body("items.code", hasItems("NORMAL", "SILVER", "VIP1"));
        get(Tokens.user(user), "/levels/SILVER").statusCode(200).body("name", equalTo("Silver"));
    }

    @Test
    void what_a_level_brings_multiplies_what_rules_compute_and_spares_a_part_of_a_price() {
        // Given
        String user = openAccount();
        order(user, 1000);

        // When
        edit(
                        "VIP1",
                        Map.of(
                                "minPoints",
                                1000,
                                "privileges",
                                Map.of("earningMultiplier", 1.5, "exchangeDiscount", 0.05, "text", "Free shipping")))
                .statusCode(200)
                .body("privileges.text", equalTo("Free shipping"))
                .body("rankingRunId", nullValue());

        // Then
        order(user, 101).body("points", equalTo(151));
        admin().body(Map.of("userId", user, "bizType", "ORDER", "amount", 101))
                .post("/api/v1/simulations")
                .then()
                .body("points", equalTo(151))
                .body("rules[0].multipliers[0].source", equalTo("level:VIP1"));
        String goods = ShopClient.make(ShopClient.goods("VIRTUAL", 100, 5));
        ShopClient.post("/exchanges", ShopClient.exchange(user, goods))
                .statusCode(201)
                .body("pointsCost", equalTo(95))
                .body("result.points", equalTo(-95));
        String other = openAccount();
        order(other, 101).body("points", equalTo(101));
        ShopClient.post("/exchanges", ShopClient.exchange(other, goods)).body("pointsCost", equalTo(100));
    }

    @Test
    void refuses_levels_that_are_none() {
        Map<String, Map<String, ?>> wrong = Map.of(
                "minPoints", Map.of("code", "X", "minPoints", 1000),
                "code", Map.of("code", "x y", "minPoints", 77),
                "privileges.earningMultiplier",
                        Map.of("code", "X", "minPoints", 77, "privileges", Map.of("earningMultiplier", 0)),
                "privileges.exchangeDiscount",
                        Map.of("code", "X", "minPoints", 77, "privileges", Map.of("exchangeDiscount", "much")));
        wrong.forEach((field, body) -> make(body).statusCode(400).body("errors[0].field", equalTo(field)));
        make(Map.of("minPoints", 77)).statusCode(400).body("errors[0].field", equalTo("code"));
        make(Map.of("code", "X")).statusCode(400).body("errors[0].field", equalTo("minPoints"));
        make(Map.of("code", "X", "minPoints", -1)).statusCode(400);
        make(Map.of("code", "VIP1", "minPoints", 77)).statusCode(409).body("state", equalTo("EXISTS"));
        edit("NORMAL", Map.of("minPoints", 5)).statusCode(400).body("errors[0].field", equalTo("minPoints"));
        edit("NOWHERE", Map.of("minPoints", 5)).statusCode(404);
        edit("VIP1", Map.of("code", "VIP2", "minPoints", 5)).statusCode(400);
        get(Tokens.admin(), "/levels/NOWHERE").statusCode(404);
        given().auth()
                .oauth2(Tokens.service())
                .contentType("application/json")
                .body(Map.of("code", "X", "minPoints", 77))
                .post("/api/v1/levels")
                .then()
                .statusCode(403);
    }

    @Test
    void of_two_edits_at_once_none_is_lost() throws Exception {
        // When
        AtOnce.run(4, thread -> edit("VIP1", Map.of("minPoints", 1000, "name", "VIP " + thread))
                .statusCode(200));

        // Then
        get(Tokens.admin(), "/levels/VIP1").body("version", equalTo(5));
        get(Tokens.admin(), "/levels/VIP1/versions").body("items.version", contains(5, 4, 3, 2, 1));
    }

    @Test
    void the_job_of_periods_has_nothing_to_do_where_all_points_count() {
        assertThat(JobsClient.run("level-periods").getLong("processed")).isZero();
    }

    private static ValidatableResponse make(Map<String, ?> body) {
        return admin().body(body).post("/api/v1/levels").then();
    }

    private static ValidatableResponse edit(String code, Map<String, ?> body) {
        return admin().body(body).put("/api/v1/levels/{code}", code).then();
    }

    private static RequestSpecification admin() {
        return given().auth().oauth2(Tokens.admin()).contentType("application/json");
    }

    private static ValidatableResponse level(String user) {
        return get(Tokens.service(), "/accounts/{userId}", user).statusCode(200);
    }

    private static ValidatableResponse order(String user, long amount) {
        return admin().header("Idempotency-Key", newKey())
                .body(Map.of("userId", user, "bizType", "ORDER", "bizNo", newKey(), "amount", amount))
                .post("/api/v1/grants")
                .then()
                .statusCode(201);
    }
}
