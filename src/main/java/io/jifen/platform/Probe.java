package io.jifen.platform;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jboss.logging.Logger;

/**
 * Whether something the service can do without is there: shown, but never a reason not to be ready. A health check must
 * not wait for what may be away, so it gets the last known state while the next one is being found out.
 */
final class Probe {

    /** Orchestrators ask every few seconds, and of many pods: nobody needs to know more often. */
    private static final Duration FRESH = Duration.ofSeconds(2);
    /** Less than the second after which an orchestrator takes no answer for a bad one. */
    private static final Duration WAIT_MAX = Duration.ofMillis(300);

    private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(Probe.class);

    private final String name;
    private final Supplier<CompletionStage<?>> question;

    /** Being put: the client may have to be made first, and its server's name be looked up, however long that takes. */
    private CompletableFuture<?> asking = CompletableFuture.completedFuture("");

    private CompletableFuture<String> running = CompletableFuture.completedFuture("");
    private long askedNanos;
    private volatile String last = "not known yet";

    /** @param question put by one thread at a time; fails, or doesn't answer within a second, if it is away */
    Probe(String name, Supplier<CompletionStage<?>> question) {
        this.name = name;
        this.question = question;
    }

    HealthCheckResponse state() {
        CompletableFuture<String> asked = ask();
        try {
            asked.get(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // Then the last state is the best there is.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String reason = last;
        var response = HealthCheckResponse.named(name).up().withData("state", reason.isEmpty() ? "up" : "degraded");
        return reason.isEmpty()
                ? response.build()
                : response.withData("reason", reason).build();
    }

    private synchronized CompletableFuture<String> ask() {
        long now = System.nanoTime();
        boolean fresh = askedNanos != 0 && now - askedNanos < FRESH.toNanos();
        if (asking.isDone() && running.isDone() && !fresh) {
            askedNanos = now;
            CompletableFuture<CompletionStage<?>> asked =
                    CompletableFuture.supplyAsync(question, Thread::startVirtualThread);
            asking = asked;
            running = asked.thenCompose(answer -> answer.thenApply(Object::toString))
                    .orTimeout(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    .handle((answer, failure) -> failure == null ? "" : said(failure))
                    .whenComplete((reason, never) -> last = reason);
        }
        return running;
    }

    /** Anybody may ask for the state, so how the inside is called is for the log alone; once, not with each question. */
    private String said(Throwable failure) {
        Throwable root = root(failure);
        String reason = root instanceof TimeoutException ? "no answer" : "failed";
        if (!reason.equals(last)) {
            LOG.warnf("%s: %s", name, root);
        }
        return reason;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
