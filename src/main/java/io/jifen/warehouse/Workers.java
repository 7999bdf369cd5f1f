package io.jifen.warehouse;

import io.jifen.platform.PodRoles;
import io.jifen.platform.Time;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jboss.logging.Logger;

/**
 * Asks the carrier about orders whose turn it is: for waybills, and later for where the parcels are. A worker takes one
 * order after the other as long as there are any, and sees to it that another one is at work beside it; so there are as
 * many as it takes, up to a limit, and one that hangs keeps nobody waiting.
 */
@Singleton
class Workers {

    private static final Logger LOG = Logger.getLogger(Workers.class);

    private static final Duration SAMPLE = Duration.ofSeconds(10);

    private final Orders orders;
    private final CarrierCalls carrier;
    private final Time time;
    private final boolean here;
    private final Optional<String> carrierUrl;
    private final Group shipping;
    private final Group following;
    private final Counter failures;
    private volatile boolean stopping;
    private volatile double ageSeconds;
    private long nextSampleNanos = System.nanoTime();

    Workers(
            Orders orders,
            CarrierCalls carrier,
            PodRoles roles,
            Time time,
            WarehouseConfig config,
            @ConfigProperty(name = "quarkus.rest-client.carrier.url") Optional<String> carrierUrl,
            MeterRegistry metrics) {
        this.orders = orders;
        this.carrier = carrier;
        this.time = time;
        here = roles.has(PodRoles.Role.WAREHOUSE);
        this.carrierUrl = carrierUrl;
        shipping = new Group(ShippingOrder.Status.SHIPPING_REQUESTED, this::ship, config.orderCalls());
        following = new Group(ShippingOrder.Status.SHIPPED, this::follow, config.followCalls());
        failures = Counter.builder("jifen.warehouse.failures")
                .description("Calls of the carrier, each with its tries, that failed")
                .register(metrics);
        Gauge.builder("jifen.warehouse.age", () -> ageSeconds)
                .description("How long the oldest order has waited for a waybill; the same in each pod that is asked")
                .baseUnit("seconds")
                .register(metrics);
    }

    /** Better no pod than one that takes orders and has nobody to give them to. */
    void start(@Observes StartupEvent event) {
        requireCarrier(here, carrierUrl);
    }

    static void requireCarrier(boolean here, Optional<String> url) {
        if (here && url.isEmpty()) {
            throw new IllegalStateException(
                    "set quarkus.rest-client.carrier.url, or leave the role warehouse out of jifen.roles");
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    /** Often, as a parcel waits for it; new requests don't wait for this. */
    @Scheduled(every = "${jifen.warehouse-every:1s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        if (here) {
            start();
            sample();
        }
    }

    /** Sees to it that somebody is at work if there is something to do. Returns at once. */
    void start() {
        shipping.start();
        following.start();
    }

    private interface Work {
        void on(ShippingOrder order) throws SQLException;
    }

    /** The workers for orders in one status. */
    private final class Group {
        private final ShippingOrder.Status status;
        private final Work work;
        private final Semaphore places;

        Group(ShippingOrder.Status status, Work work, int most) {
            this.status = status;
            this.work = work;
            this.places = new Semaphore(most);
        }

        void start() {
            if (!stopping && places.tryAcquire()) {
                Thread.ofVirtual().name("jifen-warehouse").start(() -> {
                    try {
                        run();
                    } finally {
                        places.release();
                    }
                });
            }
        }

        private void run() {
            try {
                for (Optional<ShippingOrder> order = orders.claim(status);
                        order.isPresent() && !stopping;
                        order = orders.claim(status)) {
                    start();
                    work.on(order.get());
                }
            } catch (SQLException | RuntimeException e) {
                // The database is away, say: the next one, in a second, finds the same work.
                LOG.warnf("shipping orders wait: %s", e.toString());
            }
        }
    }

    private void ship(ShippingOrder order) throws SQLException {
        String waybillNo;
        Attempts attempts = new Attempts();
        try {
            waybillNo = carrier.order(
                    order.key(),
                    new Carrier.Consignment(
                            Long.toString(order.exchangeId()),
                            order.goodsId(),
                            order.quantity(),
                            String.valueOf(order.address())),
                    attempts);
        } catch (CarrierRefusedException e) {
            failures.increment();
            if (order.carrierMayHaveIt() || attempts.mayHaveShipped()) {
                LOG.errorf(
                        "Shipping order %d: %s, but may have it from an earlier call; asked again later",
                        order.id(), e.getMessage());
                orders.inVain(order, attempts);
            } else {
                LOG.errorf("Shipping order %d failed: %s", order.id(), e.getMessage());
                orders.failed(order);
            }
            return;
        } catch (CircuitBreakerOpenException e) {
            LOG.debugf("Shipping order %d waits for the carrier, which is left alone for a moment", order.id());
            orders.inVain(order, attempts);
            return;
        } catch (RuntimeException e) {
            failures.increment();
            LOG.warnf("No waybill yet for shipping order %d, tried again later: %s", order.id(), e.toString());
            orders.inVain(order, attempts);
            return;
        }
        orders.shipped(order, waybillNo);
    }

    private void follow(ShippingOrder order) throws SQLException {
        Carrier.Progress progress;
        try {
            progress = carrier.progress(String.valueOf(order.waybillNo()));
        } catch (CircuitBreakerOpenException e) {
            orders.inVain(order, new Attempts());
            return;
        } catch (RuntimeException e) {
            failures.increment();
            LOG.debugf("Parcel of shipping order %d not found, looked for later: %s", order.id(), e.toString());
            return;
        }
        orders.tracked(order, progress);
    }

    private void sample() {
        long now = System.nanoTime();
        if (now - nextSampleNanos < 0) {
            return;
        }
        nextSampleNanos = now + SAMPLE.toNanos();
        try {
            ageSeconds = orders.oldestWaiting()
                    .map(oldest ->
                            Math.max(0, Duration.between(oldest, time.now()).toMillis() / 1000.0))
                    .orElse(0.0);
        } catch (SQLException e) {
            LOG.debug("not sampled", e);
        }
    }
}
