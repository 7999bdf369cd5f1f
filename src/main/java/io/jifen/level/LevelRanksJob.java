package io.jifen.level;

import io.jifen.job.Job;
import io.jifen.ledger.Ladder;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/** Ranks everybody anew after an edit of the ladder: looks at all accounts by id, and posts to those it concerns. */
@Singleton
class LevelRanksJob implements Job {

    static final String NAME = "level-ranks";

    /** Most of them have the right level: looking is cheap, and few are locked. */
    private static final int BATCH = 2_000;

    private final Levels levels;
    private final Ledger ledger;
    private final DataSource database;
    private final LevelConfig config;
    private final Time time;

    LevelRanksJob(Levels levels, Ledger ledger, DataSource database, LevelConfig config, Time time) {
        this.levels = levels;
        this.ledger = ledger;
        this.database = database;
        this.config = config;
        this.time = time;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Step step(Progress progress) throws SQLException {
        Ladder ladder = levels.read();
        List<LevelSql.Rank> page;
        try (Connection connection = database.getConnection()) {
            Instant edited = LevelSql.lastEdit(connection).orElse(Instant.EPOCH);
            // A pod that does not know of the edit yet would go on promoting by the ladder before.
            if (progress.checkpoint() == null && time.now().isBefore(edited.plus(config.settle()))) {
                return new Step.Later();
            }
            long after = progress.checkpoint() == null ? 0 : Long.parseLong(progress.checkpoint());
            page = LevelSql.accountsAfter(connection, after, BATCH);
        }
        ledger.post(page.stream()
                .filter(account -> concerns(ladder, account))
                .map(account -> Posting.keyless(new Target.Account(account.accountId()), new Operation.Rank()))
                .toList());
        return page.size() < BATCH
                ? new Step.Done(page.size(), null)
                : new Step.More(page.size(), Long.toString(page.getLast().accountId()));
    }

    private static boolean concerns(Ladder ladder, LevelSql.Rank account) {
        boolean lowest = ladder.rungs().getFirst().code().equals(account.level());
        boolean shouldEnd = ladder.terms().period() != null && !lowest;
        return !ladder.at(account.basis()).code().equals(account.level()) || (account.until() != null) != shouldEnd;
    }
}
