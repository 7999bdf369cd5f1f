package io.jifen.ledger;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Group commit: postings that arrive while a batch is being written form the next one. No timer, and no waiting when
 * nothing else is there. An account is always in the same lane, so its postings rarely meet at its lock.
 */
@ApplicationScoped
class PostingQueue {

    private static final Logger LOG = Logger.getLogger(PostingQueue.class);

    /** Beyond the deadline: a lane looks at it only between two tries. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private record Waiting(Posting posting, long deadlineNanos, CompletableFuture<Answer> answer) {

        boolean isLate() {
            return System.nanoTime() - deadlineNanos > 0;
        }
    }

    private final Poster poster;
    private final LedgerConfig config;
    private final MeterRegistry metrics;
    private final List<Lane> lanes = new ArrayList<>();
    private volatile boolean stopping;

    PostingQueue(Poster poster, LedgerConfig config, MeterRegistry metrics) {
        this.poster = poster;
        this.config = config;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent started) {
        for (int i = 0; i < config.lanes(); i++) {
            lanes.add(new Lane(i));
        }
    }

    /** HTTP has drained by then and takes nothing more: what was accepted is answered, then the lanes end. */
    void stop(@Observes @Priority(10) ShutdownEvent ending) throws InterruptedException {
        stopping = true;
        for (Lane lane : lanes) {
            lane.thread.join(config.deadline().toMillis());
        }
    }

    CompletableFuture<Answer> submit(Posting posting) {
        Waiting waiting =
                new Waiting(posting, System.nanoTime() + config.deadline().toNanos(), new CompletableFuture<>());
        Lane lane = lanes.get(Math.floorMod(posting.target().hashCode(), lanes.size()));
        if (stopping || !lane.queue.offer(waiting)) {
            return CompletableFuture.failedFuture(new ProblemException(
                    ProblemCode.OVERLOADED, "Too many requests are waiting; send it again with the same key."));
        }
        // A lane that is stuck in a lock or a dead connection can't answer in time; its caller is told all the same.
        return waiting.answer()
                .orTimeout(config.deadline().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(
                        e -> CompletableFuture.failedFuture(e instanceof TimeoutException ? unavailable() : e));
    }

    private static ProblemException unavailable() {
        return new ProblemException(Problem.of(
                ProblemCode.OVERLOADED,
                "The database does not answer; send it again with the same key, it is applied at most once."));
    }

    private final class Lane implements Runnable {

        private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(config.queueMax());
        private final Thread thread;

        Lane(int number) {
            metrics.gaugeCollectionSize(
                    "jifen.ledger.queue.depth",
                    List.of(io.micrometer.core.instrument.Tag.of("lane", "" + number)),
                    queue);
            thread = Thread.ofVirtual().name("posting-lane-" + number).start(this);
        }

        @Override
        public void run() {
            try {
                while (!stopping || !queue.isEmpty()) {
                    Waiting first = queue.poll(100, TimeUnit.MILLISECONDS);
                    if (first != null) {
                        List<Waiting> batch = new ArrayList<>(List.of(first));
                        queue.drainTo(batch, config.batchMax() - 1);
                        post(batch);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void post(List<Waiting> batch) throws InterruptedException {
            List<Waiting> left = batch;
            long pauseMillis = 20;
            while (!left.isEmpty()) {
                try {
                    List<Answer> answers =
                            poster.post(left.stream().map(Waiting::posting).toList());
                    for (int i = 0; i < left.size(); i++) {
                        left.get(i).answer().complete(answers.get(i));
                    }
                    return;
                } catch (LedgerUnavailableException e) {
                    left = stillInTime(left, e);
                    Thread.sleep(pauseMillis);
                    pauseMillis = Math.min(pauseMillis * 2, 500);
                } catch (RuntimeException | Error e) {
                    // A lane must live: its callers get the error, the next batch its chance.
                    LOG.error("a batch failed", e);
                    left.forEach(waiting -> waiting.answer().completeExceptionally(e));
                    return;
                }
            }
        }

        private List<Waiting> stillInTime(List<Waiting> batch, LedgerUnavailableException cause) {
            List<Waiting> inTime = new ArrayList<>();
            for (Waiting waiting : batch) {
                if (waiting.isLate()) {
                    waiting.answer().completeExceptionally(unavailable());
                } else {
                    inTime.add(waiting);
                }
            }
            if (inTime.size() < batch.size()) {
                LOG.warnf("%d postings gave up waiting for the database: %s", batch.size() - inTime.size(), cause);
            }
            return inTime;
        }
    }
}
