package io.jifen.risk;

import io.jifen.ledger.Posting;
import org.jspecify.annotations.Nullable;

/** What is known of a posting before the ledger decides it. */
final class Watch {

    /** Of the {@link Approvable} that makes the posting again, should it wait for a person. */
    final String kind;

    /** What that needs to know; written as JSON then. */
    final Object request;

    /** Null: it came by no request. */
    final @Nullable Origin origin;

    /** Of points that come in, how many they are thought to be: more is nothing but one more reading. */
    final long mayBring;

    /** Only who is on the lists counts; no check looks at it, and it never waits for a person. */
    final boolean listsOnly;

    /** It brings in many points, though it was not thought to: this time its facts have to be read. */
    volatile boolean bringsMany;

    Watch(String kind, Object request, @Nullable Origin origin, long mayBring) {
        this(kind, request, origin, mayBring, false);
    }

    private Watch(String kind, Object request, @Nullable Origin origin, long mayBring, boolean listsOnly) {
        this.kind = kind;
        this.request = request;
        this.origin = origin;
        this.mayBring = mayBring;
        this.listsOnly = listsOnly;
    }

    /** @param kind says in the decision what it was, 1 to 16 letters */
    static Watch forLists(String kind, @Nullable Origin origin) {
        return new Watch(kind, "", origin, 0, true);
    }

    static Watch of(Posting posting) {
        if (posting.watch() instanceof Watch watch) {
            return watch;
        }
        throw new IllegalArgumentException("only what this room watches over is judged by it");
    }
}
