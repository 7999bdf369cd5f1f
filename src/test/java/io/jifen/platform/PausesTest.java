package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PausesTest {

    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration MAX = Duration.ofMinutes(10);
    private final Pauses pauses = new Pauses(FIRST, MAX);

    @Property
    void a_pause_is_never_shorter_than_the_first_nor_longer_than_the_last(
            @ForAll @IntRange(max = Integer.MAX_VALUE) int tries, @ForAll @DoubleRange(max = 1) double random) {
        assertThat(pauses.after(tries, random)).isBetween(FIRST, MAX);
    }

    @Test
    void they_double_up_to_the_longest() {
        assertThat(pauses.after(1, 1)).isEqualTo(Duration.ofSeconds(10));
        assertThat(pauses.after(2, 1)).isEqualTo(Duration.ofSeconds(20));
        assertThat(pauses.after(6, 1)).isEqualTo(Duration.ofSeconds(320));
        assertThat(pauses.after(7, 1)).isEqualTo(MAX);
        assertThat(pauses.after(1_000_000, 1)).isEqualTo(MAX);
    }

    @Test
    void those_who_failed_together_come_back_at_different_times() {
        assertThat(pauses.after(3, 0)).isEqualTo(Duration.ofSeconds(20));
        assertThat(pauses.after(3, 0.5)).isEqualTo(Duration.ofSeconds(30));
        assertThat(pauses.after(3, 1)).isEqualTo(Duration.ofSeconds(40));
    }
}
