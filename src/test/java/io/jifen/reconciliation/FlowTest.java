package io.jifen.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.reconciliation.Flow.Anomaly;
import io.jifen.reconciliation.Flow.Direction;
import io.jifen.reconciliation.Flow.Measure;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FlowTest {

    private static final Instant HOUR = Instant.parse("2026-11-22T08:00:00Z");

    private record Settings() implements AnomalyConfig {
        @Override
        public long perHour() {
            return 1_000;
        }

        @Override
        public BigDecimal factor() {
            return new BigDecimal("2.5");
        }

        @Override
        public long least() {
            return 100;
        }

        @Override
        public long drift() {
            return 10;
        }
    }

    @Test
    void an_hour_beyond_the_limit_is_one_whichever_way_the_points_went() {
        assertThat(of(1_000, 1_000).anomalies(List.of(), 0, new Settings())).isEmpty();
        assertThat(of(1_001, 1_000).anomalies(List.of(), 0, new Settings()))
                .containsExactly(new Anomaly(Measure.LIMIT, Direction.ISSUED, 1_000, 1_001));
        assertThat(of(1_000, 1_001).anomalies(List.of(), 0, new Settings()))
                .containsExactly(new Anomaly(Measure.LIMIT, Direction.CONSUMED, 1_000, 1_001));
    }

    @Test
    void an_hour_is_compared_with_the_mean_of_four_weeks() {
        List<Flow> before = before(100, 100, 100, 104); // 101 × 2.5 = 252
        assertThat(of(252, 0).anomalies(before, 4, new Settings())).isEmpty();
        assertThat(of(253, 0).anomalies(before, 4, new Settings()))
                .containsExactly(new Anomaly(Measure.USUAL, Direction.ISSUED, 252, 253));
    }

    @Test
    void a_kind_of_business_that_is_new_is_unusual_where_others_have_been_for_four_weeks() {
        assertThat(of(101, 0).anomalies(List.of(), 4, new Settings()))
                .containsExactly(new Anomaly(Measure.USUAL, Direction.ISSUED, 0, 101));
        assertThat(of(100, 0).anomalies(List.of(), 4, new Settings())).isEmpty();
    }

    @Test
    void nothing_is_unusual_before_there_are_four_weeks() {
        assertThat(of(900, 0).anomalies(before(1, 1, 1), 3, new Settings())).isEmpty();
    }

    @Test
    void the_weeks_are_those_before() {
        assertThat(Flow.earlier(HOUR))
                .containsExactly(
                        Instant.parse("2026-11-15T08:00:00Z"),
                        Instant.parse("2026-11-08T08:00:00Z"),
                        Instant.parse("2026-11-01T08:00:00Z"),
                        Instant.parse("2026-10-25T08:00:00Z"));
    }

    private static Flow of(long issued, long consumed) {
        return new Flow(HOUR, "ORDER", issued, consumed);
    }

    private static List<Flow> before(long... issued) {
        return LongStream.of(issued).mapToObj(points -> of(points, 0)).toList();
    }
}
