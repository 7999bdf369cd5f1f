package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Traces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the queue makes of what the poster does; the poster itself and its database are other tests' matter. */
class PostingQueueTest {

    private static final Duration DEADLINE = Duration.ofMillis(400);

    private final List<List<Posting>> attempts = new CopyOnWriteArrayList<>();

    @Test
    void postings_of_a_user_are_in_one_lane_whatever_they_want() {
        assertThat(new Target.User("bob", true).lane()).isEqualTo(new Target.User("bob", false).lane());
    }

    @Test
    void an_answer_whose_commit_seemed_lost_is_the_first_answer_if_it_was_committed() throws Exception {
        Answer first = posted(7, false);
        PostingQueue queue = queue(postings -> {
            if (attempts.size() == 1) {
                throw new LedgerUnavailableException(new SQLException("commit: connection lost"), List.of(first));
            }
            return List.of(posted(7, true));
        });

        assertThat(queue.submit(posting("k")).get(5, TimeUnit.SECONDS)).isSameAs(first);
        queue.stop(new ShutdownEvent());
    }

    @Test
    void an_answer_that_another_request_had_committed_is_a_repeat() throws Exception {
        PostingQueue queue = queue(postings -> {
            if (attempts.size() == 1) {
                throw new LedgerUnavailableException(
                        new SQLException("commit: connection lost"), List.of(posted(7, false)));
            }
            return List.of(posted(8, true));
        });

        assertThat(queue.submit(posting("k")).get(5, TimeUnit.SECONDS)).isEqualTo(posted(8, true));
        queue.stop(new ShutdownEvent());
    }

    @Test
    void a_row_that_the_seemingly_lost_attempt_has_made_is_not_in_its_own_way() throws Exception {
        Answer first = posted(7, false);
        PostingQueue queue = queue(postings -> {
            if (attempts.size() == 1) {
                throw new LedgerUnavailableException(new SQLException("commit: connection lost"), List.of(first));
            }
            return List.of(refused("7"));
        });

        assertThat(queue.submit(keyless()).get(5, TimeUnit.SECONDS)).isSameAs(first);
        queue.stop(new ShutdownEvent());
    }

    @Test
    void a_row_that_another_request_has_made_is_in_the_way() throws Exception {
        PostingQueue queue = queue(postings -> {
            if (attempts.size() == 1) {
                throw new LedgerUnavailableException(
                        new SQLException("commit: connection lost"), List.of(posted(7, false)));
            }
            return List.of(refused("8"));
        });

        assertThat(queue.submit(keyless()).get(5, TimeUnit.SECONDS)).isInstanceOf(Answer.Refused.class);
        queue.stop(new ShutdownEvent());
    }

    @Test
    void a_posting_whose_caller_was_told_to_come_again_is_not_tried() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        PostingQueue queue = queue(postings -> {
            await(stuck);
            return postings.stream().map(posting -> posted(1, false)).toList();
        });

        CompletableFuture<Answer> first = queue.submit(posting("first"));
        Awaitility.await().until(() -> attempts.size() == 1);
        CompletableFuture<Answer> late = queue.submit(posting("late"));
        assertThatThrownBy(() -> late.get(5, TimeUnit.SECONDS)).cause().isInstanceOf(ProblemException.class);
        stuck.countDown();
        CompletableFuture<Answer> after = queue.submit(posting("after"));

        assertThat(after.get(5, TimeUnit.SECONDS)).isEqualTo(posted(1, false));
        assertThat(first).isDone();
        assertThat(attempts.stream().flatMap(List::stream).map(Posting::traceId))
                .doesNotContain("late");
        queue.stop(new ShutdownEvent());
    }

    private PostingQueue queue(Function<List<Posting>, List<Answer>> poster) {
        LedgerConfig config = new RealLedger.Limits() {
            @Override
            public Duration deadline() {
                return DEADLINE;
            }
        };
        PostingQueue queue = new PostingQueue(
                new Poster(
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        config,
                        null,
                        new SimpleMeterRegistry(),
                        0) {
                    @Override
                    List<Answer> post(List<Posting> postings) {
                        attempts.add(postings);
                        return poster.apply(postings);
                    }
                },
                config,
                new SimpleMeterRegistry(),
                Traces.off());
        queue.start(new StartupEvent());
        return queue;
    }

    private static Posting posting(String key) {
        return Posting.of(new Key("", key), new byte[16], new Target.User("bob", false), new Operation.Spend(1));
    }

    private static Posting keyless() {
        return Posting.keyless(new Target.User("bob", false), new Operation.None());
    }

    private static Answer refused(String transactionNo) {
        Problem problem = Problem.of(ProblemCode.ALREADY_SIGNED_IN, "before").with("transactionNo", transactionNo);
        return new Answer.Refused(409, problem.code(), null, problem, false);
    }

    private static Answer posted(long transactionNo, boolean replayed) {
        return new Answer.Posted(transactionNo, null, null, replayed);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
