package io.jifen.risk;

import io.jifen.ledger.Answer;
import io.jifen.platform.Json;
import io.jifen.platform.PodRoles;
import io.jifen.platform.Problem;
import io.jifen.platform.Time;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Does what was decided and left undone by a pod that died, or by a ledger that didn't answer. And writes down which
 * approvals have expired, and forgets what reviews among them were about: they count as expired from that moment on, and
 * the points that they held are back, whether or not this has run. Two pods at once do no harm.
 */
@Singleton
class ApprovalJob {

    private static final Logger LOG = Logger.getLogger(ApprovalJob.class);

    /** Rows of one statement. */
    private static final int BATCH = 500;

    /** Whoever decides also does it, and that takes no longer. */
    private static final Duration UNDER_WAY = Duration.ofMinutes(1);

    private final Settlement settlement;
    private final DataSource database;
    private final Json json;
    private final PodRoles roles;
    private final Time time;

    ApprovalJob(Settlement settlement, DataSource database, Json json, PodRoles roles, Time time) {
        this.settlement = settlement;
        this.database = database;
        this.json = json;
        this.roles = roles;
        this.time = time;
    }

    @Scheduled(every = "${jifen.approval-expire-every}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        try {
            expire();
            settle();
        } catch (SQLException e) {
            LOG.warnf("what has expired, or was left undone, has to wait for the next time: %s", e.toString());
        }
    }

    private void expire() throws SQLException {
        try (Connection connection = database.getConnection()) {
            for (int expired = BATCH; expired == BATCH; ) {
                expired = ApprovalSql.expire(connection, time.now(), BATCH);
            }
        }
    }

    private void settle() throws SQLException {
        Instant decidedBefore = time.now().minus(UNDER_WAY);
        List<Approval> left = unsettled(decidedBefore, 0);
        while (!left.isEmpty()) {
            for (Approval approval : left) {
                settle(approval);
            }
            left = unsettled(decidedBefore, left.getLast().id());
        }
    }

    private List<Approval> unsettled(Instant decidedBefore, long after) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ApprovalSql.unsettled(connection, json, decidedBefore, after, BATCH);
        }
    }

    /** One that can't be done keeps no other one from it. */
    private void settle(Approval approval) {
        try {
            if (approval.status() == Approval.Status.REJECTED) {
                settlement.dropped(approval);
            } else if (settlement.approved(approval) instanceof Answer.Rejected(Problem problem)) {
                LOG.warnf("approval %d can't be done: %s", approval.id(), problem.code());
            }
        } catch (RuntimeException e) {
            LOG.warnf("approval %d can't be done this time: %s", approval.id(), e.toString());
        }
    }
}
