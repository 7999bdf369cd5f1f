package io.jifen.account;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.ledger.AccountFigures;
import io.jifen.ledger.AccountIds;
import io.jifen.ledger.AccountOpening;
import io.jifen.ledger.Answer;
import io.jifen.ledger.Balances;
import io.jifen.ledger.Ledger;
import io.jifen.level.Levels;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import io.jifen.rule.Earning;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Opens accounts and shows them. */
@Singleton
class Accounts {

    /** How far ahead points count as expiring soon: a month, in which one can still do something about it. */
    private static final int SOON_DAYS = 30;

    /**
     * An account after somebody asked to open it.
     *
     * @param now whether that opened it; false: it was there
     */
    record Opened(AccountBody account, boolean now) {}

    private final AccountOpening opening;
    private final Ledger ledger;
    private final Earning earning;
    private final Balances balances;
    private final Levels levels;
    private final DataSource database;
    private final Audit audit;
    private final Time time;

    Accounts(
            AccountOpening opening,
            Ledger ledger,
            Earning earning,
            Balances balances,
            Levels levels,
            DataSource database,
            Audit audit,
            Time time) {
        this.opening = opening;
        this.ledger = ledger;
        this.earning = earning;
        this.balances = balances;
        this.levels = levels;
        this.database = database;
        this.audit = audit;
        this.time = time;
    }

    /** Opens the user's account, if there is none, and welcomes it, if nobody has. */
    Opened open(String userId, @Nullable String nickname) {
        boolean now = opening.open(userId, nickname, time.now()).now();
        if (figures(userId).version() == 0) {
            welcome(userId);
        }
        return new Opened(get(userId), now);
    }

    /** @throws ProblemException {@code account-not-found} */
    AccountBody get(String userId) {
        Account account = Account.ofUser(userId).orElseThrow(AccountIds::notFound);
        AccountFigures figures = figures(userId);
        return AccountBody.of(
                account, figures, levels.standing(figures.levelCode(), figures.levelBasis(), figures.levelUntil()));
    }

    /** Changes what is given; its points are not touched. */
    @Transactional(rollbackOn = SQLException.class)
    void change(String userId, @Nullable String nickname, Account.@Nullable Status status, String by)
            throws SQLException {
        Account account = Account.ofUser(userId).orElseThrow(AccountIds::notFound);
        Act act = audit.act(by, "EDIT", "ACCOUNT", userId).from(state(account));
        account.nickname = nickname == null ? account.nickname : nickname;
        account.status = status == null ? account.status : status;
        try (Connection connection = database.getConnection()) {
            audit.record(connection, act.to(state(account)));
        }
    }

    /** What an edit may change. */
    private static Map<String, Object> state(Account account) {
        Map<String, Object> state = new TreeMap<>();
        state.put("status", account.status);
        if (account.nickname != null) {
            state.put("nickname", account.nickname);
        }
        return state;
    }

    /** The registration grant. Where no rule grants one, that is remembered, and the account begins without points. */
    private void welcome(String userId) {
        switch (ledger.post(earning.register(userId))) {
            case Answer.Posted _, Answer.Refused _ -> {}
            case Answer.Rejected(Problem problem) -> throw new ProblemException(problem);
        }
    }

    private AccountFigures figures(String userId) {
        return balances.of(userId, time.today(), SOON_DAYS).orElseThrow(AccountIds::notFound);
    }
}
