package io.jifen.level;

import io.jifen.ledger.Ladder;
import io.jifen.ledger.LadderSource;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The room's door: this pod's copy of the levels, a few seconds old at most while the database answers. */
@ApplicationScoped
public class Levels implements LadderSource {

    private static final Logger LOG = Logger.getLogger(Levels.class);

    private volatile @Nullable Ladder ladder;
    private volatile boolean stale;

    @Override
    public Ladder ladder() {
        Ladder known = ladder;
        return known == null ? read() : known;
    }

    /** Where an account with this level and this basis stands on the ladder. */
    public LevelStanding standing(String code, long basis) {
        return LevelStanding.of(ladder(), code, basis);
    }

    /** So that no posting has to wait for the first reading, which takes another connection than its own. */
    void start(@Observes StartupEvent event) {
        refresh();
    }

    /** Every pod keeps its own copy, so this runs on each of them, whatever its roles. */
    @Scheduled(every = "${jifen.levels.refresh:2s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void refresh() {
        try {
            read();
            stale = false;
        } catch (RuntimeException e) {
            if (!stale) {
                LOG.warn("The levels can't be read; accounts rise by those read last, until they can", e);
            }
            stale = true;
        }
    }

    @ActivateRequestContext
    Ladder read() {
        Ladder now = new Ladder(Level.lowestFirst().stream()
                .map(level -> new Ladder.Rung(level.code, level.name, level.minPoints))
                .toList());
        ladder = now;
        return now;
    }
}
