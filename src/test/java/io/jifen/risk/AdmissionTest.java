package io.jifen.risk;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a count. */
class AdmissionTest {

    private static final DayCounter COUNTER = new DayCounter(DayCounter.Kind.USER, "bob", "ORDER", LocalDate.EPOCH, 7);

    @Test
    void what_is_counted_passes() {
        assertThat(objection(DayCounters.Count.COUNTED, LimitsConfig.WhenAway.CLOSED))
                .isEmpty();
    }

    @Test
    void at_the_limit_it_is_too_much_until_midnight() {
        Problem problem = objection(DayCounters.Count.AT_LIMIT, LimitsConfig.WhenAway.OPEN)
                .orElseThrow();

        assertThat(problem.status()).isEqualTo(429);
        assertThat(problem.figures()).containsEntry("limit", 7L).containsEntry(Problem.RETRY_AFTER, 3_601L);
    }

    @Test
    void what_cannot_be_counted_passes_or_comes_again_as_is_configured() {
        assertThat(objection(DayCounters.Count.UNKNOWN, LimitsConfig.WhenAway.OPEN))
                .isEmpty();

        Problem problem = objection(DayCounters.Count.UNKNOWN, LimitsConfig.WhenAway.CLOSED)
                .orElseThrow();

        assertThat(problem.code()).isEqualTo(ProblemCode.SERVICE_UNAVAILABLE.code());
        assertThat(problem.status()).isEqualTo(503);
    }

    private static Optional<Problem> objection(DayCounters.Count count, LimitsConfig.WhenAway redisAway) {
        return Admission.objection(COUNTER, count, Duration.ofHours(1), redisAway);
    }
}
