package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class PartitionsDbTest {

    @Inject
    Partitions partitions;

    @Inject
    AgroalDataSource database;

    @Inject
    TestClock clock;

    @Inject
    Time time;

    @AfterEach
    void presentTime() {
        clock.reset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"entry", "lot_use"})
    void are_there_for_three_months_from_the_start_on(String table) throws SQLException {
        assertThat(ends(table).getLast())
                .isGreaterThanOrEqualTo(Ids.firstAt(startOf(monthOf(time.now()).plusMonths(4))));
    }

    @Test
    void are_made_month_by_month_up_to_three_months_ahead() throws SQLException {
        // Given
        YearMonth last = lastMonth("entry");

        // When
        partitions.ensure(startOf(last));

        // Then
        assertThat(names("entry"))
                .endsWith(name(last), name(last.plusMonths(1)), name(last.plusMonths(2)), name(last.plusMonths(3)));
        assertThat(ends("entry").getLast()).isEqualTo(Ids.firstAt(startOf(last.plusMonths(4))));
        assertThat(names("lot_use")).isEqualTo(names("entry"));
        assertThat(ends("lot_use")).isEqualTo(ends("entry"));
    }

    @Test
    void stay_as_they_are_when_none_is_missing() throws SQLException {
        // Given
        partitions.ensure(time.now());
        List<String> before = names("entry");

        // When
        partitions.ensure(time.now());
        partitions.ensure(time.now().minus(Period.ofDays(1_000)));

        // Then
        assertThat(names("entry")).isEqualTo(before);
    }

    @Test
    void are_made_once_by_pods_that_start_together() throws Exception {
        // Given
        YearMonth last = lastMonth("entry");
        CyclicBarrier together = new CyclicBarrier(4);

        // When
        try (ExecutorService pods = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> starts = new ArrayList<>();
            for (int pod = 0; pod < 4; pod++) {
                starts.add(pods.submit(() -> {
                    together.await(20, TimeUnit.SECONDS);
                    return partitions.ensure(startOf(last));
                }));
            }

            // Then each of them can go on
            for (Future<Boolean> start : starts) {
                assertThat(start.get()).isTrue();
            }
        }
        assertThat(lastMonth("entry")).isEqualTo(last.plusMonths(3));
        assertThat(names("lot_use")).isEqualTo(names("entry")).doesNotHaveDuplicates();
    }

    @Test
    void take_the_entries_of_a_clock_that_was_moved_far_ahead() throws SQLException {
        // Given
        String user = Fixture.openAccount();
        clock.moveTo(startOf(lastMonth("entry").plusMonths(2)).plusSeconds(3_600));

        // When
        partitions.ensure(time.now());

        // Then
        Fixture.adjust(user, 5);
    }

    @Test
    void are_left_to_others_without_a_word_to_the_caller_where_the_user_may_not_make_them() throws SQLException {
        // Given
        Partitions denied = new Partitions(database, new MaintenanceConfig() {
            @Override
            public Optional<String> username() {
                return Optional.of("nobody-of-that-name");
            }

            @Override
            public Optional<String> password() {
                return Optional.of("wrong");
            }
        });
        YearMonth last = lastMonth("entry");

        // When
        boolean ensured = denied.ensure(startOf(last));

        // Then
        assertThat(ensured).isFalse();
        assertThat(lastMonth("entry")).isEqualTo(last);
    }

    private YearMonth lastMonth(String table) throws SQLException {
        return YearMonth.parse(names(table).getLast().substring(1, 5) + "-"
                + names(table).getLast().substring(5));
    }

    private List<String> names(String table) throws SQLException {
        return partitions(table, "partition_name", String.class);
    }

    private List<Long> ends(String table) throws SQLException {
        return partitions(table, "CAST(partition_description AS SIGNED)", Long.class);
    }

    private <T> List<T> partitions(String table, String what, Class<T> type) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.list(
                    connection,
                    "SELECT " + what + " FROM information_schema.partitions WHERE table_schema = DATABASE()"
                            + " AND table_name = ? ORDER BY partition_ordinal_position",
                    row -> row.getObject(1, type),
                    table);
        }
    }

    private static String name(YearMonth month) {
        return "p%04d%02d".formatted(month.getYear(), month.getMonthValue());
    }

    private static YearMonth monthOf(Instant moment) {
        return YearMonth.from(moment.atOffset(ZoneOffset.UTC));
    }

    private static Instant startOf(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
