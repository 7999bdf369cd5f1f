package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class ValidityTest {

    @Test
    void ends_that_many_days_after_the_day_it_began() {
        assertThat(new Validity(7, false).lastDay(LocalDate.of(2026, 11, 22))).isEqualTo("2026-11-29");
    }

    @Test
    void moves_on_to_the_end_of_the_month() {
        assertThat(new Validity(365, true).lastDay(LocalDate.of(2026, 11, 22))).isEqualTo("2027-11-30");
    }

    @Test
    void stays_on_a_day_that_is_the_end_of_its_month() {
        assertThat(new Validity(365, true).lastDay(LocalDate.of(2027, 2, 28))).isEqualTo("2028-02-29");
        assertThat(new Validity(366, true).lastDay(LocalDate.of(2027, 2, 28))).isEqualTo("2028-02-29");
        assertThat(new Validity(367, true).lastDay(LocalDate.of(2027, 2, 28))).isEqualTo("2028-03-31");
    }

    @Test
    void never_ends_with_0_days() {
        assertThat(new Validity(0, true).lastDay(LocalDate.of(2026, 11, 22))).isEqualTo(Lot.NEVER);
    }

    @Test
    void takes_no_negative_days() {
        assertThatThrownBy(() -> new Validity(-1, false)).isInstanceOf(IllegalArgumentException.class);
    }
}
