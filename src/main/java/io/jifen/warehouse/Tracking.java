package io.jifen.warehouse;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Time;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The room's door: tells where a parcel is, in any pod. */
@ApplicationScoped
public class Tracking {

    private static final Logger LOG = Logger.getLogger(Tracking.class);

    /**
     * Where a parcel is.
     *
     * @param waybillNo null while the carrier hasn't got it
     * @param status the carrier's word, such as {@code IN_TRANSIT}; ours while it has said nothing
     * @param asOf when that was known
     */
    @RegisterForReflection
    @Schema(name = "Tracking", description = "Where the parcel of an exchange is")
    public record View(
            @JsonInclude(JsonInclude.Include.ALWAYS)
            @Schema(description = "null while the carrier hasn't got it")
            @Nullable
            String waybillNo,

            @Schema(examples = {"SHIPPING_REQUESTED", "SHIPPED", "IN_TRANSIT", "DELIVERED", "FAILED"})
            String status,

            @Schema(description = "When this was known: now, or when the carrier last answered")
            Instant asOf,

            List<Step> steps) {}

    /** What happened to it, and when, in the carrier's order. */
    @RegisterForReflection
    @Schema(name = "TrackingStep")
    public record Step(Instant time, String text) {}

    private final Orders orders;
    private final CarrierCalls carrier;
    private final Time time;
    private final Duration fresh;

    Tracking(Orders orders, CarrierCalls carrier, Time time, WarehouseConfig config) {
        this.orders = orders;
        this.carrier = carrier;
        this.time = time;
        this.fresh = config.trackingFresh();
    }

    /**
     * Where the parcel of this exchange is: as the carrier says, asked at most every 30 s whoever wants to know, and as it
     * last said while it can't be asked. Empty: the warehouse knows nothing of that exchange (yet).
     */
    public Optional<View> of(long exchangeId) throws SQLException {
        Optional<ShippingOrder> found = orders.ofExchange(exchangeId);
        return found.isPresent() ? Optional.of(view(asked(found.get()))) : Optional.empty();
    }

    /** The order as it is after the carrier was asked, if it was time to. */
    private ShippingOrder asked(ShippingOrder order) throws SQLException {
        Instant now = time.now();
        if (order.status() != ShippingOrder.Status.SHIPPED || !orders.mayAsk(order, now, now.minus(fresh))) {
            return order;
        }
        Carrier.Progress progress;
        try {
            progress = carrier.progress(Objects.requireNonNull(order.waybillNo()));
        } catch (RuntimeException e) {
            LOG.infof("Order %d is shown as it was last known: %s", order.id(), e.toString());
            return order;
        }
        return orders.tracked(order, progress);
    }

    private View view(ShippingOrder order) {
        Optional<Carrier.Progress> progress = orders.progress(order);
        Instant known = order.trackedAt() == null ? order.updatedAt() : order.trackedAt();
        return new View(
                order.waybillNo(),
                progress.map(Carrier.Progress::status).orElse(order.status().name()),
                known,
                progress.map(Tracking::steps).orElse(List.of()));
    }

    private static List<Step> steps(Carrier.Progress progress) {
        return progress.steps() == null
                ? List.of()
                : progress.steps().stream()
                        .map(step -> new Step(Objects.requireNonNull(step.time()), Objects.requireNonNull(step.text())))
                        .toList();
    }
}
