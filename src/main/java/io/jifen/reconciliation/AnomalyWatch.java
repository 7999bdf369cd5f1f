package io.jifen.reconciliation;

import io.jifen.ledger.Checker;
import io.jifen.platform.PodRoles;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at each hour when it is over, by day as well as by night: points that are issued by mistake are spent before the
 * night comes. Every pod with jobs does it for its own metrics; the second one finds the hour summed up.
 */
@Singleton
class AnomalyWatch {

    private static final Logger LOG = Logger.getLogger(AnomalyWatch.class);

    /** An hour's sum that is empty is kept as this, so that it is known to have been looked at. */
    private static final String NOTHING = "";

    private static final Duration HOUR = Duration.ofHours(1);

    private final Checker checker;
    private final DataSource database;
    private final ReconciliationConfig reconciliation;
    private final AnomalyConfig config;
    private final PodRoles roles;
    private final Time time;
    private final AtomicLong drift = new AtomicLong();
    private final MeterRegistry metrics;
    private final MultiGauge gauges;
    private @Nullable Instant seen;

    AnomalyWatch(
            Checker checker,
            DataSource database,
            ReconciliationConfig reconciliation,
            AnomalyConfig config,
            PodRoles roles,
            Time time,
            MeterRegistry metrics) {
        this.checker = checker;
        this.database = database;
        this.reconciliation = reconciliation;
        this.config = config;
        this.roles = roles;
        this.time = time;
        this.metrics = metrics;
        this.gauges = MultiGauge.builder("jifen.anomaly")
                .description("Points of the last full hour where they were too many: alert on any")
                .register(metrics);
    }

    /** There from the start: what is told only once it has been looked at can't be told from what is not looked at. */
    void start(@Observes StartupEvent event) {
        if (roles.has(PodRoles.Role.JOBS)) {
            Gauge.builder("jifen.books.drift", drift::get)
                    .description("Points of all accounts less what came in less what went out: alert beyond 10,000")
                    .register(metrics);
            Gauge.builder("jifen.books.adrift", () -> isAdrift() ? 1 : 0)
                    .description("1: the drift is more than jifen.anomaly.drift")
                    .register(metrics);
        }
    }

    /** An anomaly and whose it is. */
    record Found(String bizType, Flow.Anomaly anomaly) {}

    @Scheduled(every = "${jifen.anomaly-every}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    synchronized void look() {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        Instant hour = time.now()
                .minus(reconciliation.settled())
                .truncatedTo(ChronoUnit.HOURS)
                .minus(HOUR);
        if (hour.equals(seen)) {
            return;
        }
        try {
            List<Found> found = new ArrayList<>();
            for (Instant one = firstMissed(hour); !one.isAfter(hour); one = one.plus(HOUR)) {
                List<Found> ofHour = look(one);
                tell(one, ofHour);
                found.addAll(ofHour);
            }
            show(found);
            seen = hour;
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("the hour from %s could not be looked at; tried again: %s", hour, e.toString());
        }
    }

    /** Where no pod looked for some hours, those are looked at as well; after more than a day somebody has noticed. */
    private Instant firstMissed(Instant hour) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return FlowSql.lastBefore(connection, hour, hour.minus(Duration.ofDays(1)))
                    .map(last -> last.plus(HOUR))
                    .orElse(hour);
        }
    }

    /** What was too much in this hour, which is over; and how far the books are out. */
    List<Found> look(Instant hour) throws SQLException {
        List<Flow> flows = flows(hour);
        List<Instant> earlier = Flow.earlier(hour);
        List<Flow> before;
        try (Connection connection = database.getConnection()) {
            before = FlowSql.of(connection, earlier);
        }
        int weeks = (int) before.stream().map(Flow::hour).distinct().count();
        List<Found> found = new ArrayList<>();
        for (Flow flow : flows) {
            List<Flow> same = before.stream()
                    .filter(one -> one.bizType().equals(flow.bizType()))
                    .toList();
            flow.anomalies(same, weeks, config).forEach(one -> found.add(new Found(flow.bizType(), one)));
        }
        drift.set(checker.drift());
        return found;
    }

    private List<Flow> flows(Instant hour) throws SQLException {
        try (Connection connection = database.getConnection()) {
            List<Flow> known = FlowSql.of(connection, List.of(hour));
            if (!known.isEmpty()) {
                return known;
            }
        }
        List<Flow> flows = new ArrayList<>(checker.flows(hour, hour.plus(HOUR)).stream()
                .map(one -> new Flow(hour, one.bizType(), one.issued(), one.consumed()))
                .toList());
        if (flows.isEmpty()) {
            flows.add(new Flow(hour, NOTHING, 0, 0));
        }
        Sql.transaction(database, connection -> {
            FlowSql.put(connection, flows);
            return flows.size();
        });
        return flows;
    }

    boolean isAdrift() {
        return Math.abs(drift.get()) > config.drift();
    }

    private void tell(Instant hour, List<Found> found) {
        if (isAdrift()) {
            LOG.errorf(
                    "the accounts have %d points more than came in less what went out: see GET /trial-balance",
                    drift.get());
        }
        for (Found one : found) {
            LOG.errorf(
                    "%s %s %d points in the hour from %s, more than %d (%s)",
                    one.bizType(),
                    lower(one.anomaly().direction()),
                    one.anomaly().points(),
                    hour,
                    one.anomaly().most(),
                    lower(one.anomaly().measure()));
        }
    }

    /** One row per kind of anomaly: where several hours are caught up with, the worst of them. */
    void show(List<Found> found) {
        Map<Tags, Long> worst = new HashMap<>();
        for (Found one : found) {
            Tags kind = Tags.of(
                    "bizType", one.bizType(),
                    "direction", lower(one.anomaly().direction()),
                    "measure", lower(one.anomaly().measure()));
            worst.merge(kind, one.anomaly().points(), Math::max);
        }
        gauges.register(
                worst.entrySet().stream()
                        .map(one -> MultiGauge.Row.of(one.getKey(), one.getValue()))
                        .toList(),
                true);
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
