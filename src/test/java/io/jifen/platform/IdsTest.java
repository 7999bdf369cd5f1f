package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.fake.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class IdsTest {

    private final MovableClock clock = new MovableClock();
    private final Ids ids = new Ids(clock);

    @Test
    void ids_grow() {
        assertThat(LongStream.generate(ids::next).limit(10_000).boxed().toList())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void an_id_is_at_the_moment_it_was_made() {
        // Given
        Instant moment = clock.instant();

        // When
        long id = ids.next();

        // Then
        assertThat(id).isBetween(Ids.firstAt(moment), Ids.firstAt(moment.plusSeconds(10)));
    }

    @Test
    void an_id_after_one_of_a_pod_ahead_is_nobody_elses() {
        // Given
        MovableClock ahead = new MovableClock();
        ahead.plus(Duration.ofSeconds(5));
        Ids theirs = new Ids(ahead);
        long last = theirs.next();
        long next = theirs.next();

        // When
        long ours = Ids.after(ids.next(), last);
        long another = Ids.after(ids.next(), last);

        // Then
        assertThat(List.of(ours, another)).doesNotHaveDuplicates().allSatisfy(id -> assertThat(id)
                .isGreaterThan(last)
                .isNotEqualTo(next)
                .isLessThan(Ids.firstAt(ahead.instant().plusMillis(100))));
        assertThat(Ids.after(next, last)).isEqualTo(next);
    }

    @Test
    void a_clock_that_is_moved_back_far_takes_the_ids_with_it() {
        // Given
        clock.plus(Duration.ofDays(400));
        ids.next();

        // When
        clock.reset();

        // Then
        assertThat(ids.next()).isLessThan(Ids.firstAt(clock.instant().plusSeconds(20)));
    }
}
