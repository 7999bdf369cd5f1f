package io.jifen.rule;

import io.jifen.ledger.AccountFigures;
import io.jifen.ledger.AccountView;
import io.jifen.ledger.Balances;
import io.jifen.ledger.EarnedBefore;
import io.jifen.ledger.Earnings;
import io.jifen.ledger.LadderSource;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
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
    private final Balances balances;
    private final Earnings earnings;
    private final LadderSource ladder;
    private final DataSource database;
    private final Time time;

    Simulations(
            Earning earning,
            Rulebook rulebook,
            Balances balances,
            Earnings earnings,
            LadderSource ladder,
            DataSource database,
            Time time) {
        this.earning = earning;
        this.rulebook = rulebook;
        this.balances = balances;
        this.earnings = earnings;
        this.ladder = ladder;
        this.database = database;
        this.time = time;
    }

    /** What the deed would earn this user now; for a user without an account, behind the registration that opens it. */
    public Simulation of(String userId, Deed deed) throws SQLException {
        Instant now = time.now();
        Optional<AccountFigures> figures = balances.of(userId, LocalDate.ofInstant(now, time.zone()), 0);
        long accountId = figures.map(AccountFigures::accountId).orElse(NOBODY);
        Deed registration = Earning.registration(userId);
        Moment moment = earning.moment(deed.occurredAt(), now);
        Moment atOnce = earning.moment(null, now);
        Rules rules;
        Tally tally;
        try (Connection connection = database.getConnection()) {
            rules = rulebook.rules(connection);
            Needs needs = new Needs(rules);
            needs.add(accountId, deed.bizType(), moment);
            needs.add(accountId, registration.bizType(), atOnce);
            tally = TallySql.look(connection, needs);
        }
        if (figures.isPresent()) {
            EarnedBefore before = earnings.of(accountId, deed.bizType(), Earning.bizNo(userId, deed));
            AccountView account = view(userId, figures.get());
            return Simulation.of(Award.of(deed, new Award.Facts(rules, account, tally, before, moment)));
        }
        AccountView empty = account(userId, NOBODY, 0, 0, 0, 0, level(0), 0);
        Award welcome = Award.of(registration, new Award.Facts(rules, empty, tally, ruleCode -> null, atOnce));
        tally.add(welcome, NOBODY, rules);
        Set<String> welcomed = deed.bizType().equals(Earning.REGISTER) ? codes(welcome) : Set.of();
        EarnedBefore before = ruleCode -> welcomed.contains(ruleCode) ? NOBODY : null;
        return Simulation.of(Award.of(deed, new Award.Facts(rules, opened(userId, welcome), tally, before, moment)));
    }

    private static Set<String> codes(Award award) {
        return award.granted().stream()
                .filter(line -> line.points() > 0)
                .map(line -> line.rule().code())
                .collect(Collectors.toSet());
    }

    private AccountView opened(String userId, Award welcome) {
        long active = 0;
        long pending = 0;
        for (Award.Line line : welcome.granted()) {
            if (line.rule().pendingDays() == 0) {
                active += line.points();
            } else {
                pending += line.points();
            }
        }
        return account(userId, NOBODY, active, 0, pending, 0, level(active), 0);
    }

    private String level(long basis) {
        return ladder.ladder().at(basis).code();
    }

    private static AccountView view(String userId, AccountFigures figures) {
        return account(
                userId,
                figures.accountId(),
                figures.available(),
                figures.frozen(),
                figures.pending(),
                figures.arrears(),
                figures.levelCode(),
                figures.version());
    }

    private static AccountView account(
            String userId,
            long id,
            long available,
            long frozen,
            long pending,
            long arrears,
            String level,
            long version) {
        return new AccountView(id, userId, false, available, frozen, pending, arrears, level, version, null);
    }
}
