package io.jifen.risk;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion;
import io.jifen.ledger.Key;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The room's door: asks for approvals instead of posting at once. */
@Singleton
public class Approvals implements Companion {

    private final Ids ids;
    private final Time time;
    private final ApprovalConfig config;
    private final DataSource database;
    private final Json json;

    Approvals(Ids ids, Time time, ApprovalConfig config, DataSource database, Json json) {
        this.ids = ids;
        this.time = time;
        this.config = config;
        this.database = database;
        this.json = json;
    }

    /** Whether so many points, added or taken by a person, need a second one. */
    public boolean areNeededFor(long points) {
        return Math.abs(points) > config.threshold();
    }

    /**
     * The posting that asks for an approval, under the key of the request. Its body is the {@link ApprovalView}.
     *
     * @param request JSON, handed to the {@link Approvable} of this kind when it is approved
     */
    public Posting ask(
            String kind,
            Key key,
            byte[] contentHash,
            Target.User target,
            long points,
            @Nullable String reason,
            String requestedBy,
            String request) {
        Instant now = time.now();
        Approval approval = new Approval(
                ids.next(),
                kind,
                Approval.Status.PENDING,
                target.userId(),
                points,
                reason,
                request,
                requestedBy,
                null,
                now,
                now.plus(config.expiresIn()),
                null,
                null);
        return Posting.decidedBy(this, approval, key, contentHash, target)
                .because(reason)
                .by(requestedBy)
                .answering(result -> ApprovalView.forRequester(approval, now));
    }

    /** The id of the approval that this posting of {@link #ask} asks for. */
    public long idOf(Posting question) {
        return approval(question).id();
    }

    /** Of these, those that will never be done, by id: {@code REJECTED} or {@code EXPIRED}. */
    public Map<Long, String> refusals(Collection<Long> ids) throws SQLException {
        Instant now = time.now();
        Map<Long, String> refusals = new HashMap<>();
        try (Connection connection = database.getConnection()) {
            for (Approval approval : ApprovalSql.findAll(connection, json, ids)) {
                Approval.Status status = approval.statusAt(now);
                if (status == Approval.Status.REJECTED || status == Approval.Status.EXPIRED) {
                    refusals.put(approval.id(), status.name());
                }
            }
        }
        return refusals;
    }

    private static Approval approval(Posting posting) {
        if (posting.subject() instanceof Approval approval) {
            return approval;
        }
        throw new IllegalArgumentException("a posting that asks for an approval needs the approval");
    }

    @Override
    public int lockOrder() {
        return 0;
    }

    @Override
    public Facts read(
            Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now) {
        List<Approval> asked = new ArrayList<>();
        return new Facts() {
            @Override
            public Plan decide(Posting posting, Given given) {
                Approval approval = approval(posting);
                return new Plan.Go(new Operation.None(), result -> asked.add(approval));
            }

            @Override
            public void write(Connection sameConnection) throws SQLException {
                ApprovalSql.insert(sameConnection, json, asked);
            }
        };
    }
}
