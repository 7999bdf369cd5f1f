package io.jifen.risk;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known when a move is judged. What no check asked for is empty, or 0.
 *
 * @param postings of the account within the last hour, as far back as the check counts
 * @param earned points that came in lately, by where they came from
 * @param received transfers that the receiver got within the last hour, as far back as the check counts
 * @param openedAt when the account was opened
 * @param origin where the request comes from; null: that is not known
 * @param seen where the account was used from before
 * @param accountsOnDevice that were used from this device, this one included
 */
record Circumstances(
        Instant now,
        long postings,
        Map<String, Long> earned,
        long received,
        @Nullable Instant openedAt,
        @Nullable Origin origin,
        List<Seen> seen,
        long accountsOnDevice) {

    /** A device or an address that an account was used from. */
    record Seen(Origin.Kind kind, String value, Instant firstSeen, Instant lastSeen) {}
}
