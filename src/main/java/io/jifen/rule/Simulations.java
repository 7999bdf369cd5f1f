package io.jifen.rule;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.EarnedBefore;
import io.jifen.ledger.Earnings;
import io.jifen.ledger.Requests;
import io.jifen.ledger.Standings;
import io.jifen.level.Levels;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Says what a deed would earn: the facts by plain reads, then the same {@link Award} as in earning. */
@Singleton
public class Simulations {

    /** Of somebody without an account; ids of accounts are above 0. */
    private static final long NOBODY = 0;

    private final Earning earning;
    private final Rulebook rulebook;
    private final Standings standings;
    private final Requests requests;
    private final Earnings earnings;
    private final Levels levels;
    private final DataSource database;
    private final Time time;

    Simulations(
            Earning earning,
            Rulebook rulebook,
            Standings standings,
            Requests requests,
            Earnings earnings,
            Levels levels,
            DataSource database,
            Time time) {
        this.earning = earning;
        this.rulebook = rulebook;
        this.standings = standings;
        this.requests = requests;
        this.earnings = earnings;
        this.levels = levels;
        this.database = database;
        this.time = time;
    }

    /** What the deed would earn this user now; behind the registration's grant, where the account is still to get it. */
    public Simulation of(String userId, Deed deed) throws SQLException {
        Instant now = time.now();
        AccountView account = standings.of(userId, now).orElseGet(() -> nobody(userId));
        Deed registration = Earning.registration(userId);
        Moment moment = earning.moment(deed.occurredAt(), now);
        Moment atOnce = earning.moment(null, now);
        Map<String, BigDecimal> factors = levels.earningMultipliers();
        Rules rules;
        Tally tally;
        try (Connection connection = database.getConnection()) {
            rules = rulebook.rules(connection);
            Needs needs = new Needs(rules);
            needs.add(account.id(), deed.bizType(), moment);
            needs.add(account.id(), registration.bizType(), atOnce);
            tally = TallySql.look(connection, needs);
        }
        if (!isWelcomed(account)) {
            EarnedBefore before = earnings.of(account.id(), deed.bizType(), Earning.bizNo(userId, deed));
            return Simulation.of(Award.of(deed, new Award.Facts(rules, account, tally, before, moment, factors)));
        }
        Award welcome =
                Award.of(registration, new Award.Facts(rules, account, tally, ruleCode -> null, atOnce, factors));
        tally.add(welcome, account.id(), rules);
        Set<String> welcomed = deed.bizType().equals(Earning.REGISTER) ? codes(welcome) : Set.of();
        EarnedBefore before = ruleCode -> welcomed.contains(ruleCode) ? NOBODY : null;
        return Simulation.of(
                Award.of(deed, new Award.Facts(rules, after(welcome, account), tally, before, moment, factors)));
    }

    /** An account without an entry gets the registration's grant with the first posting, unless that is decided. */
    private boolean isWelcomed(AccountView account) {
        return account.version() == 0
                && requests.find(Earning.registrationKey(account.userId())).isEmpty();
    }

    private static Set<String> codes(Award award) {
        return award.granted().stream()
                .filter(line -> line.points() > 0)
                .map(line -> line.rule().code())
                .collect(Collectors.toSet());
    }

    private AccountView after(Award welcome, AccountView account) {
        long active = 0;
        long pending = 0;
        for (Award.Line line : welcome.granted()) {
            if (line.rule().pendingDays() == 0) {
                active += line.points();
            } else {
                pending += line.points();
            }
        }
        return account(account.id(), account.userId(), active, pending);
    }

    private AccountView nobody(String userId) {
        return account(NOBODY, userId, 0, 0);
    }

    private AccountView account(long id, String userId, long available, long pending) {
        String level = levels.ladder().at(available).code();
        return new AccountView(id, userId, false, available, 0, pending, 0, level, 0, null);
    }
}
