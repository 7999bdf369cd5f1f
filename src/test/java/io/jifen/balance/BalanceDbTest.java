package io.jifen.balance;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.jifen.ledger.Answer;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.KafkaSender;
import io.jifen.platform.Time;
import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Balances as callers see them, with Redis there, away, cut off, empty and full of junk. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class BalanceDbTest {

    @Inject
    Ledger ledger;

    @Inject
    BalanceReader reader;

    @Inject
    Redis redis;

    @Inject
    KafkaSender sender;

    @Inject
    MeterRegistry metrics;

    @Inject
    Time time;

    @Inject
    TestClock clock;

    private final String user = "balance-" + UUID.randomUUID();
    private final String key = BalanceHash.key(user);

    @BeforeEach
    void redisIsInUse() {
        awaitRedis();
    }

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    @Test
    void a_posting_is_in_redis_soon_after() {
        // When
        grant(80, time.today().plusDays(30));

        // Then
        awaitHash(1);
        Map<String, String> hash = hash();
        assertThat(hash)
                .containsEntry("balance", "80")
                .containsEntry("frozen", "0")
                .containsEntry("version", "1");
        assertThat(hash).containsEntry("level", "NORMAL");
        assertThat(Instant.ofEpochMilli(Long.parseLong(hash.get("nextExpiry"))))
                .isEqualTo(time.today().plusDays(31).atStartOfDay(time.zone()).toInstant());
        assertShown(80, 1);
    }

    @Test
    void an_unknown_user_has_no_account() {
        get(user, Tokens.service()).statusCode(404).body("code", equalTo("account-not-found"));
    }

    @Test
    void another_user_s_balance_is_forbidden_whether_or_not_there_is_one() {
        // Given
        grant(80);

        // Then
        get(user, Tokens.user("somebody-else")).statusCode(403).body("code", equalTo("forbidden"));
        get("balance-none", Tokens.user("somebody-else")).statusCode(403).body("code", equalTo("forbidden"));
        get(user, Tokens.user(user)).statusCode(200).body("available", equalTo(80));
    }

    @Test
    void two_hundred_readers_of_a_cold_account_ask_the_database_once() throws Exception {
        // Given
        grant(80);
        awaitHash(1);
        clock.plus(Duration.ofMinutes(6)); // so that the posting's message, should it come now, creates nothing
        command(Command.DEL, key);
        double before = loads();

        // When
        List<KnownBalance> seen = atOnce(200);

        // Then
        assertThat(seen).hasSize(200).allMatch(balance -> balance.available() == 80);
        assertThat(loads() - before).isEqualTo(1);
    }

    @Test
    void two_hundred_readers_get_the_balance_while_redis_is_frozen() throws Exception {
        // Given
        grant(80);
        awaitHash(1);

        // When
        List<KnownBalance> seen;
        try (var frozen = TestServices.redisService().frozen()) {
            seen = atOnce(200);
        }

        // Then
        assertThat(seen).hasSize(200).allMatch(balance -> balance.available() == 80);
    }

    @Test
    void a_posting_while_redis_is_away_is_seen_then_and_afterwards() {
        // Given
        grant(80);
        awaitHash(1);

        // When
        try (var away = TestServices.redisService().away()) {
            grant(20);

            // Then
            assertShown(100, 2);
        }
        awaitRedis();
        assertShown(100, 2);
        awaitHash(2);
    }

    @Test
    void a_redis_that_comes_back_with_what_it_knew_before_is_brought_up_to_date() {
        // Given
        grant(80);
        awaitHash(1);
        List<String> before = values();

        // When
        try (var away = TestServices.redisService().away()) {
            grant(20);
        }
        writeUnlessOlder(before);

        // Then
        awaitHash(2);
        assertShown(100, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"balance", "frozen", "version", "nextExpiry"})
    void junk_in_a_field_leads_to_the_database_and_is_replaced(String field) {
        // Given
        grant(80);
        awaitHash(1);
        command(Command.HSET, key, field, "junk");

        // Then
        assertShown(80, 1);
        awaitHash(1);
        assertThat(BalanceHash.read(user, values())).isPresent();
    }

    @Test
    void another_type_under_the_key_leads_to_the_database_and_is_replaced() {
        // Given
        grant(80);
        awaitHash(1);
        command(Command.SET, key, "1000000");

        // Then
        assertShown(80, 1);
        awaitHash(1);
    }

    @Test
    void points_are_gone_after_their_last_day_though_nothing_was_posted() {
        // Given
        LocalDate soon = time.today().plusDays(10);
        grant(80, soon);
        grant(20, soon.plusDays(10));
        awaitHash(2);

        // When
        clock.plus(Period.ofDays(11));

        // Then: version 2 still, with another balance that holds until the next lot's end
        assertShown(20, 2);
        await().untilAsserted(() -> assertThat(BalanceHash.read(user, values()))
                .contains(new KnownBalance(
                        user,
                        20,
                        0,
                        2,
                        "NORMAL",
                        soon.plusDays(11).atStartOfDay(time.zone()).toInstant())));
        assertShown(20, 2);

        // When
        clock.plus(Period.ofDays(10));

        // Then
        assertShown(0, 2);
        await().untilAsserted(() -> assertThat(values()).endsWith(""));
    }

    @Test
    void a_message_updates_what_is_older_and_is_not_fooled_by_what_is_newer() {
        // When
        publish(user, 7, 70, time.now(), null);

        // Then
        awaitHash(7);

        // When
        publish(user, 6, 60, time.now(), null);
        publish(user, 8, 80, time.now(), null);

        // Then
        awaitHash(8);
        assertThat(hash()).containsEntry("balance", "80");
    }

    @Test
    void a_message_older_than_the_time_to_live_creates_nothing_but_updates() {
        // Given
        String present = user + "-present";
        String marker = user + "-marker";
        publish(present, 1, 10, time.now(), null);
        await().until(() -> !hash(present).isEmpty());
        Instant longAgo = time.now().minus(Duration.ofMinutes(6));

        // When: one key, so that they come one after the other
        publish(user, 2, 20, longAgo, null);
        publish(present, 2, 20, longAgo, null);
        publish(marker, 1, 10, time.now(), null);

        // Then
        await().until(() -> !hash(marker).isEmpty());
        assertThat(hash()).isEmpty();
        await().untilAsserted(() -> assertThat(hash(present)).containsEntry("version", "2"));
    }

    @Test
    void an_entry_that_others_of_its_transaction_follow_is_not_shown() {
        // When
        publish(user, 5, 50, time.now(), false);
        publish(user + "-marker", 1, 10, time.now(), true);

        // Then
        await().until(() -> !hash(user + "-marker").isEmpty());
        assertThat(hash()).isEmpty();
    }

    @Test
    void messages_that_are_no_json_or_lack_a_field_are_skipped() {
        // When
        send("no json".getBytes(StandardCharsets.UTF_8));
        send("{\"userId\":\"%s\"}".formatted(user).getBytes(StandardCharsets.UTF_8));
        publish(user, 3, 30, time.now(), null);

        // Then
        awaitHash(3);
    }

    @Test
    void readiness_shows_redis_as_degraded_and_stays_up() {
        try (var away = TestServices.redisService().away()) {
            await().untilAsserted(() -> given().get("/q/health/ready")
                    .then()
                    .statusCode(200)
                    .body("checks.find { it.name == 'redis' }.status", equalTo("UP"))
                    .body("checks.find { it.name == 'redis' }.data.state", equalTo("degraded")));
        }
        await().untilAsserted(() -> given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'redis' }.data.state", equalTo("up"))
                .body("checks.find { it.name == 'kafka' }.data.state", equalTo("up")));
    }

    private void grant(long points) {
        grant(points, time.today().plusDays(300));
    }

    private void grant(long points, LocalDate expiresOn) {
        String traceId = "k-" + UUID.randomUUID();
        Answer answer = ledger.post(Posting.of(
                new Key("", traceId),
                ContentHash.of("test").with("traceId", traceId).bytes(),
                new Target.User(user, true),
                new Operation.Grant(List.of(new Operation.Line(points, expiresOn, null, null)))));
        assertThat(answer).isInstanceOf(Answer.Posted.class);
    }

    /** As the ledger does, under one Kafka key. */
    private void publish(String userId, long version, long available, Instant createdAt, @Nullable Boolean last) {
        send("""
                {"id":"1","type":"GRANT","userId":"%s","version":%d,"available":%d,"frozen":0,"level":"NORMAL",
                 "createdAt":"%s"%s}
                """.formatted(userId, version, available, createdAt, last == null ? "" : ",\"last\":" + last)
                .getBytes(StandardCharsets.UTF_8));
    }

    private void send(byte[] data) {
        sender.send("points.balance-changed", user, data, Map.of())
                .toCompletableFuture()
                .join();
    }

    /** By the script itself, since the consumer may have been here already. */
    private void writeUnlessOlder(List<String> values) {
        List<String> arguments = new ArrayList<>(values);
        arguments.addAll(List.of("300000", "1"));
        BalanceHash.WRITE
                .run(redis::send, key, arguments)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private void assertShown(long available, long version) {
        get(user, Tokens.service())
                .statusCode(200)
                .body("userId", equalTo(user))
                .body("available", equalTo((int) available))
                .body("frozen", equalTo(0))
                .body("version", equalTo((int) version));
    }

    private static ValidatableResponse get(String userId, String token) {
        return given().auth()
                .oauth2(token)
                .get("/api/v1/accounts/{userId}/balance", userId)
                .then();
    }

    private List<KnownBalance> atOnce(int readers) throws Exception {
        return AtOnce.run(readers, i -> reader.find(user)
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .orElseThrow());
    }

    private double loads() {
        return metrics.get("jifen.balance.loads").counter().count();
    }

    /** Redis is left alone for a moment after it was away; whoever asks finds out that it is back. */
    private void awaitRedis() {
        await().until(() -> {
            reader.find("nobody").toCompletionStage().toCompletableFuture().join();
            return metrics.get("jifen.redis.available").gauge().value() == 1;
        });
    }

    private void awaitHash(long version) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(hash()).containsEntry("version", Long.toString(version)));
    }

    private Map<String, String> hash() {
        return hash(user);
    }

    private Map<String, String> hash(String userId) {
        Response found = command(Command.HGETALL, BalanceHash.key(userId));
        Map<String, String> hash = new HashMap<>();
        found.getKeys().forEach(field -> hash.put(field, found.get(field).toString()));
        return hash;
    }

    private List<@Nullable String> values() {
        Map<String, String> hash = hash();
        List<@Nullable String> values = new ArrayList<>();
        BalanceHash.FIELDS.forEach(field -> values.add(hash.get(field)));
        return values;
    }

    private Response command(Command command, String... arguments) {
        Request request = Request.cmd(command);
        for (String argument : arguments) {
            request.arg(argument);
        }
        return redis.send(request).toCompletionStage().toCompletableFuture().join();
    }
}
