package io.jifen.level;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.ledger.Ladder;
import io.jifen.ledger.Ladder.Rung;
import java.util.List;
import org.junit.jupiter.api.Test;

class LevelStandingTest {

    private static final Ladder LADDER = new Ladder(List.of(
            new Rung("NORMAL", "Normal", 0), new Rung("VIP1", "VIP 1", 1_000), new Rung("VIP2", "VIP 2", 5_000)));

    @Test
    void names_the_next_level_and_what_it_still_takes() {
        assertThat(LevelStanding.of(LADDER, "NORMAL", 900, null))
                .isEqualTo(new LevelStanding("NORMAL", "Normal", "VIP1", 100L, null));
    }

    @Test
    void has_nothing_next_on_the_highest_level() {
        assertThat(LevelStanding.of(LADDER, "VIP2", 7_000, null))
                .isEqualTo(new LevelStanding("VIP2", "VIP 2", null, null, null));
    }

    @Test
    void looks_above_a_level_that_was_kept_although_the_basis_fell_below_it() {
        assertThat(LevelStanding.of(LADDER, "VIP1", 400, null))
                .isEqualTo(new LevelStanding("VIP1", "VIP 1", "VIP2", 4_600L, null));
    }

    @Test
    void shows_a_level_that_is_no_longer_on_the_ladder_by_its_code() {
        assertThat(LevelStanding.of(LADDER, "GONE", 10, null))
                .isEqualTo(new LevelStanding("GONE", "GONE", "VIP1", 990L, null));
    }
}
