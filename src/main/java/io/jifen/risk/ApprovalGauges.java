package io.jifen.risk;

import io.jifen.platform.PodRoles;
import io.jifen.platform.Time;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/** How many wishes wait for a second person, and for how long, as the pods that run jobs see it. */
@Singleton
class ApprovalGauges {

    private static final Logger LOG = Logger.getLogger(ApprovalGauges.class);

    private final DataSource database;
    private final PodRoles roles;
    private final Time time;
    private final MeterRegistry metrics;
    private volatile ApprovalSql.Waiting waiting = ApprovalSql.Waiting.NOBODY;

    ApprovalGauges(DataSource database, PodRoles roles, Time time, MeterRegistry metrics) {
        this.database = database;
        this.roles = roles;
        this.time = time;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        Gauge.builder("jifen.approvals.waiting", () -> waiting.number())
                .description("Approvals that nobody has decided and that have not expired, of the last 10,000")
                .register(metrics);
        Gauge.builder("jifen.approvals.age", this::ageSeconds)
                .description("How long the oldest of them has waited")
                .baseUnit("seconds")
                .register(metrics);
    }

    private double ageSeconds() {
        Instant oldest = waiting.oldest();
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, time.now()).toMillis() / 1000.0);
    }

    /** People decide; nobody needs to know sooner. */
    @Scheduled(every = "${jifen.approvals-every:30s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            waiting = ApprovalSql.waiting(connection, time.now());
        } catch (SQLException e) {
            LOG.debugf("approvals not counted this time: %s", e.toString());
        }
    }
}
