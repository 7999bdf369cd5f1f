package io.jifen.ledger;

import io.jifen.platform.PodRoles;
import io.jifen.platform.Sql;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The sums over all accounts, as the pods that run jobs see them. Each look goes through the whole table, so the next one
 * comes the later the longer this one took: of ten million accounts every few minutes, of a few thousand every minute.
 */
@Singleton
class BookGauges {

    private static final Logger LOG = Logger.getLogger(BookGauges.class);

    /** Between two looks passes that many times what one takes, so that they cost at most a fiftieth of a connection. */
    private static final int REST = 50;

    private static final String SUMS = """
            SELECT COUNT(*) AS accounts, COALESCE(SUM(available), 0) AS available, COALESCE(SUM(frozen), 0) AS frozen,
                   COALESCE(SUM(pending), 0) AS pending, COALESCE(SUM(arrears), 0) AS arrears,
                   COALESCE(SUM(arrears > 0), 0) AS owing
              FROM account
            """;

    private record Sums(
            double accounts, double available, double frozen, double pending, double arrears, double owing) {}

    private final DataSource database;
    private final PodRoles roles;
    private final MeterRegistry metrics;
    private volatile @Nullable Sums sums;
    private long nextNanos = System.nanoTime();

    BookGauges(DataSource database, PodRoles roles, MeterRegistry metrics) {
        this.database = database;
        this.roles = roles;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        register("jifen.books.accounts", "Accounts", Sums::accounts);
        register("jifen.books.accounts.owing", "Accounts that are in arrears", Sums::owing);
        points("available", Sums::available);
        points("frozen", Sums::frozen);
        points("pending", Sums::pending);
        points("arrears", Sums::arrears);
    }

    private void points(String figure, ToDoubleFunction<Sums> value) {
        Gauge.builder("jifen.books.points", () -> known(value))
                .description("Points of all accounts, by figure: available, frozen, pending, arrears")
                .tag("figure", figure)
                .register(metrics);
    }

    private void register(String name, String description, ToDoubleFunction<Sums> value) {
        Gauge.builder(name, () -> known(value)).description(description).register(metrics);
    }

    /** Nothing is told that isn't known yet. */
    private double known(ToDoubleFunction<Sums> value) {
        Sums last = sums;
        return last == null ? Double.NaN : value.applyAsDouble(last);
    }

    @Scheduled(every = "${jifen.books-every:60s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        long start = System.nanoTime();
        if (roles.has(PodRoles.Role.JOBS) && start - nextNanos >= 0) {
            look();
            long end = System.nanoTime();
            nextNanos = end + REST * (end - start);
        }
    }

    void look() {
        try {
            sums = Reading.ask(database, connection -> Sql.first(
                            connection,
                            SUMS,
                            row -> new Sums(
                                    row.getDouble("accounts"),
                                    row.getDouble("available"),
                                    row.getDouble("frozen"),
                                    row.getDouble("pending"),
                                    row.getDouble("arrears"),
                                    row.getDouble("owing")))
                    .orElseThrow());
        } catch (RuntimeException e) {
            LOG.debugf("accounts not added up this time: %s", e.toString());
        }
    }
}
