package io.jifen.activity;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion;
import io.jifen.ledger.Key;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.rule.Deed;
import io.jifen.rule.Earning;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Takes note of each user's first order, where invitations wait for that: in the order's own transaction, so that none
 * is missed, whatever it earns. What waits for it is then paid by {@link InvitationJob}.
 */
@Singleton
public class Orders implements Companion {

    static final String ORDER = "ORDER";

    private final Earning earning;
    private final InvitationConfig config;

    Orders(Earning earning, InvitationConfig config) {
        this.earning = earning;
        this.config = config;
    }

    /** The posting of what the deed earns, as {@link Earning#earn} makes it; an order is taken note of. */
    public Posting earn(Target.User target, Deed deed, Key key, byte[] contentHash) {
        if (config.pay() == InvitationConfig.Pay.AT_ONCE || !deed.bizType().equals(ORDER)) {
            return earning.earn(target, deed, key, contentHash);
        }
        Posting question = earning.earn(target, deed, null, new byte[0]);
        return Posting.decidedBy(this, question, key, contentHash, target)
                .about(question.about())
                .welcome(question.welcome());
    }

    // ---- as a companion ----

    @Override
    public int lockOrder() {
        return 10;
    }

    @Override
    public Optional<Posting> question(Posting posting) {
        return Optional.of(asked(posting));
    }

    private static Posting asked(Posting posting) {
        if (posting.subject() instanceof Posting question) {
            return question;
        }
        throw new IllegalArgumentException("a posting of an order needs the question what it earns");
    }

    @Override
    public Facts read(
            Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now)
            throws SQLException {
        TreeSet<Long> buyers = new TreeSet<>();
        postings.forEach(posting -> buyers.add(accounts.apply(posting).id()));
        return new Buyers(FirstOrderSql.ordered(connection, buyers), now);
    }

    private static final class Buyers implements Facts {
        private final Set<Long> before;
        private final Instant now;
        private final TreeMap<Long, String> first = new TreeMap<>();

        Buyers(Set<Long> before, Instant now) {
            this.before = before;
            this.now = now;
        }

        @Override
        public Plan decide(Posting posting, Given given) {
            AccountView account = given.account();
            return switch (given.ask().apply(asked(posting))) {
                case Plan.Refuse refused -> refused;
                case Plan.Go go ->
                    new Plan.Go(go.operation(), result -> {
                        go.accepted().accept(result);
                        if (!before.contains(account.id())) {
                            first.put(account.id(), account.userId());
                        }
                    });
            };
        }

        @Override
        public void write(Connection connection) throws SQLException {
            FirstOrderSql.insert(connection, first, now);
        }
    }
}
