package io.jifen.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void says_when_it_was_due_last() {
        Schedule nightly = Schedule.of("0 2 0 * * ?", "00:00-06:00");

        assertThat(nightly.lastDue(at("2026-11-22T00:01:59"))).contains(at("2026-11-21T00:02"));
        assertThat(nightly.lastDue(at("2026-11-22T00:02:00"))).contains(at("2026-11-22T00:02"));
        assertThat(nightly.lastDue(at("2026-11-22T23:59:59"))).contains(at("2026-11-22T00:02"));
    }

    @Test
    void is_never_due_without_a_cron() {
        assertThat(Schedule.of(null, "00:00-06:00").lastDue(at("2026-11-22T01:00")))
                .isEmpty();
        assertThat(Schedule.of("off", "00:00-06:00").lastDue(at("2026-11-22T01:00")))
                .isEmpty();
    }

    @Test
    void an_hour_that_comes_twice_is_due_once() {
        assertThat(dueWithin("2026-10-24T22:00:00Z", "2026-10-25T10:00:00Z"))
                .containsExactly(at("2026-10-24T02:30"), at("2026-10-25T02:30"));
    }

    @Test
    void what_is_due_in_an_hour_that_is_left_out_is_due_at_its_end() {
        assertThat(dueWithin("2027-03-27T23:00:00Z", "2027-03-28T10:00:00Z"))
                .containsExactly(at("2027-03-27T02:30"), at("2027-03-28T02:30"));
        assertThat(Schedule.of("0 30 2 * * ?", "00:00-06:00").lastDue(at("2027-03-28T03:00")))
                .contains(at("2027-03-28T02:30"));
    }

    @Test
    void a_window_may_have_midnight_in_it() {
        Schedule night = Schedule.of("0 0 1 * * ?", "22:00-04:00");

        assertThat(night.isOpenAt(at("2026-11-22T21:59"))).isFalse();
        assertThat(night.isOpenAt(at("2026-11-22T22:00"))).isTrue();
        assertThat(night.isOpenAt(at("2026-11-22T03:59"))).isTrue();
        assertThat(night.isOpenAt(at("2026-11-22T04:00"))).isFalse();
        assertThat(Schedule.of("off", "00:00-00:00").isOpenAt(at("2026-11-22T13:00")))
                .isTrue();
    }

    @Test
    void refuses_what_is_none() {
        assertThatThrownBy(() -> Schedule.of("at night", "00:00-06:00")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Schedule.of("off", "00:00")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_slow_batch_is_followed_by_a_pause_as_long_as_itself() {
        Pace pace = new Pace(Duration.ofSeconds(2), Duration.ofSeconds(30));

        assertThat(pace.pauseAfter(Duration.ofSeconds(2), Duration.ZERO)).isZero();
        assertThat(pace.pauseAfter(Duration.ofSeconds(3), Duration.ZERO)).hasSeconds(3);
        assertThat(pace.pauseAfter(Duration.ofMinutes(3), Duration.ZERO)).hasSeconds(30);
        assertThat(pace.pauseAfter(Duration.ofSeconds(1), Duration.ofSeconds(5)))
                .as("what the job asks for")
                .hasSeconds(5);
        assertThat(pace.pauseAfter(Duration.ofSeconds(1), Duration.ofHours(5))).hasSeconds(30);
        assertThat(pace.pauseBefore(1)).hasSeconds(1);
        assertThat(pace.pauseBefore(4)).hasSeconds(8);
        assertThat(pace.pauseBefore(40)).hasSeconds(30);
    }

    /** What a pod that looks every minute finds to be due. */
    private static TreeSet<LocalDateTime> dueWithin(String from, String to) {
        Schedule schedule = Schedule.of("0 30 2 * * ?", "00:00-06:00");
        TreeSet<LocalDateTime> due = new TreeSet<>();
        for (Instant now = Instant.parse(from); now.isBefore(Instant.parse(to)); now = now.plusSeconds(60)) {
            schedule.lastDue(LocalDateTime.ofInstant(now, BERLIN)).ifPresent(due::add);
        }
        return due;
    }

    private static LocalDateTime at(String local) {
        return LocalDateTime.parse(local);
    }
}
