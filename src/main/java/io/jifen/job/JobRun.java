package io.jifen.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job.
 *
 * @param due the local date and time it is for; null: somebody asked for it
 * @param startedBy who asked for it; null: it was due
 * @param attempt how often it was taken up; 0: not yet
 * @param fruitless attempts since the last batch that was finished
 */
record JobRun(
        long id,
        String job,
        @Nullable String due,
        State state,
        @Nullable String startedBy,
        @Nullable String stoppedBy,
        int attempt,
        int fruitless,
        @Nullable String checkpoint,
        long processed,
        long batches,
        @Nullable String detail,
        Instant startedAt,
        @Nullable Instant finishedAt) {

    enum State {
        RUNNING,
        DONE,
        FAILED
    }

    Job.Progress progress() {
        return new Job.Progress(id, startedAt, checkpoint, processed);
    }

    /** After a batch. */
    JobRun at(@Nullable String next, long more) {
        return new JobRun(
                id,
                job,
                due,
                state,
                startedBy,
                stoppedBy,
                attempt,
                0,
                next,
                processed + more,
                batches + 1,
                detail,
                startedAt,
                finishedAt);
    }
}
