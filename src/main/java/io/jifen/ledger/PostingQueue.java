package io.jifen.ledger;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Traces;
import io.jifen.platform.Unquoted;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: postings that arrive while a batch is being written form the next one. No timer, and no waiting when
 * nothing else is there. An account is always in the same lane, so its postings rarely meet at its lock.
 */
@ApplicationScoped
class PostingQueue {

    private static final Logger LOG = Logger.getLogger(PostingQueue.class);

    /** Beyond the deadline: a lane looks at it only between two tries. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** The figure of a refusal that names the posting which was there first. */
    private static final String TRANSACTION_NO = "transactionNo";

    private static final long NONE = -1;

    private static final class Waiting {

        private final Posting posting;
        private final long deadlineNanos;
        private final Context cause;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();

        /** Of an attempt whose commit may have succeeded; null: there was none. */
        private @Nullable Answer possible;

        Waiting(Posting posting, Context cause, Duration deadline) {
            this.posting = posting;
            this.cause = cause;
            this.deadlineNanos = System.nanoTime() + deadline.toNanos();
        }

        boolean isLate() {
            return System.nanoTime() - deadlineNanos > 0;
        }

        /** What an attempt of this very request has made is its first answer, also if only the next one finds it. */
        Answer first(Answer found) {
            return possible instanceof Answer.Posted own && own.transactionNo() == transactionNo(found) ? own : found;
        }

        /** What was posted; or, where no key tells a repeat but a row of another room, what that row was posted by. */
        private static long transactionNo(Answer found) {
            return switch (found) {
                case Answer.Posted posted -> posted.transactionNo();
                case Answer.Refused refused ->
                    refused.problem() != null && refused.problem().figures().get(TRANSACTION_NO) instanceof String first
                            ? Long.parseLong(first)
                            : NONE;
                case Answer.Rejected rejected -> NONE;
            };
        }
    }

    private final Poster poster;
    private final LedgerConfig config;
    private final MeterRegistry registry;
    private final LedgerMetrics metrics;
    private final Traces traces;
    private final List<Lane> lanes = new ArrayList<>();
    private volatile boolean stopping;

    PostingQueue(Poster poster, LedgerConfig config, MeterRegistry registry, Traces traces) {
        this.poster = poster;
        this.config = config;
        this.registry = registry;
        this.metrics = new LedgerMetrics(registry);
        this.traces = traces;
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
        Waiting waiting = new Waiting(posting, traces.here(), config.deadline());
        Lane lane = lanes.get(Math.floorMod(posting.target().lane(), lanes.size()));
        if (stopping || !lane.queue.offer(waiting)) {
            return CompletableFuture.failedFuture(new ProblemException(
                    ProblemCode.OVERLOADED, "Too many requests are waiting; send it again with the same key."));
        }
        long startNanos = System.nanoTime();
        // A lane that is stuck in a lock or a dead connection can't answer in time; its caller is told all the same.
        return waiting.answer
                .orTimeout(config.deadline().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(
                        e -> CompletableFuture.failedFuture(e instanceof TimeoutException ? unavailable() : e))
                .whenComplete((answer, failure) -> metrics.answered(System.nanoTime() - startNanos));
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
            Gauge.builder("jifen.ledger.queue.depth", queue, Collection::size)
                    .description("Postings that wait for a lane, of at most jifen.ledger.queue-max each")
                    .tag("lane", "" + number)
                    .register(registry);
            // Of the platform: it waits for the database nearly all the time, which a virtual thread does by a detour.
            thread = Thread.ofPlatform().daemon().name("posting-lane-" + number).start(this);
        }

        @Override
        public void run() {
            try {
                while (!stopping || !queue.isEmpty()) {
                    Waiting first = queue.poll(100, TimeUnit.MILLISECONDS);
                    if (first != null) {
                        List<Waiting> batch = new ArrayList<>(List.of(first));
                        queue.drainTo(batch, config.batchMax() - 1);
                        postInTime(batch);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void postInTime(List<Waiting> batch) throws InterruptedException {
            List<Waiting> left = stillInTime(batch);
            long pauseMillis = 20;
            while (!left.isEmpty()) {
                try {
                    List<Answer> answers = post(left);
                    for (int i = 0; i < left.size(); i++) {
                        left.get(i).answer.complete(left.get(i).first(answers.get(i)));
                    }
                    return;
                } catch (LedgerUnavailableException e) {
                    for (int i = 0; i < e.possible().size(); i++) {
                        left.get(i).possible = left.get(i).first(e.possible().get(i));
                    }
                    metrics.retried();
                    Thread.sleep(pauseMillis);
                    pauseMillis = Math.min(pauseMillis * 2, 500);
                    left = stillInTime(left);
                } catch (RuntimeException | Error e) {
                    // A lane must live: its callers get the error, the next batch its chance.
                    LOG.error("a batch failed", Unquoted.of(e));
                    left.forEach(waiting -> waiting.answer.completeExceptionally(e));
                    return;
                }
            }
        }

        private List<Answer> post(List<Waiting> batch) {
            List<Posting> postings =
                    batch.stream().map(waiting -> waiting.posting).toList();
            List<Context> causes = batch.stream().map(waiting -> waiting.cause).toList();
            return traces.during("post", SpanKind.INTERNAL, causes, () -> poster.post(postings));
        }

        /** Without those whose callers have been told to come again, or are told so now. */
        private static List<Waiting> stillInTime(List<Waiting> batch) {
            List<Waiting> inTime = new ArrayList<>();
            for (Waiting waiting : batch) {
                if (waiting.isLate()) {
                    waiting.answer.completeExceptionally(unavailable());
                } else {
                    inTime.add(waiting);
                }
            }
            if (inTime.size() < batch.size()) {
                LOG.warnf("%d postings gave up waiting for the database", batch.size() - inTime.size());
            }
            return inTime;
        }
    }
}
