package io.jifen.rule;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.level.Levels;
import io.jifen.platform.Json;
import io.jifen.platform.Time;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** The room's door: makes postings whose points the rules decide, under the account's lock. */
@Singleton
public class Earning implements Companion {

    static final String REGISTER = "REGISTER";

    private final Rulebook rulebook;
    private final Levels levels;
    private final Json json;
    private final Time time;
    private final MeterRegistry metrics;
    private final Duration lateWindow;

    Earning(
            Rulebook rulebook,
            Levels levels,
            Json json,
            Time time,
            MeterRegistry metrics,
            @ConfigProperty(name = "jifen.earning.late-window") Duration lateWindow) {
        this.rulebook = rulebook;
        this.levels = levels;
        this.json = json;
        this.time = time;
        this.metrics = metrics;
        this.lateWindow = lateWindow;
    }

    /**
     * The posting of what this deed earns. Refused with {@code rule-not-found}, {@code points-not-allowed}, {@code
     * already-granted}, {@code daily-limit-reached} or {@code budget-exhausted}, if every rule refuses. Where the target
     * may be opened, a new account gets its registration grant first.
     *
     * @param key null where another companion asks what it earns, for a posting of its own
     */
    public Posting earn(Target.User target, Deed deed, @Nullable Key key, byte[] contentHash) {
        Posting posting = Posting.decidedBy(this, deed, key, contentHash, target)
                .biz(deed.bizType(), bizNo(target.userId(), deed))
                .because(deed.reason())
                .occurredAt(deed.occurredAt());
        return target.open() ? posting.welcome(register(target.userId())) : posting;
    }

    /** The registration grant, which opens the account; the same user's is the same posting, however often asked for. */
    public Posting register(String userId) {
        Deed deed = registration(userId);
        byte[] contentHash = ContentHash.of("register").with("userId", userId).bytes();
        return Posting.decidedBy(this, deed, registrationKey(userId), contentHash, new Target.User(userId, true))
                .biz(deed.bizType(), deed.bizNo())
                .because(deed.reason());
    }

    static Key registrationKey(String userId) {
        return Key.own("register", userId);
    }

    static Deed registration(String userId) {
        return new Deed(REGISTER, userId, null, null, null, "registration");
    }

    /** One registers once: whatever number the caller gave it, the business is the user. */
    static @Nullable String bizNo(String userId, Deed deed) {
        return deed.bizType().equals(REGISTER) ? userId : deed.bizNo();
    }

    Moment moment(@Nullable Instant occurredAt, Instant now) {
        return Moment.of(occurredAt, now, lateWindow, time.zone());
    }

    /** Behind the accounts and rooms' own rows: the budgets. */
    @Override
    public int lockOrder() {
        return 20;
    }

    /** Of the postings, their bizType, occurredAt and account count here; the deeds, when they are decided. */
    @Override
    public Facts read(
            Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now)
            throws SQLException {
        Rules rules = rulebook.rules(connection);
        Needs needs = new Needs(rules);
        for (Posting posting : postings) {
            Posting.About about = posting.about();
            needs.add(
                    accounts.apply(posting).id(),
                    Objects.requireNonNull(about.bizType()),
                    moment(about.occurredAt(), now));
        }
        return new Reckoned(rules, TallySql.lock(connection, needs));
    }

    private final class Reckoned implements Facts {

        private final Rules rules;
        private final Tally tally;
        private final Map<String, BigDecimal> levelFactors = levels.earningMultipliers();

        Reckoned(Rules rules, Tally tally) {
            this.rules = rules;
            this.tally = tally;
        }

        @Override
        public Plan decide(Posting posting, Given given) {
            if (!(posting.subject() instanceof Deed deed)) {
                throw new IllegalArgumentException("a posting decided by rules needs the deed it is about");
            }
            AccountView account = given.account();
            Award award = Award.of(
                    deed,
                    new Award.Facts(
                            rules,
                            account,
                            tally,
                            given.before(),
                            moment(deed.occurredAt(), given.now()),
                            levelFactors));
            award.failed().forEach(code -> metrics.counter("jifen.rule.condition.failures", "code", code)
                    .increment());
            return award.refused() != null
                    ? new Plan.Refuse(award.refused())
                    : new Plan.Go(award.grant(json::text), result -> tally.add(award, account.id(), rules));
        }

        @Override
        public void write(Connection connection) throws SQLException {
            TallySql.write(connection, tally); // what was granted is the ledger's to write
        }
    }
}
