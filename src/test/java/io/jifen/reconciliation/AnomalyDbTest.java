package io.jifen.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.ledger.Fixture;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class AnomalyDbTest {

    @Inject
    AnomalyWatch watch;

    @Inject
    MeterRegistry metrics;

    @Inject
    DataSource database;

    @Inject
    TestClock clock;

    @Inject
    Time time;

    @AfterEach
    void presentTime() {
        clock.reset();
    }

    @Test
    void an_hour_is_summed_up_once_and_compared_with_the_same_hour_of_four_weeks() throws SQLException {
        // Given an hour of its own
        clock.plus(Duration.ofHours(50));
        Instant hour = time.now().truncatedTo(ChronoUnit.HOURS);
        String user = Fixture.openAccount();
        Fixture.adjust(user, 900);
        Fixture.adjust(user, -100);
        for (Instant earlier : Flow.earlier(hour)) {
            put(earlier, "REGISTER", 1);
        }

        // When
        List<AnomalyWatch.Found> found = watch.look(hour);

        // Then it is too little to be told of, but known
        assertThat(found).isEmpty();
        try (Connection connection = database.getConnection()) {
            assertThat(FlowSql.of(connection, List.of(hour)))
                    .anySatisfy(flow -> assertThat(flow.issued()).isGreaterThanOrEqualTo(100));
        }

        // When
        put(hour, "REGISTER", 200_000);

        // Then
        assertThat(watch.look(hour))
                .filteredOn(one -> one.bizType().equals("REGISTER"))
                .extracting(one -> one.anomaly().measure())
                .containsExactly(Flow.Measure.LIMIT, Flow.Measure.USUAL);
        assertThat(watch.isAdrift()).isFalse();
    }

    @Test
    void hours_that_nobody_looked_at_are_looked_at_later() throws SQLException {
        // Given
        clock.plus(Duration.ofDays(400));
        Instant last = time.now()
                .minus(Duration.ofSeconds(60))
                .truncatedTo(ChronoUnit.HOURS)
                .minus(Duration.ofHours(1));
        put(last.minus(Duration.ofHours(3)), "REGISTER", 1);

        // When
        watch.look();

        // Then
        try (Connection connection = database.getConnection()) {
            for (int missed = 0; missed < 3; missed++) {
                assertThat(FlowSql.of(connection, List.of(last.minus(Duration.ofHours(missed)))))
                        .hasSize(1);
            }
        }
    }

    @Test
    void of_hours_that_are_looked_at_together_the_worst_is_shown() {
        // When
        watch.show(Stream.of(200_000L, 300_000L, 250_000L)
                .map(points -> new AnomalyWatch.Found(
                        "WORST", new Flow.Anomaly(Flow.Measure.LIMIT, Flow.Direction.ISSUED, 100_000, points)))
                .toList());

        // Then
        assertThat(metrics.get("jifen.anomaly").tag("bizType", "WORST").gauges())
                .singleElement()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(300_000));
    }

    @Test
    void books_that_are_adrift_are_noticed() throws SQLException {
        // Given
        long account = Long.parseLong(text("SELECT MIN(id) FROM account"));
        change("UPDATE account SET pending = pending + 10001 WHERE id = ?", account);

        // When
        try {
            watch.look(time.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofDays(3)));
        } finally {
            change("UPDATE account SET pending = pending - 10001 WHERE id = ?", account);
        }

        // Then
        assertThat(watch.isAdrift()).isTrue();
    }

    private void put(Instant hour, String bizType, long issued) throws SQLException {
        try (Connection connection = database.getConnection()) {
            FlowSql.put(connection, List.of(new Flow(hour, bizType, issued, 0)));
        }
    }

    private String text(String sql) throws SQLException {
        Fixture.openAccount();
        try (Connection connection = database.getConnection()) {
            return Sql.first(connection, sql, row -> row.getString(1)).orElseThrow();
        }
    }

    private void change(String sql, long account) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, sql, account);
        }
    }
}
