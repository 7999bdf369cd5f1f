package io.jifen.rule;

import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** This pod's copy of all rules and campaigns, at most a few seconds old while the database answers. */
@Singleton
class Rulebook {

    private static final Logger LOG = Logger.getLogger(Rulebook.class);

    private final DataSource database;
    private final Conditions conditions;
    private volatile @Nullable Rules rules;
    private volatile boolean stale;

    Rulebook(DataSource database, Conditions conditions) {
        this.database = database;
        this.conditions = conditions;
    }

    /** The rules; read over this connection if this pod has none yet. */
    Rules rules(Connection connection) throws SQLException {
        Rules known = rules;
        if (known == null) {
            known = RuleSql.all(connection, conditions);
            rules = known;
        }
        return known;
    }

    /**
     * Every pod keeps its own copy, so this runs on each of them, whatever its roles. One at a time: a slow reading must
     * not take the place of a newer one.
     */
    @Scheduled(every = "${jifen.earning.rules-refresh}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    synchronized void refresh() {
        try (Connection connection = database.getConnection()) {
            Rules read = RuleSql.all(connection, conditions);
            conditions.retain(read.conditions());
            rules = read;
            stale = false;
        } catch (SQLException | RuntimeException e) {
            if (!stale) {
                LOG.warnf("The rules can't be read; events are decided by those read last, until they can: %s", e);
            }
            stale = true;
        }
    }
}
