package io.jifen.risk;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;

import io.jifen.platform.Time;
import io.jifen.services.AtOnce;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The day's limits, and services that are for some kinds of business only. Of bizType LIMITED 3 a day may come from one
 * address and 2 from one device; of LIMITED_USER 2 from one user. */
@QuarkusTest
class AdmissionDbTest {

    @Inject
    RedisDataSource redis;

    @Inject
    DayCounters counters;

    @Inject
    Time time;

    private String ip;
    private String user;

    @BeforeEach
    void fresh() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        ip = "203.0.%d.%d".formatted(random.nextInt(256), random.nextInt(256));
        user = "adm-" + UUID.randomUUID();
        redis.key().del("points:ip:" + ip + ":LIMITED:" + time.today());
    }

    @Test
    void one_address_does_so_much_of_one_kind_of_business_a_day() {
        for (int i = 0; i < 3; i++) {
            event("LIMITED", "X-Forwarded-For", ip).statusCode(202);
        }

        event("LIMITED", "X-Forwarded-For", ip)
                .statusCode(429)
                .contentType("application/problem+json")
                .header("Retry-After", matchesPattern("[1-9]\\d{0,4}"))
                .body("code", equalTo("rate-limited"))
                .body("limit", equalTo(3));
        event("OTHER", "X-Forwarded-For", ip).statusCode(202);
        String key = "points:ip:" + ip + ":LIMITED:" + time.today();
        assertThat(redis.value(String.class).get(key)).isEqualTo("3");
        assertThat(redis.key().ttl(key)).isBetween(1L, Duration.ofHours(26).toSeconds());
    }

    @Test
    void what_the_caller_writes_before_the_proxys_word_is_worth_nothing() {
        for (int i = 0; i < 3; i++) {
            event("LIMITED", "X-Forwarded-For", "192.0.2." + i + ", " + ip + ", 198.51.100.7")
                    .statusCode(202);
        }

        event("LIMITED", "X-Forwarded-For", "192.0.2.9, " + ip).statusCode(429);
    }

    @Test
    void a_services_own_address_is_nobodys() {
        for (int i = 0; i < 5; i++) {
            event("LIMITED", "X-Other", ip).statusCode(202);
        }
    }

    @Test
    void one_device_does_so_much_a_day() {
        String device = UUID.randomUUID().toString();
        event("LIMITED", "X-Device-Id", device).statusCode(202);
        event("LIMITED", "X-Device-Id", device).statusCode(202);

        event("LIMITED", "X-Device-Id", device).statusCode(429).body("limit", equalTo(2));
    }

    @Test
    void one_user_does_so_much_a_day() {
        event("LIMITED_USER", "X-Other", "").statusCode(202);
        event("LIMITED_USER", "X-Other", "").statusCode(202);

        event("LIMITED_USER", "X-Other", "").statusCode(429).body("limit", equalTo(2));
    }

    @Test
    void beyond_the_limit_a_repeat_gets_its_first_answer() {
        post(Tokens.service(), "/accounts", Map.of("userId", user)).statusCode(201);
        String first = deduct("k-1-" + user).statusCode(201).extract().asString();
        deduct("k-2-" + user).statusCode(201);

        deduct("k-3-" + user).statusCode(429);
        String again = deduct("k-1-" + user).statusCode(200).extract().asString();

        assertThat(again).isEqualTo(first);
    }

    private ValidatableResponse deduct(String key) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body(Map.of("userId", user, "points", 1, "bizType", "LIMITED_USER", "bizNo", key))
                .post("/api/v1/deductions")
                .then();
    }

    @Test
    void of_a_batch_what_is_beyond_the_limit_is_refused_item_by_item() {
        String events = Stream.generate(() -> """
                        {"traceId":"%s","userId":"%s","bizType":"LIMITED"}""".formatted(UUID.randomUUID(), user))
                .limit(5)
                .collect(java.util.stream.Collectors.joining(",", "{\"events\":[", "]}"));

        given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .header("X-Forwarded-For", ip)
                .body(events)
                .post("/api/v1/events/batch")
                .then()
                .statusCode(202)
                .body("accepted", equalTo(3))
                .body("rejected", hasSize(2))
                .body("rejected.code", equalTo(List.of("rate-limited", "rate-limited")));
    }

    /** Fails where reading and writing are two commands. */
    @Test
    void counts_right_when_all_come_at_once() {
        // A service that has just started may be too slow for Redis' time-out: then nobody knows, and it begins anew.
        List<DayCounters.Count> counts =
                Awaitility.await().until(this::countedAtOnce, all -> !all.contains(DayCounters.Count.UNKNOWN));

        assertThat(counts)
                .filteredOn(count -> count == DayCounters.Count.COUNTED)
                .hasSize(7);
        assertThat(counts)
                .filteredOn(count -> count == DayCounters.Count.AT_LIMIT)
                .hasSize(33);
    }

    private List<DayCounters.Count> countedAtOnce() throws Exception {
        String fresh = UUID.randomUUID().toString();
        DayCounter counter = new DayCounter(DayCounter.Kind.USER, fresh, "LIMITED", LocalDate.EPOCH, 7);
        return AtOnce.run(40, i -> count(counter));
    }

    @Test
    void what_somebody_else_put_there_counts_as_nothing_and_ends() {
        DayCounter counter = new DayCounter(DayCounter.Kind.USER, user, "LIMITED", LocalDate.EPOCH, 7);
        redis.list(String.class).rpush(counter.key(), "x");

        assertThat(count(counter)).isEqualTo(DayCounters.Count.COUNTED);
        assertThat(redis.value(String.class).get(counter.key())).isEqualTo("1");
        assertThat(redis.key().ttl(counter.key())).isPositive();
    }

    @Test
    void without_redis_everything_passes_and_an_alert_rises() {
        double before = unchecked();

        try (var away = TestServices.redisService().away()) {
            for (int i = 0; i < 5; i++) {
                event("LIMITED", "X-Forwarded-For", ip).statusCode(202);
            }
        }

        assertThat(unchecked()).isGreaterThan(before);
        // Left alone for a moment, and then asked again.
        DayCounter counter = new DayCounter(DayCounter.Kind.USER, user, "LIMITED", LocalDate.EPOCH, 1_000_000);
        Awaitility.await().until(() -> count(counter) == DayCounters.Count.COUNTED);
    }

    @Test
    void a_service_is_for_the_kinds_of_business_that_its_token_lists() {
        for (String claim : List.of("[\"NARROW\",\"LIMITED\"]", "\"NARROW LIMITED\"", "\"NARROW\"")) {
            String token = Tokens.serviceFor(claim);
            event(token, "NARROW").statusCode(202);
            event(token, "ORDER").statusCode(403).body("code", equalTo("forbidden"));
        }
        for (String nothing : List.of("[]", "\"\"", "[\"narrow\"]")) {
            event(Tokens.serviceFor(nothing), "NARROW").statusCode(403);
        }
    }

    @Test
    void or_that_the_configuration_lists() {
        String token = Tokens.of("narrow-service", "points-service");

        event(token, "NARROW").statusCode(202);
        event(token, "ORDER").statusCode(403);
    }

    @Test
    void and_for_nothing_else_in_any_way() {
        String narrow = Tokens.of("narrow-service", "points-service");
        post(Tokens.service(), "/accounts", Map.of("userId", user)).statusCode(201);
        Map<String, Map<String, ?>> wishes = Map.of(
                "/accounts",
                Map.of("userId", "x-" + user),
                "/grants",
                Map.of("userId", user, "bizType", "COMPAT", "points", 1),
                "/deductions",
                Map.of("userId", user, "points", 1, "bizType", "COFFEE", "bizNo", "1"),
                "/holds",
                Map.of("userId", user, "points", 1, "bizNo", "1"),
                "/transfers",
                Map.of("fromUserId", user, "toUserId", "x", "points", 1),
                "/invitations",
                Map.of("inviterId", user, "inviteeId", "x"),
                "/tasks/T/completions",
                Map.of("userId", user),
                "/orders/1/refunds",
                Map.of("userId", user, "amount", 1),
                "/exchanges",
                Map.of("userId", user, "goodsId", "x"),
                "/accounts/" + user + "/sign-ins",
                Map.of());
        wishes.forEach((path, body) -> post(narrow, path, body).statusCode(403).body("code", equalTo("forbidden")));
        String spend = post(
                        Tokens.service(),
                        "/deductions",
                        Map.of("userId", user, "points", 1, "bizType", "COFFEE", "bizNo", "1"))
                .statusCode(201)
                .extract()
                .path("transactionNo");
        post(narrow, "/deductions/" + spend + "/refunds", Map.of()).statusCode(403);
        given().auth()
                .oauth2(narrow)
                .contentType(ContentType.JSON)
                .body("""
                        {"events":[{"traceId":"%s","userId":"bob","bizType":"ORDER"}]}""".formatted(UUID.randomUUID()))
                .post("/api/v1/events/batch")
                .then()
                .statusCode(202)
                .body("accepted", equalTo(0))
                .body("rejected", hasSize(1))
                .body("rejected[0].code", equalTo("forbidden"));
    }

    private ValidatableResponse event(String bizType, String header, String value) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", UUID.randomUUID())
                .header(header, value)
                .body(Map.of("userId", user, "bizType", bizType))
                .post("/api/v1/events")
                .then();
    }

    private ValidatableResponse event(String token, String bizType) {
        return post(token, "/events", Map.of("userId", user, "bizType", bizType));
    }

    private static ValidatableResponse post(String token, String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(token)
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", UUID.randomUUID())
                .body(body)
                .post("/api/v1" + path)
                .then();
    }

    private DayCounters.Count count(DayCounter counter) {
        return counters.count(counter, Duration.ofMinutes(1))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static double unchecked() {
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("jifen_limits_unchecked_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
