package io.jifen.risk;

import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Posting;
import io.jifen.platform.Json;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A kind of postings that may need an approval; one bean a kind. */
public interface Approvable {

    /** What was asked for and is approved now. */
    record Asked(
            Key key, String userId, long points, @Nullable String reason, String requestedBy, String request) {

        /** What was asked for, as it was written down. */
        public <T> T request(Json json, Class<T> type) {
            return json.parse(request, type);
        }

        /** The key stands for one thing, so it is all there is to compare. */
        public byte[] contentHash() {
            return ContentHash.of("approved").with("key", key).bytes();
        }
    }

    /** Its name in the API, 1 to 16 letters. */
    String kind();

    /**
     * Whether this user gets or loses points by it: then it isn't theirs to decide. Asked before it is decided.
     *
     * @param asked of a key that means nothing yet
     */
    default boolean concerns(String userId, Asked asked) throws SQLException {
        return userId.equals(asked.userId());
    }

    /** The posting, under the given key, that does what was asked for. */
    Posting posting(Asked asked);
}
