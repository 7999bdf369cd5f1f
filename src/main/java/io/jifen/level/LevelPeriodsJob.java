package io.jifen.level;

import io.jifen.job.Job;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.Period;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where levels go by a period: takes out of each account's basis what has left the period, and then sees to the levels
 * whose own period is over, which are renewed, left in grace, or lost.
 */
@Singleton
class LevelPeriodsJob implements Job {

    /** Accounts of one transaction: few enough that no posting waits long for one of them. */
    private static final int BATCH = 1_000;

    private static final LevelSql.Place START = new LevelSql.Place(LocalDate.of(1000, 1, 1), 0);

    /** A checkpoint: in which part, and behind which place. */
    private record At(boolean levels, LevelSql.Place after) {

        static At of(@Nullable String checkpoint) {
            if (checkpoint == null) {
                return new At(false, START);
            }
            String[] parts = checkpoint.split(" ");
            return new At(
                    parts[0].equals("levels"), new LevelSql.Place(LocalDate.parse(parts[1]), Long.parseLong(parts[2])));
        }

        @Override
        public String toString() {
            return (levels ? "levels " : "points ") + after.day() + " " + after.accountId();
        }
    }

    private final Levels levels;
    private final Ledger ledger;
    private final DataSource database;
    private final Time time;

    LevelPeriodsJob(Levels levels, Ledger ledger, DataSource database, Time time) {
        this.levels = levels;
        this.ledger = ledger;
        this.database = database;
        this.time = time;
    }

    @Override
    public String name() {
        return "level-periods";
    }

    @Override
    public Step step(Progress progress) throws SQLException {
        Period period = levels.ladder().terms().period();
        if (period == null) {
            return new Step.Done(0, "levels go by all points ever earned: nothing to do");
        }
        At at = At.of(progress.checkpoint());
        List<LevelSql.Place> page = page(at, time.today(), period);
        ledger.post(page.stream()
                .map(LevelSql.Place::accountId)
                .distinct()
                .map(id -> Posting.keyless(new Target.Account(id), new Operation.Rank()))
                .toList());
        if (page.size() == BATCH) {
            return new Step.More(page.size(), new At(at.levels(), page.getLast()).toString());
        }
        return at.levels()
                ? new Step.Done(page.size(), null)
                : new Step.More(page.size(), new At(true, START).toString());
    }

    private List<LevelSql.Place> page(At at, LocalDate today, Period period) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return at.levels()
                    ? LevelSql.ended(connection, today, at.after(), BATCH)
                    : LevelSql.leftPeriod(connection, today.minus(period), at.after(), BATCH);
        }
    }
}
