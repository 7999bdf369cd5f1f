package io.jifen.risk;

import io.jifen.ledger.Guard.Reason;
import io.jifen.ledger.Key;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was found about a request; kept where something was. */
record RiskDecision(
        long id,
        Key key,
        long accountId,
        String userId,
        String kind,
        long points,
        Ruling ruling,
        int settingsVersion,
        @Nullable Long approvalId,
        Instant createdAt) {

    /** Reasons as they are kept. */
    @RegisterForReflection
    record Reasons(List<Reason> reasons) {}

    RiskDecision waitingFor(long approval) {
        return new RiskDecision(id, key, accountId, userId, kind, points, ruling, settingsVersion, approval, createdAt);
    }
}
