package io.jifen.reconciliation;

import io.jifen.platform.PodRoles;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/** How many differences nobody has dealt with, as the pods that run jobs know it. */
@Singleton
class FindingGauges {

    private static final Logger LOG = Logger.getLogger(FindingGauges.class);

    private final AtomicLong open = new AtomicLong();
    private final AtomicLong accounts = new AtomicLong();
    private final DataSource database;
    private final PodRoles roles;
    private final MeterRegistry metrics;

    FindingGauges(DataSource database, PodRoles roles, MeterRegistry metrics) {
        this.database = database;
        this.roles = roles;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        if (roles.has(PodRoles.Role.JOBS)) {
            Gauge.builder("jifen.findings.open", open::get)
                    .description("Different findings of reconciliations that are not resolved: alert above 0")
                    .register(metrics);
            Gauge.builder("jifen.findings.accounts", accounts::get)
                    .description("Accounts that these findings are about")
                    .register(metrics);
        }
    }

    /** What another pod found or resolved, or this one before it was started anew. */
    @Scheduled(every = "${jifen.anomaly-every}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            read(connection);
        } catch (SQLException e) {
            LOG.warnf("findings can't be counted now; tried again: %s", e.toString());
        }
    }

    void read(Connection connection) throws SQLException {
        open.set(ReconciliationSql.open(connection));
        accounts.set(ReconciliationSql.openAccounts(connection));
    }
}
