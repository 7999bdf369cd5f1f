package io.jifen.risk;

import io.jifen.ledger.Key;
import io.jifen.ledger.Posting;
import org.jspecify.annotations.Nullable;

/** A kind of postings that may need an approval; one bean a kind. */
public interface Approvable {

    /** What was asked for and is approved now. */
    record Asked(
            Key key, String userId, long points, @Nullable String reason, String requestedBy, String request) {}

    /** Its name in the API, 1 to 16 letters. */
    String kind();

    /** The posting, under the given key, that does what was asked for. */
    Posting posting(Asked asked);
}
