package io.jifen.activity;

import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.platform.Json;
import io.jifen.platform.ProblemException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Pays invitations when the invitee's first order has earned points; on where they are paid so. It hears of orders by
 * the outbox's messages, so none is missed, and one that comes twice finds nothing to pay. An order that was there
 * before the invitation is seen by the invitation itself, under the lock of the same account.
 */
@ApplicationScoped
class FirstOrderConsumer {

    private static final Logger LOG = Logger.getLogger(FirstOrderConsumer.class);
    private static final String ORDER = "ORDER";
    private static final Set<String> EARNED = Set.of("GRANT", "PENDING");

    /** What this room needs of the data of a {@code points.balance-changed} event. */
    @RegisterForReflection
    record Change(
            @Nullable String userId,
            @Nullable String type,
            @Nullable String bizType) {}

    private final Invitations invitations;
    private final Ledger ledger;
    private final DataSource database;
    private final Json json;
    private final Duration pause;
    private final CountDownLatch stopping = new CountDownLatch(1);

    FirstOrderConsumer(
            Invitations invitations, Ledger ledger, DataSource database, Json json, InvitationConfig config) {
        this.invitations = invitations;
        this.ledger = ledger;
        this.database = database;
        this.json = json;
        this.pause = config.pause();
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    @Incoming("orders")
    @Blocking
    void apply(List<byte[]> messages) throws InterruptedException {
        TreeSet<String> buyers = new TreeSet<>();
        messages.forEach(message -> addBuyer(message, buyers));
        while (!buyers.isEmpty()) {
            try {
                pay(buyers);
                return;
            } catch (SQLException | RuntimeException e) {
                LOG.warnf("Invitations can't be paid now; tried again until they can: %s", e);
                if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("stopped while the database was away; the batch comes again", e);
                }
            }
        }
    }

    private void pay(TreeSet<String> buyers) throws SQLException {
        List<Posting> payments = new ArrayList<>();
        try (Connection connection = database.getConnection()) {
            for (Invitation invitation : InvitationSql.unpaid(connection, buyers)) {
                payments.add(invitations.payInvitee(invitation.inviteeId()));
                payments.add(invitations.payInviter(invitation.inviterId(), invitation.inviteeId()));
            }
        }
        ledger.post(payments);
    }

    private void addBuyer(byte[] message, TreeSet<String> buyers) {
        try {
            Change change = json.parse(message, Change.class);
            if (change.userId() != null && ORDER.equals(change.bizType()) && isEarned(change)) {
                buyers.add(change.userId());
            }
        } catch (ProblemException e) {
            LOG.warnf("Skipped a message of points.balance-changed that is not ours: %s", e.getMessage());
        }
    }

    private static boolean isEarned(Change change) {
        return change.type() != null && EARNED.contains(change.type());
    }
}
