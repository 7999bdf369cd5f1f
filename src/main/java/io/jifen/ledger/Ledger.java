package io.jifen.ledger;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The room's door: makes postings so, exactly once. */
@ApplicationScoped
public class Ledger {

    private final Poster poster;
    private final PostingQueue queue;

    Ledger(Poster poster, PostingQueue queue) {
        this.poster = poster;
        this.queue = queue;
    }

    /**
     * Posts a batch in one transaction and blocks until it is committed; the answers are in the postings' order.
     *
     * @throws LedgerUnavailableException if the database can't be asked now: try again with the same keys
     */
    public List<Answer> post(List<Posting> postings) {
        return poster.post(postings);
    }

    /**
     * Posts one together with whatever else arrives at this time; blocks until it is committed.
     *
     * @throws io.jifen.platform.ProblemException {@code overloaded}, if the queue is full or the database is away for
     *     longer than the deadline
     */
    public Answer post(Posting posting) {
        try {
            return queue.submit(posting).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * Remembers that the message of this key can never be applied ({@code DEAD}); an outcome that is there stays.
     *
     * @throws LedgerUnavailableException if the database can't be asked now
     */
    public void markDead(Key key, @Nullable String userId, String code) {
        poster.markDead(key, userId, code);
    }
}
