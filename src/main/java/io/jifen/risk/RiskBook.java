package io.jifen.risk;

import io.jifen.platform.Json;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** This pod's copy of the settings and lists, at most a few seconds old while the database answers. */
@Singleton
class RiskBook {

    private static final Logger LOG = Logger.getLogger(RiskBook.class);

    /** All of it as of one moment. */
    record Page(long edits, RiskSettings settings, List<RiskSettings.Armed> checks, Lists lists) {

        boolean anyLooksAt(Move move) {
            for (RiskSettings.Armed one : checks) {
                if (one.check().looksAt(move)) {
                    return true;
                }
            }
            return false;
        }
    }

    private final DataSource database;
    private final Json json;
    private volatile @Nullable Page page;
    private volatile boolean stale;

    RiskBook(DataSource database, Json json) {
        this.database = database;
        this.json = json;
    }

    /** What is known; read over this connection if this pod knows nothing yet. */
    Page page(Connection connection) throws SQLException {
        Page known = page;
        if (known == null) {
            known = read(connection, RiskSql.edits(connection));
            page = known;
        }
        return known;
    }

    /** On every pod, whatever its roles. One at a time: a slow reading must not take the place of a newer one. */
    @Scheduled(every = "${jifen.risk.refresh}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    synchronized void refresh() {
        try (Connection connection = database.getConnection()) {
            Page known = page;
            long edits = RiskSql.edits(connection);
            if (known == null || known.edits() != edits) {
                page = read(connection, edits);
            }
            stale = false;
        } catch (SQLException | RuntimeException e) {
            if (!stale) {
                LOG.warnf("The risk settings can't be read; those read last count, until they can: %s", e);
            }
            stale = true;
        }
    }

    /** The count is read first: an edit in between is then read once more, and not missed. */
    private Page read(Connection connection, long edits) throws SQLException {
        RiskSettings settings = RiskSql.settings(connection, json);
        return new Page(edits, settings, settings.armed(), RiskSql.lists(connection));
    }
}
