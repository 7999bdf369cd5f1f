package io.jifen.reconciliation;

import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.newKey;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.jifen.job.JobsClient;
import io.jifen.ledger.ArchivedEntries;
import io.jifen.ledger.Checker;
import io.jifen.ledger.Fixture;
import io.jifen.ledger.TrialBalance;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * More than a year of a few users, four weeks at a time; in the profile {@code proof} of a thousand, day by day, each of
 * whom does something once a fortnight.
 */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class YearDbTest {

    private static final int USERS = Integer.getInteger("jifen.proof.users", 8);
    private static final int DAYS = Integer.getInteger("jifen.proof.days", 28);

    /** So long that the first month is older than a year, and its partition over. */
    private static final int ALL_DAYS = 425;

    @Inject
    Checker checker;

    @Inject
    DataSource database;

    @Inject
    TestClock clock;

    /** How often somebody does something. */
    private static final int FORTNIGHT = 14;

    private static final int AT_ONCE = 4;

    private final List<String> users = new ArrayList<>();
    private final Map<String, String> orders = new ConcurrentHashMap<>();

    @AfterEach
    void presentTime() throws SQLException {
        clock.reset();
        ArchivedEntries.bringBack(database);
    }

    @Test
    void ends_with_books_that_balance() throws Exception {
        // Given
        for (int i = 0; i < USERS; i++) {
            users.add(Fixture.openAccount());
        }

        // When
        int archived = 0;
        for (int day = 0, lap = 0; day < ALL_DAYS; day += DAYS, lap++) {
            List<String> ordered = liveAtOnce(users.stream()
                    .filter(user -> random().nextInt(FORTNIGHT) < DAYS)
                    .toList());
            settleEvents(ordered);
            clock.plus(Period.ofDays(DAYS));
            JobsClient.run("partitions");
            JobsClient.run("expiry");
            if (lap % 5 == 4 || day + DAYS >= ALL_DAYS) {
                clock.plus(Duration.ofMinutes(2));
                assertThat(findings(JobsClient.run("reconciliation").getString("runId")))
                        .as("after %d days", day + DAYS)
                        .isEmpty();
                archived += JobsClient.run("archive").getInt("processed");
            }
        }

        // Then
        assertThat(archived).isPositive();
        TrialBalance books = checker.check(true);
        assertThat(books.violations()).isEmpty();
        assertThat(books.byType().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(books.available() + books.frozen() + books.pending() - books.arrears());
        clock.plus(Duration.ofMinutes(2));
        String full = JobsClient.run("reconciliation-full").getString("runId");
        assertThat(findings(full)).isEmpty();
        get(Tokens.admin(), "/reconciliations/{id}", full)
                .body("books.issued", not(equalTo(0)))
                .body("books.consumed", not(equalTo(0)))
                .body("books.expired", not(equalTo(0)));
        for (String user : users) {
            get(Tokens.service(), "/accounts/{userId}/entries/verify", user).body("ok", equalTo(true));
        }
    }

    private List<String> liveAtOnce(List<String> some) throws InterruptedException, ExecutionException {
        List<String> ordered = new ArrayList<>();
        try (ExecutorService callers =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            for (Future<String> order : callers.invokeAll(some.stream()
                    .map(user -> (Callable<String>) () -> live(user))
                    .toList())) {
                ordered.add(order.get());
            }
        }
        return ordered;
    }

    /** What a user does in a while: whatever is refused is refused. The answer is the order's number. */
    private String live(String user) {
        Random random = random();
        given().auth().oauth2(Tokens.user(user)).post("/api/v1/accounts/{user}/sign-ins", user);
        String order = newKey();
        post(
                        "/events",
                        Map.of(
                                "traceId", order, "userId", user, "bizType", "ORDER", "bizNo", order, "amount",
                                some(90)))
                .statusCode(202);
        String before = orders.put(user, order);
        if (random.nextInt(3) == 0) {
            String spent = post(
                            "/deductions",
                            Map.of(
                                    "traceId", newKey(), "userId", user, "points", some(60), "bizType", "SHOP", "bizNo",
                                    newKey(), "reason", "bought"))
                    .extract()
                    .path("transactionNo");
            if (spent != null && random.nextInt(3) == 0) {
                post("/deductions/" + spent + "/refunds", Map.of("traceId", newKey()));
            }
        }
        if (random.nextInt(3) == 0) {
            String hold = post(
                            "/holds",
                            Map.of("traceId", newKey(), "userId", user, "points", some(40), "bizNo", newKey()))
                    .extract()
                    .path("holdId");
            if (hold != null) {
                post("/holds/" + hold + (random.nextBoolean() ? "/capture" : "/release"), Map.of("traceId", newKey()));
            }
        }
        String other = users.get(random.nextInt(users.size()));
        if (!other.equals(user) && random.nextInt(4) == 0) {
            post("/transfers", Map.of("traceId", newKey(), "fromUserId", user, "toUserId", other, "points", some(20)));
        }
        if (before != null && random.nextInt(4) == 0) {
            post("/orders/" + before + "/refunds", Map.of("traceId", newKey(), "userId", user, "amount", some(50)));
        }
        return order;
    }

    private static Random random() {
        return ThreadLocalRandom.current();
    }

    private static long some(int most) {
        return 1 + random().nextInt(most);
    }

    private static void settleEvents(List<String> sent) {
        for (String order : sent) {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> !get(Tokens.service(), "/requests/{traceId}", order)
                            .extract()
                            .path("status")
                            .equals("UNKNOWN"));
        }
    }

    private List<Map<String, Object>> findings(String run) {
        List<Map<String, Object>> all = get(Tokens.admin(), "/reconciliations/{id}/findings?limit=100", run)
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("items");
        return all.stream()
                .filter(finding -> users.contains(finding.get("userId")))
                .toList();
    }

    private static ValidatableResponse post(String path, Map<String, ?> body) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1" + path)
                .then();
    }
}
