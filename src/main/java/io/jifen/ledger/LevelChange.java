package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Id64;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An account's level was another one before: a row of table {@code level_history}, and the data of a {@code
 * points.level-changed} event.
 *
 * @param id of the row and of the event
 * @param levelBasis points that count for the level, after it
 * @param validUntil the last day on which the level is sure to be kept; null: no end
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record LevelChange(
        @Id64 long id,
        @JsonIgnore long accountId,
        String userId,
        String from,
        String to,
        Cause cause,
        long levelBasis,
        @Nullable LocalDate validUntil,
        Instant occurredAt) {

    /** Why. */
    enum Cause {
        /** Its points were reached. */
        REACHED,
        /** A clawback took points that had brought it. */
        CLAWBACK,
        /** The period and its grace ended, and what was earned in it was too little. */
        PERIOD_ENDED,
        /** The ladder was edited. */
        LADDER
    }
}
