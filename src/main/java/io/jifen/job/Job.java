package io.jifen.job;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something to be done in batches, by one pod at a time. A bean that implements it is a job: {@code POST
 * /jobs/{name}/runs} starts it, and {@code jifen.jobs.cron.<name>} says when it runs by itself.
 */
public interface Job {

    /** In URLs, settings and metrics: 1 to 32 of {@code a-z 0-9 -}. */
    String name();

    /**
     * Does one batch: short enough that it is no pity to do it again, and that a stop has not to wait for long. It may be
     * done again after a crash, from the same checkpoint, or (if a pod was taken for dead) by two pods at once; that must
     * be harmless.
     *
     * @throws SQLException or anything else that trying again may mend: the batch is tried a few times more, and then the
     *     run has failed
     */
    Step step(Progress progress) throws SQLException;

    /**
     * Where a run is.
     *
     * @param runId the same after a crash
     * @param startedAt when the run began, also if that was by a pod that died
     * @param checkpoint as the batch before left it; null at the start
     * @param processed by the batches before
     */
    record Progress(long runId, Instant startedAt, @Nullable String checkpoint, long processed) {}

    /** What a batch came to. */
    sealed interface Step {

        /**
         * There is more to do.
         *
         * @param processed rows of this batch
         * @param checkpoint where the next one begins; at most 1,000 characters
         * @param rest to leave to others before that
         */
        record More(long processed, String checkpoint, Duration rest) implements Step {

            public More(long processed, String checkpoint) {
                this(processed, checkpoint, Duration.ZERO);
            }
        }

        /**
         * That was the last one.
         *
         * @param detail what to tell about the run, at most 1,000 characters; null: its figures say it all
         */
        record Done(long processed, @Nullable String detail) implements Step {}

        /** It is too early to go on: asked again some seconds later. */
        record Later() implements Step {}
    }
}
