package io.jifen.rule;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** The room's door: makes postings whose points the rules decide, under the account's lock. */
@Singleton
public class Earning implements Companion {

    private static final String REGISTER = "REGISTER";

    private final Rulebook rulebook;
    private final Time time;
    private final Duration lateWindow;

    Earning(Rulebook rulebook, Time time, @ConfigProperty(name = "jifen.earning.late-window") Duration lateWindow) {
        this.rulebook = rulebook;
        this.time = time;
        this.lateWindow = lateWindow;
    }

    /**
     * The posting of what this deed earns. Refused with {@code rule-not-found}, {@code points-not-allowed} or {@code
     * already-granted}. Where the target may be opened, a new account gets its registration grant first.
     *
     * @param key null where another companion asks what it earns, for a posting of its own
     */
    public Posting earn(Target.User target, Deed deed, @Nullable Key key, byte[] contentHash) {
        // One registers once: whatever number the caller gave it, the business is the user.
        String bizNo = deed.bizType().equals(REGISTER) ? target.userId() : deed.bizNo();
        Posting posting = Posting.decidedBy(this, deed, key, contentHash, target)
                .biz(deed.bizType(), bizNo)
                .because(deed.reason())
                .occurredAt(deed.occurredAt());
        return target.open() ? posting.welcome(register(target.userId())) : posting;
    }

    /** The registration grant, which opens the account; the same user's is the same posting, however often asked for. */
    public Posting register(String userId) {
        Deed deed = new Deed(REGISTER, userId, null, null, null, "registration");
        byte[] contentHash = ContentHash.of("register").with("userId", userId).bytes();
        return Posting.decidedBy(this, deed, Key.own("register", userId), contentHash, new Target.User(userId, true))
                .biz(deed.bizType(), deed.bizNo())
                .because(deed.reason());
    }

    @Override
    public int lockOrder() {
        return 0;
    }

    @Override
    public Facts read(Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts)
            throws SQLException {
        return new Facts() {
            private final Rules rules = rulebook.rules(connection);

            @Override
            public Plan decide(Posting posting, AccountView account, Instant now) {
                if (!(posting.subject() instanceof Deed deed)) {
                    throw new IllegalArgumentException("a posting decided by rules needs the deed it is about");
                }
                return switch (Award.of(deed, rules, now, lateWindow, time.zone())) {
                    case Award.Given(var grant) -> new Plan.Go(grant, () -> {});
                    case Award.Refused(var problem) -> new Plan.Refuse(problem);
                };
            }

            @Override
            public void write(Connection sameConnection) {
                // What was granted is the ledger's to write.
            }
        };
    }
}
