package io.jifen.ledger;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.jifen.platform.Sql;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What callers see of a short queue in front of a database that is slow, or does not answer. */
@QuarkusTest
@TestProfile(PostingQueueDbTest.ShortQueue.class)
@ExtendWith(InvariantsCheck.class)
class PostingQueueDbTest {

    public static final class ShortQueue implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "jifen.ledger.lanes", "1",
                    "jifen.ledger.batch-max", "2",
                    "jifen.ledger.queue-max", "4",
                    "jifen.ledger.deadline", "10s",
                    // For another test of this room
                    "jifen.level.basis", "PERIOD");
        }
    }

    /** One being written, four waiting. */
    private static final int TAKEN = 5;

    @Inject
    AgroalDataSource database;

    @Inject
    MeterRegistry metrics;

    private final String user = "u-" + UUID.randomUUID();

    @BeforeEach
    void account_with_the_hundred_of_its_registration() {
        given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .body(Map.of("userId", user))
                .post("/api/v1/accounts")
                .then()
                .statusCode(201);
    }

    @Test
    void a_full_queue_says_overloaded_and_what_it_took_is_answered() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            // Given: somebody holds the account, so that the lane stands still with one posting, and four wait
            List<Future<Response>> taken = new ArrayList<>();
            List<Response> turnedAway = new ArrayList<>();
            try (Connection holder = database.getConnection()) {
                holder.setAutoCommit(false);
                Sql.first(holder, "SELECT id FROM account WHERE user_id = ? FOR UPDATE", row -> row.getLong(1), user);
                taken.add(callers.submit(() -> deduct("first")));
                Awaitility.await().until(() -> depth() == 0 && isWaitedFor());
                for (int i = 1; i < TAKEN; i++) {
                    String key = "taken-" + i;
                    taken.add(callers.submit(() -> deduct(key)));
                }
                Awaitility.await().until(() -> depth() == TAKEN - 1);

                // When
                for (int i = 0; i < 3; i++) {
                    turnedAway.add(deduct("away-" + i));
                }
                holder.rollback();
                holder.setAutoCommit(true);
            }

            // Then
            for (Response response : turnedAway) {
                assertThat(response.statusCode()).isEqualTo(503);
                assertThat(response.jsonPath().getString("code")).isEqualTo("overloaded");
                assertThat(response.header("Retry-After")).isEqualTo("1");
            }
            for (Future<Response> response : taken) {
                assertThat(response.get().statusCode()).isEqualTo(201);
            }
            assertThat(available()).isEqualTo(100 - TAKEN);
            assertThat(deduct("away-0").statusCode()).isEqualTo(201);
        }
    }

    @Test
    void a_database_that_stops_answering_is_told_in_time_and_the_same_key_counts_once_after_it() throws Exception {
        // When
        Response meanwhile;
        try (var frozen = TestServices.mariaDbService().frozen()) {
            meanwhile = deduct("frozen");
        }
        Response after = Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> deduct("frozen"), response -> response.statusCode() != 503);

        // Then
        assertThat(meanwhile.statusCode()).isEqualTo(503);
        assertThat(meanwhile.jsonPath().getString("code")).isEqualTo("overloaded");
        assertThat(after.statusCode()).isIn(200, 201);
        assertThat(available()).isEqualTo(99);
    }

    private Response deduct(String key) {
        return given().auth()
                .oauth2(Tokens.service())
                .contentType(ContentType.JSON)
                .body(Map.of(
                        "traceId", key + "-" + user, "userId", user, "points", 1, "bizType", "CUP", "bizNo", "c-1"))
                .post("/api/v1/deductions");
    }

    private int available() {
        return given().auth()
                .oauth2(Tokens.service())
                .get("/api/v1/accounts/" + user)
                .then()
                .statusCode(200)
                .extract()
                .path("available");
    }

    private double depth() {
        return metrics.get("jifen.ledger.queue.depth").gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    /** Whether a transaction waits for a row that another holds. */
    private boolean isWaitedFor() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.first(
                                    connection,
                                    "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
                                    row -> row.getLong(1))
                            .orElse(0L)
                    > 0;
        }
    }
}
