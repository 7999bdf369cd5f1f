package io.jifen.outbox;

import io.jifen.platform.PodRoles;
import io.jifen.platform.Time;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/** Removes messages that were settled long ago. Pods that do so beside each other only share the work. */
@Singleton
class SettledMessages {

    private static final Logger LOG = Logger.getLogger(SettledMessages.class);

    /** Rows of one statement: some ten milliseconds. */
    private static final int PAGE = 500;

    /** Statements of one run, so that it ends; what is left is for the next one. */
    private static final int PAGES_MAX = 1_000;

    private final DataSource database;
    private final Time time;
    private final MessageConfig config;
    private final boolean here;

    SettledMessages(DataSource database, Time time, MessageConfig config, PodRoles roles) {
        this.database = database;
        this.time = time;
        this.config = config;
        here = roles.has(PodRoles.Role.RELAY);
    }

    @Scheduled(every = "${jifen.messages-removed-every:1h}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        if (!here) {
            return;
        }
        try {
            remove();
        } catch (SQLException e) {
            LOG.warnf("Settled messages stay a little longer: %s", e.toString());
        }
    }

    /** How many were removed. */
    int remove() throws SQLException {
        Instant before = time.now().minus(config.keepSettled());
        int removed = 0;
        for (int page = 0; page < PAGES_MAX; page++) {
            int some;
            try (Connection connection = database.getConnection()) {
                some = MessageSql.removeSettled(connection, before, PAGE);
            }
            removed += some;
            if (some < PAGE) {
                break;
            }
        }
        return removed;
    }
}
