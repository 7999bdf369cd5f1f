package io.jifen.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.jifen.ledger.Validity;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Which ticket wins what. */
class LotteryTest {

    private static final Lottery LOTTERY = lottery(Map.of("BIG", 1L, "MIDDLE", 9L, "SMALL", 90L, "NONE", 900L));

    @Test
    void every_ticket_is_dealt_and_each_prize_has_as_many_as_its_weight() {
        // When
        Map<String, Long> dealt = new HashMap<>();
        for (long ticket = 0; ticket < LOTTERY.tickets(); ticket++) {
            dealt.merge(LOTTERY.prizeOf(ticket).code(), 1L, Long::sum);
        }

        // Then
        assertThat(LOTTERY.tickets()).isEqualTo(1000);
        assertThat(dealt)
                .containsExactlyInAnyOrderEntriesOf(Map.of("BIG", 1L, "MIDDLE", 9L, "SMALL", 90L, "NONE", 900L));
        assertThatThrownBy(() -> LOTTERY.prizeOf(1000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void drawn_odds_are_published_odds() {
        // Given: a chi-square of 3 degrees of freedom is above 16.27 once in a thousand times; this seed is none of
        // them
        int draws = 1_000_000;
        RandomGenerator random = new Random(20261122);

        // When
        Map<String, Integer> drawn = new HashMap<>();
        for (int i = 0; i < draws; i++) {
            drawn.merge(LOTTERY.prizeOf(random.nextLong(LOTTERY.tickets())).code(), 1, Integer::sum);
        }

        // Then
        double chiSquare = 0;
        for (PrizeBody prize : LOTTERY.prizes()) {
            double expected = LOTTERY.odds(prize).doubleValue() * draws;
            double difference = drawn.getOrDefault(prize.code(), 0) - expected;
            chiSquare += difference * difference / expected;
        }
        assertThat(chiSquare).isLessThan(16.27);
    }

    @Test
    void tickets_as_they_are_drawn_win_by_the_odds_and_those_of_a_prize_that_is_out_win_nothing() {
        // Given: of 1000 tickets 150 are of a prize that is out; above 27.88 a chi-square of 3 degrees of freedom is
        // once
        // in 250,000 times
        Lottery lottery = lottery(Map.of("BIG", 50L, "OUT", 150L, "SMALL", 300L, "NONE", 500L));
        List<PrizeBody> out = lottery.prizes().stream()
                .filter(prize -> prize.code().equals("OUT"))
                .toList();
        int draws = 400_000;
        SecureRandom random = new SecureRandom();

        // When
        Map<String, Integer> won = new HashMap<>();
        for (int i = 0; i < draws; i++) {
            PrizeBody prize = lottery.prizeOf(lottery.ticket(random));
            won.merge(out.contains(prize) ? "" : prize.code(), 1, Integer::sum);
        }

        // Then
        Map<String, Double> odds =
                new HashMap<>(Map.of("", lottery.oddsOfNoPrize(out).doubleValue()));
        lottery.prizes().stream()
                .filter(prize -> !out.contains(prize))
                .forEach(prize -> odds.put(prize.code(), lottery.odds(prize).doubleValue()));
        assertThat(odds.values().stream().mapToDouble(Double::doubleValue).sum())
                .isCloseTo(1, within(1e-9));
        double chiSquare = 0;
        for (Map.Entry<String, Double> one : odds.entrySet()) {
            double expected = one.getValue() * draws;
            double difference = won.getOrDefault(one.getKey(), 0) - expected;
            chiSquare += difference * difference / expected;
        }
        assertThat(won.keySet()).isEqualTo(odds.keySet());
        assertThat(chiSquare).isLessThan(27.88);
    }

    @Test
    void weights_of_any_size_add_up() {
        Lottery large = lottery(Map.of("A", 1_000_000_000L, "B", 999_999_999L));

        assertThat(large.tickets()).isEqualTo(1_999_999_999L);
        assertThat(large.prizeOf(1_999_999_998L)).isEqualTo(large.prizes().getLast());
        assertThat(large.prizeOf(0)).isEqualTo(large.prizes().getFirst());
    }

    @Test
    void its_window_says_when_it_is_open() {
        Instant from = Instant.parse("2026-11-22T00:00:00Z");
        Instant to = Instant.parse("2026-11-23T00:00:00Z");
        Lottery open = new Lottery("L", 1, "L", 1, List.of(), 0, 0, new Validity(1, false), from, to, true);
        Lottery off = new Lottery("L", 1, "L", 1, List.of(), 0, 0, new Validity(1, false), from, to, false);

        assertThat(open.closed(from.minusMillis(1))).isEqualTo("NOT_YET_OPEN");
        assertThat(open.closed(from)).isNull();
        assertThat(open.closed(to.minusMillis(1))).isNull();
        assertThat(open.closed(to)).isEqualTo("CLOSED");
        assertThat(off.closed(from)).isEqualTo("CLOSED");
    }

    private static Lottery lottery(Map<String, Long> weights) {
        List<PrizeBody> prizes = weights.entrySet().stream()
                .map(prize -> new PrizeBody(
                        prize.getKey(),
                        null,
                        PrizeBody.Kind.NOTHING,
                        prize.getValue(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null))
                .toList();
        return new Lottery("L", 1, "L", 10, prizes, 0, 0, new Validity(365, false), null, null, true);
    }
}
