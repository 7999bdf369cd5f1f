package io.jifen.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreakTest {

    /** Around the ends of months and years, leap days included; dense enough for long streaks. */
    @Provide
    Arbitrary<SortedSet<LocalDate>> days() {
        Arbitrary<LocalDate> start = Arbitraries.of(
                        "2026-11-22", "2027-02-20", "2028-02-20", "2099-12-20", "2100-02-20")
                .map(LocalDate::parse);
        return start.flatMap(first -> Arbitraries.integers()
                .between(0, 40)
                .map(first::plusDays)
                .set()
                .ofMinSize(1)
                .ofMaxSize(38)
                .map(TreeSet::new));
    }

    @Property
    void it_counts_the_days_without_a_gap_before_the_last_one(@ForAll("days") SortedSet<LocalDate> days) {
        // When
        Streak streak = null;
        for (LocalDate day : days) {
            streak = Streak.after(streak, day);
        }

        // Then: the same, counted backward
        LocalDate day = days.last();
        int counted = 0;
        while (days.contains(day.minusDays(counted))) {
            counted++;
        }
        assertThat(streak).isEqualTo(new Streak(day, counted));
    }

    @ParameterizedTest
    @CsvSource({
        "2027-02-28, 2027-03-01, 4", // no leap year
        "2028-02-28, 2028-02-29, 4", // a leap year has one day more
        "2028-02-29, 2028-03-01, 4",
        "2028-02-28, 2028-03-01, 1",
        "2100-02-28, 2100-03-01, 4", // no leap year either
        "2026-11-30, 2026-12-01, 4",
        "2026-12-31, 2027-01-01, 4",
        "2026-12-30, 2027-01-01, 1",
    })
    void it_goes_on_over_the_end_of_a_month(LocalDate last, LocalDate day, int days) {
        assertThat(Streak.after(new Streak(last, 3), day)).isEqualTo(new Streak(day, days));
    }

    @Test
    void it_is_alive_until_the_end_of_the_next_day() {
        Streak streak = new Streak(LocalDate.of(2028, 2, 28), 5);

        assertThat(streak.daysAsOf(LocalDate.of(2028, 2, 28))).isEqualTo(5);
        assertThat(streak.daysAsOf(LocalDate.of(2028, 2, 29))).isEqualTo(5);
        assertThat(streak.daysAsOf(LocalDate.of(2028, 3, 1))).isZero();
    }

    /** Days of 23 and 25 hours are days. */
    @ParameterizedTest
    @CsvSource({"Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe"})
    void a_year_of_days_is_one_streak_in_any_zone(ZoneId zone) {
        Streak streak = null;
        for (LocalDate day = LocalDate.of(2027, 6, 1); day.isBefore(LocalDate.of(2028, 6, 1)); day = day.plusDays(1)) {
            Instant firstMoment = day.atStartOfDay(zone).toInstant();
            streak = Streak.after(streak, LocalDate.ofInstant(firstMoment, zone));
        }

        assertThat(streak).isEqualTo(new Streak(LocalDate.of(2028, 5, 31), 366));
    }
}
