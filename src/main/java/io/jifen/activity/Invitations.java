package io.jifen.activity;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion;
import io.jifen.ledger.Earnings;
import io.jifen.ledger.Key;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.risk.Risk;
import io.jifen.rule.Deed;
import io.jifen.rule.Earning;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Records invitations and pays them, each side by a posting on its own account. */
@Singleton
class Invitations implements Companion {

    static final String INVITE = "INVITE";

    /** What a posting is to do. {@code grant} is what its account earns by it, if it comes to that. */
    private sealed interface Wish {
        String inviteeId();

        Posting grant();

        /** Records the invitation; pays the invitee as well, if that is due. */
        record Invite(String inviterId, String inviteeId, Posting grant) implements Wish {}

        /** Pays the invitee, if nobody has. */
        record PayInvitee(String inviteeId, Posting grant) implements Wish {}

        /** Pays the inviter, if the invitee is paid and the inviter isn't. */
        record PayInviter(String inviteeId, Posting grant) implements Wish {}

        static Wish of(Posting posting) {
            if (posting.subject() instanceof Wish wish) {
                return wish;
            }
            throw new IllegalArgumentException("a posting of an invitation needs a wish of what to do with it");
        }
    }

    private final Earning earning;
    private final Earnings earnings;
    private final Risk risk;
    private final InvitationConfig config;

    Invitations(Earning earning, Earnings earnings, Risk risk, InvitationConfig config) {
        this.earning = earning;
        this.earnings = earnings;
        this.risk = risk;
        this.config = config;
    }

    /** The posting that records the invitation; {@code already-granted} if the invitee has been invited before. */
    Posting invite(String inviterId, String inviteeId, Key key, byte[] contentHash, String operator) {
        Posting grant = grant(inviteeId, inviteeId);
        return posting(new Wish.Invite(inviterId, inviteeId, grant), grant, key, contentHash)
                .by(operator)
                .answering(result -> InvitationBody.of(result, inviterId, inviteeId));
    }

    /** Pays the inviter as soon as the invitee is paid; refused, and that not remembered, where it isn't or both are. */
    Posting payInviter(String inviterId, String inviteeId) {
        Posting grant = grant(inviterId, inviteeId);
        return risk.blockUser(posting(new Wish.PayInviter(inviteeId, grant), grant, null, new byte[0]), INVITE);
    }

    /** Pays the invitee of an invitation that waits; refused, and that not remembered, where there is none. */
    Posting payInvitee(String inviteeId) {
        Posting grant = grant(inviteeId, inviteeId);
        return risk.blockUser(posting(new Wish.PayInvitee(inviteeId, grant), grant, null, new byte[0]), INVITE);
    }

    private Posting grant(String userId, String inviteeId) {
        Deed deed = new Deed(INVITE, inviteeId, null, null, null, "invitation");
        return earning.earn(new Target.User(userId, true), deed, null, new byte[0]);
    }

    private Posting posting(Wish wish, Posting grant, @Nullable Key key, byte[] contentHash) {
        return Posting.decidedBy(this, wish, key, contentHash, grant.target())
                .about(grant.about())
                .welcome(grant.welcome());
    }

    // ---- as a companion ----

    @Override
    public int lockOrder() {
        return 10;
    }

    @Override
    public Optional<Posting> question(Posting posting) {
        return Optional.of(Wish.of(posting).grant());
    }

    @Override
    public Facts read(
            Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now)
            throws SQLException {
        TreeSet<String> invitees = new TreeSet<>();
        TreeSet<Long> invited = new TreeSet<>();
        for (Posting posting : postings) {
            Wish wish = Wish.of(posting);
            invitees.add(wish.inviteeId());
            if (wish instanceof Wish.Invite) {
                invited.add(accounts.apply(posting).id());
            }
        }
        Map<String, Invitation> known = InvitationSql.lock(connection, invitees);
        return new Known(known, ordered(connection, invited), now);
    }

    /** Those with an order: one that was taken note of, or, from before that began, one that earned points. */
    private Set<Long> ordered(Connection connection, Set<Long> invited) throws SQLException {
        if (config.pay() == InvitationConfig.Pay.AT_ONCE) {
            return Set.of();
        }
        Set<Long> ordered = new HashSet<>(FirstOrderSql.ordered(connection, invited));
        ordered.addAll(earnings.whoEarned(connection, invited, Orders.ORDER));
        return ordered;
    }

    private final class Known implements Facts {
        private final Map<String, Invitation> invitations;
        private final Set<Long> ordered;
        private final Instant now;
        private final TreeMap<String, Invitation> changed = new TreeMap<>();

        Known(Map<String, Invitation> invitations, Set<Long> ordered, Instant now) {
            this.invitations = invitations;
            this.ordered = ordered;
            this.now = now;
        }

        @Override
        public Plan decide(Posting posting, Given given) {
            AccountView account = given.account();
            Wish wish = Wish.of(posting);
            Invitation before = invitations.get(wish.inviteeId());
            return switch (wish) {
                case Wish.Invite invite -> decide(invite, before, given);
                case Wish.PayInvitee pay ->
                    before == null || before.inviteePaid()
                            ? nothingToPay()
                            : paying(given.ask().apply(pay.grant()), transactionNo -> before.withInviteePaid());
                case Wish.PayInviter pay ->
                    before == null
                                    || !before.inviteePaid()
                                    || before.inviterPaid()
                                    || !before.inviterId().equals(account.userId())
                            ? nothingToPay()
                            : paying(given.ask().apply(pay.grant()), transactionNo -> before.withInviterPaid());
            };
        }

        private Plan decide(Wish.Invite invite, @Nullable Invitation before, Given given) {
            if (before != null) {
                return new Plan.Refuse(Problem.of(ProblemCode.ALREADY_GRANTED, "This user has been invited before.")
                        .with("transactionNo", Long.toString(before.transactionNo())));
            }
            boolean due = config.pay() == InvitationConfig.Pay.AT_ONCE
                    || ordered.contains(given.account().id());
            Plan plan = due ? given.ask().apply(invite.grant()) : new Plan.Go(new Operation.None(), result -> {});
            return paying(
                    plan,
                    transactionNo -> new Invitation(invite.inviteeId(), invite.inviterId(), transactionNo, due, false));
        }

        private Plan paying(Plan plan, Function<Long, Invitation> after) {
            return switch (plan) {
                case Plan.Refuse refused -> refused;
                case Plan.Go go ->
                    new Plan.Go(go.operation(), result -> {
                        go.accepted().accept(result);
                        Invitation invitation = after.apply(Long.valueOf(result.transactionNo()));
                        invitations.put(invitation.inviteeId(), invitation);
                        changed.put(invitation.inviteeId(), invitation);
                    });
            };
        }

        private static Plan nothingToPay() {
            return new Plan.Refuse(Problem.of(ProblemCode.ILLEGAL_STATE, "There is nothing to pay."));
        }

        @Override
        public void write(Connection connection) throws SQLException {
            InvitationSql.put(connection, changed.values(), now);
        }
    }
}
