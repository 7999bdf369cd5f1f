package io.jifen.activity;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SQL of table {@code invitation}. */
final class InvitationSql {

    private static final String COLUMNS =
            "SELECT invitee_id, inviter_id, transaction_no, invitee_paid, inviter_paid FROM invitation ";

    /** The lock is for the inviter's payment, should it be posted without the invitee's account beside it. */
    private static final String LOCK = COLUMNS + "WHERE invitee_id IN (%s) ORDER BY invitee_id FOR UPDATE";

    private static final String UNPAID = COLUMNS + "WHERE invitee_id IN (%s) AND inviter_paid = FALSE";

    /** Of both sides, which is what makes them different from those whose inviter the rules refused. */
    private static final String WAITING =
            COLUMNS + "WHERE invitee_paid = FALSE AND invitee_id > ? ORDER BY invitee_id LIMIT ?";

    private static final String PUT = """
            INSERT INTO invitation (invitee_id, inviter_id, transaction_no, invitee_paid, inviter_paid, created_at)
            VALUES (?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE invitee_paid = VALUES(invitee_paid), inviter_paid = VALUES(inviter_paid)""";

    private InvitationSql() {}

    /** By invitee, those there are. */
    static Map<String, Invitation> lock(Connection connection, Collection<String> inviteeIds) throws SQLException {
        Map<String, Invitation> found = new HashMap<>();
        Sql.listIn(connection, LOCK, InvitationSql::read, inviteeIds)
                .forEach(invitation -> found.put(invitation.inviteeId(), invitation));
        return found;
    }

    static List<Invitation> unpaid(Connection connection, Collection<String> inviteeIds) throws SQLException {
        return Sql.listIn(connection, UNPAID, InvitationSql::read, inviteeIds);
    }

    /** Up to {@code limit} that wait for an order, by invitee, behind this one. */
    static List<Invitation> waiting(Connection connection, String inviteeId, int limit) throws SQLException {
        return Sql.list(connection, WAITING, InvitationSql::read, inviteeId, limit);
    }

    static void put(Connection connection, Collection<Invitation> invitations, Instant now) throws SQLException {
        Sql.batch(connection, PUT, invitations, invitation -> new Object[] {
            invitation.inviteeId(),
            invitation.inviterId(),
            invitation.transactionNo(),
            invitation.inviteePaid(),
            invitation.inviterPaid(),
            now
        });
    }

    private static Invitation read(ResultSet row) throws SQLException {
        return new Invitation(
                row.getString("invitee_id"),
                row.getString("inviter_id"),
                row.getLong("transaction_no"),
                row.getBoolean("invitee_paid"),
                row.getBoolean("inviter_paid"));
    }
}
