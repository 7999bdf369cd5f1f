package io.jifen.level;

import io.jifen.ledger.Ladder;
import io.jifen.ledger.LadderSource;
import io.jifen.platform.Json;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.enterprise.event.Observes;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The room's door: this pod's copy of the levels, a few seconds old at most while the database answers. */
@ApplicationScoped
public class Levels implements LadderSource {

    private static final Logger LOG = Logger.getLogger(Levels.class);

    /** What is read at once. */
    private record Known(Ladder ladder, Map<String, Privileges> privileges, Map<String, BigDecimal> multipliers) {}

    private final Ladder.Terms terms;
    private final Json json;
    private volatile @Nullable Known known;
    private volatile boolean stale;

    Levels(LevelConfig config, Json json) {
        if (config.period().toTotalMonths() < 0
                || config.period().getDays() < 0
                || config.period().isZero()) {
            throw new IllegalArgumentException("jifen.level.period has to be positive: " + config.period());
        }
        boolean forGood = config.basis() == LevelConfig.Basis.LIFETIME;
        this.terms = new Ladder.Terms(
                config.demoteOnClawback(), forGood ? null : config.period(), forGood ? 0 : config.graceDays());
        this.json = json;
    }

    @Override
    public Ladder ladder() {
        return known().ladder();
    }

    /** What the level brings; nothing if the ladder has no such level. */
    public Privileges privileges(String code) {
        return known().privileges().getOrDefault(code, Privileges.NONE);
    }

    /** By level, what rules multiply points by that say nothing of the level themselves. */
    public Map<String, BigDecimal> earningMultipliers() {
        return known().multipliers();
    }

    /** Where an account with this level and this basis stands on the ladder. */
    public LevelStanding standing(String code, long basis, @Nullable LocalDate until) {
        return LevelStanding.of(ladder(), code, basis, until);
    }

    private Known known() {
        Known there = known;
        return there == null ? readAll() : there;
    }

    /** So that no posting has to wait for the first reading, which takes another connection than its own. */
    void start(@Observes StartupEvent event) {
        refresh();
    }

    /** Every pod keeps its own copy, so this runs on each of them, whatever its roles. */
    @Scheduled(every = "${jifen.levels.refresh:2s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void refresh() {
        try {
            readAll();
            stale = false;
        } catch (RuntimeException e) {
            if (!stale) {
                LOG.warn("The levels can't be read; accounts rise by those read last, until they can", e);
            }
            stale = true;
        }
    }

    /** As the database has them now; what follows on this pod goes by it. */
    Ladder read() {
        return readAll().ladder();
    }

    @ActivateRequestContext
    synchronized Known readAll() {
        List<Level> levels = Level.lowestFirst();
        Map<String, Privileges> privileges = new HashMap<>();
        Map<String, BigDecimal> multipliers = new HashMap<>();
        for (Level level : levels) {
            Privileges brings = Privileges.of(json, level.privileges);
            privileges.put(level.code, brings);
            if (brings.earningMultiplier() != null) {
                multipliers.put(level.code, brings.earningMultiplier());
            }
        }
        Known now = new Known(
                new Ladder(
                        levels.stream()
                                .map(level -> new Ladder.Rung(level.code, level.name, level.minPoints))
                                .toList(),
                        terms),
                Map.copyOf(privileges),
                Map.copyOf(multipliers));
        known = now;
        return now;
    }
}
