package io.jifen.ledger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger tells of its work: counted by the pod that did it, after the commit, and lost with the pod. Rates and
 * alarms are made of it; the books are in the tables.
 */
final class LedgerMetrics {

    /** Callers name bizTypes as they like. What comes on top of these, in the order of their coming, is one series. */
    static final int BIZ_TYPES_MAX = 50;

    static final String OTHERS = "OTHERS";

    private static final String NONE = "NONE";
    private static final String REPLAYED = "replayed";
    private static final String POSTED = "posted";

    /** Up to a p99 of 50 ms, which is promised, and from there to the deadline. */
    private static final Duration[] LATENCIES = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    /** Where points come from and go to; between an account's own figures they only move. */
    enum Flow {
        ISSUED("Points that came in: granted (also those that wait), reinstated, added by hand"),
        CONSUMED("Points that were spent, captured or taken by hand; refunds are not taken off"),
        REFUNDED("Points of spends and captures that came back"),
        EXPIRED("Points that ran out"),
        CLAWED_BACK("Points taken back as what earned them came back, also those that are owed now");

        private final String description;

        Flow(String description) {
            this.description = description;
        }
    }

    private final MeterRegistry registry;
    private final Map<Flow, Map<String, Counter>> flows = new ConcurrentHashMap<>();
    private final Map<String, Counter> outcomes = new ConcurrentHashMap<>();
    private final Timer posting;
    private final Timer batch;
    private final DistributionSummary batchPostings;
    private final Counter retries;

    LedgerMetrics(MeterRegistry registry) {
        this.registry = registry;
        posting = Timer.builder("jifen.ledger.posting")
                .description("What a caller waited for the answer of a posting over HTTP, whatever it was")
                .serviceLevelObjectives(LATENCIES)
                .register(registry);
        batch = Timer.builder("jifen.ledger.batch")
                .description("A batch that was committed, from its connection to its commit")
                .serviceLevelObjectives(LATENCIES)
                .register(registry);
        batchPostings = DistributionSummary.builder("jifen.ledger.batch.postings")
                .description("Postings of a batch that was committed")
                .register(registry);
        retries = Counter.builder("jifen.ledger.batch.retries")
                .description("Batches tried again: a race was lost, or the database away")
                .register(registry);
        for (BatchFailure kind : BatchFailure.values()) {
            failures(kind);
        }
        outcome(POSTED);
        outcome(REPLAYED);
    }

    void answered(long nanos) {
        posting.record(Duration.ofNanos(nanos));
    }

    void failed(BatchFailure kind) {
        failures(kind).increment();
    }

    void retried() {
        retries.increment();
    }

    void committed(List<Entry> entries, List<Answer> answers, long nanos) {
        batch.record(Duration.ofNanos(nanos));
        batchPostings.record(answers.size());
        answers.forEach(answer -> outcome(name(answer)).increment());
        entries.forEach(this::count);
    }

    private void count(Entry entry) {
        Flow flow = flow(entry);
        if (flow != null) {
            flow(flow, bizType(flow, entry)).increment(points(entry));
        }
    }

    static @Nullable Flow flow(Entry entry) {
        return switch (entry.type()) {
            case GRANT, PENDING, REINSTATE -> Flow.ISSUED;
            case ADJUST -> entry.points() > 0 ? Flow.ISSUED : Flow.CONSUMED;
            case SPEND, CAPTURE -> Flow.CONSUMED;
            case REFUND -> Flow.REFUNDED;
            case EXPIRE -> Flow.EXPIRED;
            case CLAWBACK -> Flow.CLAWED_BACK;
            case ACTIVATE, ARREARS_REPAID, HOLD, RELEASE, TRANSFER_OUT, TRANSFER_IN -> null;
        };
    }

    /** Points of a lot are of many kinds of business: an EXPIRE entry has the one of the posting that came upon it. */
    private static String bizType(Flow flow, Entry entry) {
        return flow == Flow.EXPIRED || entry.bizType() == null ? NONE : entry.bizType();
    }

    /** What came in or went, never negative. */
    static long points(Entry entry) {
        return Math.abs(entry.points() + entry.frozenChange() + entry.pendingChange() - entry.arrearsChange());
    }

    private Counter flow(Flow flow, String bizType) {
        Map<String, Counter> counters = flows.computeIfAbsent(flow, missing -> new ConcurrentHashMap<>());
        Counter known = counters.get(bizType);
        return known == null ? newFlow(flow, counters, bizType) : known;
    }

    /** One at a time, so that there are no more than so many. */
    private synchronized Counter newFlow(Flow flow, Map<String, Counter> counters, String bizType) {
        String name = counters.size() < BIZ_TYPES_MAX ? bizType : OTHERS;
        return counters.computeIfAbsent(
                name, missing -> Counter.builder("jifen.points." + flow.name().toLowerCase(Locale.ROOT))
                        .description(flow.description)
                        .tag("bizType", missing)
                        .register(registry));
    }

    /** A refusal by its code, of which there are as many as {@link io.jifen.platform.ProblemCode} has. */
    private static String name(Answer answer) {
        return switch (answer) {
            case Answer.Posted posted -> posted.replayed() ? REPLAYED : POSTED;
            case Answer.Refused refused -> refused.replayed() ? REPLAYED : refused.code();
            case Answer.Rejected rejected -> rejected.problem().code();
        };
    }

    private Counter outcome(String name) {
        return outcomes.computeIfAbsent(name, missing -> Counter.builder("jifen.ledger.postings")
                .description("Postings of committed batches, by what became of them: posted, replayed or a code")
                .tag("outcome", missing)
                .register(registry));
    }

    private Counter failures(BatchFailure kind) {
        return Counter.builder("jifen.ledger.batch.failures")
                .description("Attempts to post a batch that an SQL error ended")
                .tag("kind", kind.name())
                .register(registry);
    }
}
