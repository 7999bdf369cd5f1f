package io.jifen.risk;

import io.jifen.ledger.Answer;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Problem;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Does what was decided about approvals, and what a review kept for that goes. As often as one likes: the keys of the
 * postings make each happen once.
 */
@Singleton
class Settlement {

    private static final Logger LOG = Logger.getLogger(Settlement.class);

    private final Ledger ledger;
    private final DataSource database;
    private final List<Approvable> kinds;

    Settlement(Ledger ledger, DataSource database, @All List<Approvable> kinds) {
        this.ledger = ledger;
        this.database = database;
        this.kinds = kinds;
    }

    Approvable kind(Approval approval) {
        return kinds.stream()
                .filter(kind -> kind.kind().equals(approval.kind()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nobody knows how to do " + approval.kind()));
    }

    /** Does what was approved: the points that were held for it are its own, or given back if the ledger refuses. */
    Answer approved(Approval approval) {
        Answer answer = ledger.post(kind(approval).posting(approval.asked()).redeeming(approval.holdId()));
        switch (answer) {
            case Answer.Posted posted -> settled(approval);
            case Answer.Refused refused -> dropped(approval);
            case Answer.Rejected rejected -> {} // nothing is decided: to be tried again
        }
        return answer;
    }

    /** Of what comes to nothing: gives back what is held for it. What can't be done now, the job does. */
    void dropped(Approval approval) {
        try {
            if (approval.holdId() != null && ledger.post(end(approval)) instanceof Answer.Rejected(Problem problem)) {
                later(approval, problem.code());
                return;
            }
        } catch (RuntimeException e) { // the ledger doesn't answer
            later(approval, e);
            return;
        }
        settled(approval);
    }

    private static Posting end(Approval approval) {
        return Posting.of(
                        approval.endKey(),
                        approval.asked().contentHash(),
                        new Target.User(approval.userId(), false),
                        new Operation.None())
                .because(approval.reason())
                .by(approval.decidedBy())
                .redeeming(approval.holdId());
    }

    private void settled(Approval approval) {
        try (Connection connection = database.getConnection()) {
            ApprovalSql.settled(connection, approval.id());
        } catch (SQLException e) {
            later(approval, e);
        }
    }

    private static void later(Approval approval, Object why) {
        LOG.warnf("approval %d is decided, and not put away yet: %s", approval.id(), why);
    }
}
