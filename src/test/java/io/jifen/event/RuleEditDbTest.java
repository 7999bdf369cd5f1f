package io.jifen.event;

import static io.jifen.event.EventsClient.accepted;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.fresh;
import static io.jifen.event.EventsClient.openAccount;
import static io.jifen.event.EventsClient.outcome;
import static io.jifen.event.EventsClient.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jifen.platform.Sql;
import io.jifen.services.InvariantsCheck;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rules are edited in the database here, as another pod would do it. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class RuleEditDbTest {

    private final String code =
            "T_" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);

    @Inject
    DataSource database;

    @Test
    void an_edit_elsewhere_counts_within_5_seconds() throws SQLException {
        String user = openAccount();
        assertThat(outcome(sent(user))).isEqualTo("REFUSED");

        save(1, 7);

        await().atMost(Duration.ofSeconds(5)).until(() -> outcome(sent(user)).equals("POSTED"));
        long before = available(user);
        assertThat(before).isEqualTo(107);

        save(2, 11);

        await().atMost(Duration.ofSeconds(5)).until(() -> {
            long had = available(user);
            outcome(sent(user));
            return available(user) == had + 11;
        });
    }

    @Test
    void a_refunded_order_gives_back_what_it_had_earned_whatever_the_rule_says_now() throws SQLException {
        // Given: 100 points for the order, and then a rule of thrice as many
        String user = openAccount();
        String order = fresh("o");
        assertThat(earned(user, order, 100)).isEqualTo(100);
        sql("""
                INSERT INTO rule_version (code, version, name, biz_type, ratio, effective_from, updated_by, created_at)
                VALUES ('ORDER', 1000, 'Test', 'ORDER', 3, '2020-01-01', 'test', '2020-01-01')""");
        try {
            await().atMost(Duration.ofSeconds(5)).until(() -> earned(user, fresh("o"), 1) == 3);
            long before = available(user);

            // When
            service()
                    .body("""
                            {"traceId":"%s","userId":"%s","amount":50}""".formatted(fresh("refund"), user))
                    .post("/api/v1/orders/{order}/refunds", order)
                    .then()
                    .statusCode(201);

            // Then
            assertThat(available(user)).isEqualTo(before - 50);
        } finally {
            sql("DELETE FROM rule_version WHERE code = 'ORDER' AND version = 1000");
            await().atMost(Duration.ofSeconds(30)).until(() -> earned(user, fresh("o"), 1) == 1);
        }
    }

    private static long earned(String user, String order, int amount) {
        long before = available(user);
        String traceId = fresh("event");
        accepted("""
                {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"%s","amount":%d}""".formatted(traceId, user, order, amount));
        outcome(traceId);
        return available(user) - before;
    }

    private String sent(String user) {
        String traceId = fresh("event");
        accepted("""
                {"traceId":"%s","userId":"%s","bizType":"%s"}""".formatted(traceId, user, code));
        return traceId;
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, statement);
        }
    }

    private void save(int version, long fixed) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("""
                        INSERT INTO rule_version
                            (code, version, name, biz_type, fixed, effective_from, updated_by, created_at)
                        VALUES (?, ?, 'Test', ?, ?, '2020-01-01', 'test', '2020-01-01')
                        """)) {
            insert.setString(1, code);
            insert.setInt(2, version);
            insert.setString(3, code);
            insert.setLong(4, fixed);
            insert.executeUpdate();
        }
    }
}
