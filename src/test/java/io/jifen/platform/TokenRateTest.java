package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenRateTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** 10 a second, and those of two seconds at once. */
    private final TokenRate rate = new TokenRate(10, 2 * SECOND);

    @Test
    void a_burst_passes_and_then_so_many_a_second() {
        assertThat(taken(100, 0)).isEqualTo(20);
        assertThat(taken(100, SECOND)).isEqualTo(10);
        assertThat(taken(100, 3 * SECOND)).isEqualTo(20);
        assertThat(taken(100, 100 * SECOND)).isEqualTo(20);
    }

    @Test
    void says_when_the_next_may_come() {
        taken(20, 0);

        long wait = rate.take("ann", 0);

        assertThat(wait).isEqualTo(SECOND / 10);
        assertThat(rate.take("ann", wait)).isZero();
    }

    @Test
    void one_caller_takes_nothing_from_another() {
        taken(100, 0);

        assertThat(rate.take("ben", 0)).isZero();
    }

    @Test
    void counts_right_when_all_come_at_once() {
        TokenRate many = new TokenRate(1_000_000, TimeUnit.MILLISECONDS.toNanos(10));
        AtomicInteger let = new AtomicInteger();

        IntStream.range(0, 200_000).parallel().forEach(i -> let.addAndGet(many.take("ann", 0) == 0 ? 1 : 0));

        assertThat(let).hasValue(10_000);
    }

    private int taken(int asked, long now) {
        return (int) IntStream.range(0, asked)
                .filter(i -> rate.take("ann", now) == 0)
                .count();
    }
}
