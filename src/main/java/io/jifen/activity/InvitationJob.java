package io.jifen.activity;

import io.jifen.activity.FirstOrderSql.Buyer;
import io.jifen.ledger.Answer;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.platform.PodRoles;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.Time;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Pays invitations that wait: for the invitee's first order, once that is there; and all of them, where invitations are
 * paid at once by now. An order that was there before the invitation is seen by the invitation itself, under the lock of
 * the same account. One pod at a time; a second one would find nothing to pay.
 */
@Singleton
class InvitationJob {

    private static final Logger LOG = Logger.getLogger(InvitationJob.class);
    private static final String NAME = "invitations";
    private static final Duration LOCK_AT_MOST = Duration.ofMinutes(1);

    /** Invitations of one transaction: few enough that no posting waits long for one of their accounts. */
    private static final int BATCH = 100;

    /** What the rules refuse now they may allow after an edit, or on another day. */
    private static final Duration AFTER_REFUSAL = Duration.ofHours(1);

    private final Invitations invitations;
    private final Ledger ledger;
    private final DataSource database;
    private final InvitationConfig config;
    private final PodRoles roles;
    private final LockProvider locks;
    private final Time time;
    private @Nullable Instant nextLook;
    private volatile boolean waiting;

    InvitationJob(
            Invitations invitations,
            Ledger ledger,
            DataSource database,
            InvitationConfig config,
            PodRoles roles,
            LockProvider locks,
            Time time) {
        this.invitations = invitations;
        this.ledger = ledger;
        this.database = database;
        this.config = config;
        this.roles = roles;
        this.locks = locks;
        this.time = time;
    }

    @Scheduled(every = "${jifen.invitations-every:1s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        try {
            locks.lock(new LockConfiguration(ClockProvider.now(), NAME, LOCK_AT_MOST, Duration.ZERO))
                    .ifPresent(this::run);
            waiting = false;
        } catch (RuntimeException e) {
            if (!waiting) {
                LOG.warnf("invitations can't be paid now; tried again until they can: %s", e.toString());
            }
            waiting = true;
        }
    }

    private void run(SimpleLock lock) {
        try {
            // Well before another pod may take the lock; what is left then is found by the next run.
            long end = System.nanoTime() + LOCK_AT_MOST.dividedBy(2).toNanos();
            while (payFirstOrders() == BATCH && System.nanoTime() - end < 0) {
                // There may be more.
            }
            if (config.pay() == InvitationConfig.Pay.AT_ONCE && isTimeToLook()) {
                payWaiting();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            lock.unlock();
        }
    }

    /** Those that wait were made while invitations waited for orders: it is enough to look now and then. */
    private boolean isTimeToLook() {
        Instant now = time.now();
        if (nextLook != null && now.isBefore(nextLook)) {
            return false;
        }
        nextLook = now.plus(AFTER_REFUSAL);
        return true;
    }

    /** How many buyers there were; what they were invited to is paid, or will be tried again. */
    private int payFirstOrders() throws SQLException {
        Instant now = time.now();
        List<Buyer> buyers;
        List<Invitation> unpaid;
        try (Connection connection = database.getConnection()) {
            buyers = FirstOrderSql.due(connection, now, BATCH);
            unpaid = InvitationSql.unpaid(
                    connection, buyers.stream().map(Buyer::userId).toList());
        }
        Set<String> refused = pay(unpaid);
        Map<Long, @Nullable Instant> again = new TreeMap<>();
        buyers.forEach(buyer ->
                again.put(buyer.accountId(), refused.contains(buyer.userId()) ? now.plus(AFTER_REFUSAL) : null));
        try (Connection connection = database.getConnection()) {
            FirstOrderSql.tryAgain(connection, again);
        }
        return buyers.size();
    }

    /** Pays all that wait for an order, as none of them has to any more. */
    void payWaiting() throws SQLException {
        String last = "";
        List<Invitation> page;
        do {
            try (Connection connection = database.getConnection()) {
                page = InvitationSql.waiting(connection, last, BATCH);
            }
            pay(page);
            last = page.isEmpty() ? last : page.getLast().inviteeId();
        } while (page.size() == BATCH);
    }

    /** The invitees whose invitations the rules refuse to pay, on either side, for the time being. */
    private Set<String> pay(List<Invitation> unpaid) {
        List<Posting> payments = new ArrayList<>();
        for (Invitation invitation : unpaid) {
            payments.add(invitations.payInvitee(invitation.inviteeId()));
            payments.add(invitations.payInviter(invitation.inviterId(), invitation.inviteeId()));
        }
        List<Answer> answers = ledger.post(payments);
        Set<String> refused = new HashSet<>();
        for (int i = 0; i < answers.size(); i++) {
            String inviteeId = unpaid.get(i / 2).inviteeId();
            String code = refusal(answers.get(i));
            if (code != null) {
                LOG.warnf(
                        "an invitation can't be paid: invitee=%s side=%s code=%s",
                        inviteeId, i % 2 == 0 ? "invitee" : "inviter", code);
                if (!code.equals(ProblemCode.ALREADY_GRANTED.code())) {
                    refused.add(inviteeId);
                }
            }
        }
        return refused;
    }

    /** Null where it is paid, or was before. */
    private static @Nullable String refusal(Answer answer) {
        return switch (answer) {
            case Answer.Posted posted -> null;
            case Answer.Refused refused ->
                refused.code().equals(ProblemCode.ILLEGAL_STATE.code()) ? null : refused.code();
            case Answer.Rejected(var problem) -> problem.code();
        };
    }
}
