package io.jifen.event;

import static io.jifen.event.EventsClient.accepted;
import static io.jifen.event.EventsClient.available;
import static io.jifen.event.EventsClient.fresh;
import static io.jifen.event.EventsClient.openAccount;
import static io.jifen.event.EventsClient.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

    private String sent(String user) {
        String traceId = fresh("event");
        accepted("""
                {"traceId":"%s","userId":"%s","bizType":"%s"}""".formatted(traceId, user, code));
        return traceId;
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
