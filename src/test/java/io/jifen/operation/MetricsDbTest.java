package io.jifen.operation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.ledger.Partitions;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What operators read about metrics is what there is, and its series are as many as we say, not as many as users. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class MetricsDbTest {

    /** Is there only while an hour had too many points. */
    private static final Set<String> SELDOM = Set.of("jifen_anomaly");

    private static final int MORE_THAN_A_BODY = (1 << 20) + 1;

    private static final Pattern TYPE = Pattern.compile("^# TYPE (\\S+) ", Pattern.MULTILINE);
    private static final Pattern SAMPLE = Pattern.compile("^([a-z_]+?)(?:\\{([^}]*)})? \\S+$", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("([A-Za-z_]+)=\"");

    @Inject
    TestClock clock;

    @Inject
    Partitions partitions;

    private final String user = "metrics-" + UUID.randomUUID();

    @BeforeEach
    void everything_is_used_once() {
        post("/accounts", Map.of("userId", user)).statusCode(201);
        String order = "o-" + UUID.randomUUID();
        grant(order);
        post("/orders/" + order + "/refunds", Map.of("traceId", key(), "userId", user, "amount", 50))
                .statusCode(201);
        String spent = spend().statusCode(201).extract().path("transactionNo");
        post("/deductions/" + spent + "/refunds", Map.of("traceId", key())).statusCode(201);
        given().auth()
                .oauth2(Tokens.service())
                .get("/api/v1/accounts/" + user + "/balance")
                .then()
                .statusCode(200);
        conditionThatFails();
        clock.plus(Duration.ofDays(500));
        partitions.ensure(clock.instant());
        grant("o-" + UUID.randomUUID()); // all else has run out, which the first posting that comes upon it writes down
        clock.reset();
    }

    @AfterEach
    void clock_is_back() {
        clock.reset();
    }

    @Test
    void every_metric_is_in_the_table_and_every_one_of_the_table_is_there() throws IOException {
        Map<String, Set<String>> table = MetricsTable.labels();
        Map<String, Set<String>> ours = new TreeMap<>(table);
        ours.keySet().removeIf(name -> !name.startsWith("jifen_"));
        String text = metrics();
        Map<String, Set<String>> there = there(text);

        // Then: ours in both directions, with their labels
        Map<String, Set<String>> told = new TreeMap<>(there);
        told.keySet().removeIf(name -> !name.startsWith("jifen_"));
        ours.keySet().removeIf(name -> SELDOM.contains(name) && !told.containsKey(name));
        assertThat(told).isEqualTo(ours);

        // And what others tell, and our alerts ask for
        Set<String> missing = new TreeSet<>(table.keySet());
        missing.removeAll(there.keySet());
        missing.removeAll(SELDOM);
        assertThat(missing).isEmpty();
    }

    @Test
    void no_series_is_about_a_user() {
        // Given: requests that are refused before it is known which pattern their path has
        String account = "/api/v1/accounts/" + user;
        given().get("/api/v1/x-" + user).then().statusCode(401);
        given().auth().oauth2(Tokens.service()).delete(account).then().statusCode(405);
        given().auth().oauth2(Tokens.service()).get(account + "/x").then().statusCode(404);
        given().auth()
                .oauth2(Tokens.admin())
                .contentType("application/json")
                .body(" ".repeat(MORE_THAN_A_BODY))
                .patch(account)
                .then()
                .statusCode(413);

        // Then
        Awaitility.await().untilAsserted(() -> assertThat(metrics()).contains("status=\"413\""));
        assertThat(metrics()).doesNotContain(user).doesNotContain("metrics-");
    }

    @Test
    void sums_over_all_accounts_come_by_themselves() {
        Awaitility.await().untilAsserted(() -> assertThat(metrics())
                .containsPattern("(?m)^jifen_books_accounts [1-9]")
                .containsPattern("(?m)^jifen_books_points\\{figure=\"available\",?} [1-9]"));
    }

    /** By the names of their types, each with the labels of its samples; the ends of buckets are none. */
    private static Map<String, Set<String>> there(String text) {
        Map<String, Set<String>> there = new TreeMap<>();
        Matcher type = TYPE.matcher(text);
        while (type.find()) {
            there.put(type.group(1), new TreeSet<>());
        }
        // The largest of the last minutes comes as a gauge beside its histogram.
        there.keySet().removeIf(name -> name.endsWith("_max") && there.containsKey(name.replaceFirst("_max$", "")));
        Matcher sample = SAMPLE.matcher(text);
        while (sample.find()) {
            String name = sample.group(1);
            Set<String> labels = there.containsKey(name)
                    ? there.get(name)
                    : there.get(name.replaceFirst("_(bucket|count|sum)$", ""));
            Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
            while (labels != null && label.find()) {
                labels.add(label.group(1));
            }
        }
        there.values().forEach(labels -> labels.remove("le"));
        return there;
    }

    private void grant(String order) {
        post("/grants", Map.of("traceId", key(), "userId", user, "bizType", "ORDER", "bizNo", order, "amount", 50))
                .statusCode(201);
    }

    private ValidatableResponse spend() {
        return post(
                "/deductions",
                Map.of("traceId", key(), "userId", user, "points", 10, "bizType", "COFFEE", "bizNo", key()));
    }

    private void conditionThatFails() {
        String code =
                "M_" + Long.toString(System.nanoTime(), Character.MAX_RADIX).toUpperCase(java.util.Locale.ROOT);
        given().auth()
                .oauth2(Tokens.admin())
                .contentType("application/json")
                .body(Map.of("code", code, "bizType", code, "fixed", 1, "condition", "event.attributes.items > 3"))
                .post("/api/v1/rules")
                .then()
                .statusCode(201);
        post("/grants", Map.of("traceId", key(), "userId", user, "bizType", code, "bizNo", key()))
                .statusCode(422);
    }

    private static String metrics() {
        return given().accept("text/plain")
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private static String key() {
        return "k-" + UUID.randomUUID();
    }

    private static ValidatableResponse post(String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType("application/json")
                .body(body)
                .post("/api/v1" + path)
                .then();
    }
}
