package io.jifen.level;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.job.JobRuns;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Singleton;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Saves levels, each edit as a version more, and has everybody ranked anew where it moves a level. */
@Singleton
class LevelEdits {

    /** Of two edits at once one is first, and the other is made on top of it; more in a row are no coincidence. */
    private static final int ATTEMPTS = 10;

    private static final String LEVEL = "LEVEL";

    /**
     * A level after an edit.
     *
     * @param rankingRunId null where the edit changes nobody's level
     */
    record Edited(Level level, @Nullable String rankingRunId) {}

    private final DataSource database;
    private final Levels levels;
    private final JobRuns runs;
    private final Audit audit;
    private final Json json;
    private final Time time;

    LevelEdits(DataSource database, Levels levels, JobRuns runs, Audit audit, Json json, Time time) {
        this.database = database;
        this.levels = levels;
        this.runs = runs;
        this.audit = audit;
        this.json = json;
        this.time = time;
    }

    Edited make(String code, LevelBody body, String by) {
        return save(() -> {
            if (Level.ofCode(code).isPresent()) {
                throw new ProblemException(
                        Problem.of(ProblemCode.ILLEGAL_STATE, code + " is there already; edit it by PUT.")
                                .with("state", "EXISTS"));
            }
            Level level = new Level();
            level.code = code;
            level.minPoints = -1;
            return change(level, body, audit.act(by, "MAKE", LEVEL, code));
        });
    }

    Edited edit(String code, LevelBody body, String by) {
        return save(() -> {
            Level level = Level.ofCode(code).orElseThrow(LevelEdits::notFound);
            if (level.minPoints == 0 && body.minPoints() != 0) {
                throw new ProblemException(Problem.invalid("minPoints", "must stay 0: everybody has some level"));
            }
            return change(level, body, audit.act(by, "EDIT", LEVEL, code).from(LevelView.of(level)));
        });
    }

    static ProblemException notFound() {
        return new ProblemException(ProblemCode.NOT_FOUND, "There is no level of this code.");
    }

    @FunctionalInterface
    private interface Change {
        Edited make();
    }

    /** A key that somebody else was faster with is found by the next attempt, which says what is wrong, if anything. */
    private Edited save(Change change) {
        for (int attempt = 1; ; attempt++) {
            try {
                Edited edited = QuarkusTransaction.requiringNew().call(change::make);
                levels.refresh();
                if (edited.rankingRunId() != null) {
                    runs.wake();
                }
                return edited;
            } catch (PersistenceException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Edited change(Level level, LevelBody body, Act act) {
        if (Level.isTaken(body.minPoints(), level.code)) {
            throw new ProblemException(Problem.invalid("minPoints", "must differ from every other level's"));
        }
        Privileges.of(body.givenPrivileges());
        boolean moved = level.minPoints != body.minPoints();
        level.name = body.name() == null ? level.code : body.name();
        level.minPoints = body.minPoints();
        level.privileges = json.text(body.givenPrivileges());
        level.version++;
        level.updatedBy = act.who();
        level.updatedAt = time.now();
        level.persistAndFlush();
        try (Connection connection = database.getConnection()) {
            LevelSql.insertVersion(connection, level);
            String run = moved ? Long.toString(runs.enter(connection, LevelRanksJob.NAME, act.who())) : null;
            audit.record(connection, act.to(LevelView.of(level, run)));
            return new Edited(level, run);
        } catch (SQLException e) {
            throw new PersistenceException(e);
        }
    }
}
