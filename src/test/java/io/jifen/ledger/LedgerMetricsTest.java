package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LedgerMetrics metrics = new LedgerMetrics(registry);

    @ParameterizedTest
    @CsvSource({
        "GRANT, 100, 0, 0, 0, issued, 100",
        "PENDING, 0, 0, 100, 0, issued, 100",
        "REINSTATE, 100, 0, 0, 0, issued, 100",
        "ADJUST, 100, 0, 0, 0, issued, 100",
        "ADJUST, -100, 0, 0, 0, consumed, 100",
        "SPEND, -100, 0, 0, 0, consumed, 100",
        "CAPTURE, 0, -100, 0, 0, consumed, 100",
        "REFUND, 100, 0, 0, 0, refunded, 100",
        "CLAWBACK, -60, 0, -30, 10, clawed_back, 100",
    })
    void what_comes_and_goes_is_counted_by_its_business(
            EntryType type, long points, long frozen, long pending, long arrears, String flow, double counted) {
        // When
        commit(entry(type, "ORDER", points, frozen, pending, arrears));

        // Then
        assertThat(registry.get("jifen.points." + flow)
                        .tag("bizType", "ORDER")
                        .counter()
                        .count())
                .isEqualTo(counted);
    }

    @Test
    void points_that_run_out_have_no_business_of_their_own() {
        // When: a spend came upon them
        commit(entry(EntryType.EXPIRE, "COFFEE", -5, 0, 0, 0));

        // Then
        assertThat(registry.get("jifen.points.expired")
                        .tag("bizType", "NONE")
                        .counter()
                        .count())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "ACTIVATE, 9, 0, -9, 0",
        "HOLD, -9, 9, 0, 0",
        "RELEASE, 9, -9, 0, 0",
        "ARREARS_REPAID, -9, 0, 0, -9",
        "TRANSFER_OUT, -9, 0, 0, 0",
        "TRANSFER_IN, 9, 0, 0, 0"
    })
    void what_only_moves_is_not(EntryType type, long points, long frozen, long pending, long arrears) {
        commit(entry(type, "ORDER", points, frozen, pending, arrears));

        assertThat(registry.getMeters())
                .noneMatch(meter -> meter.getId().getName().startsWith("jifen.points"));
    }

    @Test
    void businesses_beyond_so_many_are_one_series() {
        // When
        IntStream.range(0, 1000).forEach(i -> commit(entry(EntryType.SPEND, "BIZ_" + i, -1, 0, 0, 0)));

        // Then
        List<Counter> series = List.copyOf(registry.get("jifen.points.consumed").counters());
        assertThat(series).hasSize(LedgerMetrics.BIZ_TYPES_MAX + 1);
        assertThat(registry.get("jifen.points.consumed")
                        .tag("bizType", LedgerMetrics.OTHERS)
                        .counter()
                        .count())
                .isEqualTo(1000 - LedgerMetrics.BIZ_TYPES_MAX);
    }

    @Test
    void postings_are_counted_by_what_became_of_them() {
        // When
        metrics.committed(
                List.of(),
                List.of(
                        new Answer.Posted(1, null, null, false),
                        new Answer.Posted(1, null, null, true),
                        new Answer.Refused(409, "insufficient-points", null, null, false),
                        new Answer.Refused(409, "insufficient-points", null, null, true),
                        new Answer.Rejected(Problem.of(ProblemCode.IDEMPOTENCY_KEY_REUSED, "no"))),
                1_000_000);

        // Then
        assertThat(outcome("posted")).isEqualTo(1);
        assertThat(outcome("replayed")).isEqualTo(2);
        assertThat(outcome("insufficient-points")).isEqualTo(1);
        assertThat(outcome("idempotency-key-reused")).isEqualTo(1);
        assertThat(registry.get("jifen.ledger.batch.postings").summary().max()).isEqualTo(5);
    }

    private double outcome(String outcome) {
        return registry.get("jifen.ledger.postings")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private void commit(Entry entry) {
        metrics.committed(List.of(entry), List.of(new Answer.Posted(1, null, null, false)), 1_000_000);
    }

    private static Entry entry(EntryType type, String bizType, long points, long frozen, long pending, long arrears) {
        return new Entry(
                1,
                1,
                1,
                1,
                type,
                bizType,
                null,
                null,
                points,
                frozen,
                pending,
                arrears,
                0,
                points,
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                new byte[0],
                null);
    }
}
