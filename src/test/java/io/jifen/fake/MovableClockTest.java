package io.jifen.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MovableClockTest {

    private final MovableClock clock = new MovableClock();

    @Test
    void moves_forward_add_up() {
        clock.forward("P31D");
        clock.forward("PT1H");

        assertThat(clock.offset()).isEqualTo(Duration.ofDays(31).plusHours(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "31",
                "P",
                "P31",
                "P9999999Y",
                "P999999999999Y",
                "PT9223372036854775807S",
                "P-1D",
                "-P1D",
                "PT-1H",
                "P21Y"
            })
    void what_is_no_way_forward_moves_nothing(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> clock.forward(text));
        assertThat(clock.offset()).isZero();
    }

    @Test
    void small_steps_lead_no_further_than_one() {
        clock.forward("P19Y");

        assertThatIllegalArgumentException().isThrownBy(() -> clock.forward("P19Y"));
    }
}
