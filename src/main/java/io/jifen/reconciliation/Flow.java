package io.jifen.reconciliation;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a bizType issued and consumed in an hour, and whether that is too much. */
record Flow(Instant hour, String bizType, long issued, long consumed) {

    /** With these the hour is compared: the same hour of the same day of the week. */
    static final int WEEKS = 4;

    static List<Instant> earlier(Instant hour) {
        List<Instant> weeks = new ArrayList<>();
        for (int week = 1; week <= WEEKS; week++) {
            weeks.add(hour.minus(Duration.ofDays(7L * week)));
        }
        return weeks;
    }

    /** Which way points went. */
    enum Direction {
        ISSUED,
        CONSUMED;

        long of(Flow flow) {
            return this == ISSUED ? flow.issued() : flow.consumed();
        }
    }

    /** What an hour is measured by. */
    enum Measure {
        /** The fixed limit. */
        LIMIT,
        /** The same hour of the last four weeks. */
        USUAL
    }

    /** Too much. */
    record Anomaly(Measure measure, Direction direction, long most, long points) {}

    /**
     * @param before of the same hour of the weeks before; where the service is younger than that, there is no usual
     * @param weeks how many of them there are at all, also without such a bizType
     */
    List<Anomaly> anomalies(List<Flow> before, int weeks, AnomalyConfig config) {
        List<Anomaly> found = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            long points = direction.of(this);
            if (points > config.perHour()) {
                found.add(new Anomaly(Measure.LIMIT, direction, config.perHour(), points));
            }
            long sum = before.stream().mapToLong(direction::of).sum();
            if (weeks == WEEKS && points > config.least()) {
                long most = config.factor()
                        .multiply(BigDecimal.valueOf(sum))
                        .divideToIntegralValue(BigDecimal.valueOf(WEEKS))
                        .longValue();
                if (points > most) {
                    found.add(new Anomaly(Measure.USUAL, direction, most, points));
                }
            }
        }
        return found;
    }
}
