package io.jifen.job;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What an operator has to know of jobs: that one failed, and that one did not happen. */
final class JobMetrics {

    private static final String JOB = "job";

    /** How a run ended. */
    enum End {
        DONE,
        FAILED,
        /** By somebody's wish: nothing to be alarmed about. */
        STOPPED
    }

    private final MeterRegistry metrics;
    private final Map<String, Instant> lastDone = new ConcurrentHashMap<>();
    private final Map<String, Duration> overdue = new ConcurrentHashMap<>();
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    JobMetrics(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    void register(String job) {
        for (End end : End.values()) {
            runs(job, end);
        }
        rows(job);
        took(job);
        Gauge.builder("jifen.job.last.success", () -> seconds(lastDone.get(job)))
                .description("When a run of the job ended well for the last time, in seconds since 1970; 0: never")
                .tag(JOB, job)
                .register(metrics);
        Gauge.builder("jifen.job.overdue", () -> overdue.getOrDefault(job, Duration.ZERO)
                        .toSeconds())
                .description("How long ago the job was due and has not ended well since; 0: it has")
                .baseUnit("seconds")
                .tag(JOB, job)
                .register(metrics);
        Gauge.builder("jifen.job.running", () -> running.contains(job) ? 1 : 0)
                .description("1 while this pod works on the job; over all pods the sum is at most 1")
                .tag(JOB, job)
                .register(metrics);
    }

    private static double seconds(@Nullable Instant moment) {
        return moment == null ? 0 : moment.toEpochMilli() / 1000.0;
    }

    void lastDone(Map<String, Instant> byJob) {
        lastDone.putAll(byJob);
    }

    void overdue(String job, Duration since) {
        overdue.put(job, since);
    }

    void running(String job, boolean now) {
        if (now) {
            running.add(job);
        } else {
            running.remove(job);
        }
    }

    void ended(String job, End how) {
        runs(job, how).increment();
    }

    void batch(String job, long rows, Duration took) {
        rows(job).record(rows);
        took(job).record(took);
    }

    private Counter runs(String job, End how) {
        return Counter.builder("jifen.job.runs")
                .description("Runs that ended, by how they did")
                .tag(JOB, job)
                .tag("state", how.name())
                .register(metrics);
    }

    private DistributionSummary rows(String job) {
        return DistributionSummary.builder("jifen.job.batch.rows")
                .description("Rows of a batch")
                .tag(JOB, job)
                .register(metrics);
    }

    private Timer took(String job) {
        return Timer.builder("jifen.job.batch")
                .description("How long a batch took")
                .tag(JOB, job)
                .register(metrics);
    }
}
