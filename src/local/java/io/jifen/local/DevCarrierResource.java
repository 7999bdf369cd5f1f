package io.jifen.local;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/**
 * A carrier: gives waybills, and tells where parcels are. It can be made slow or failing, and parcels go on when they
 * are told to. A restart brings them back to where they began.
 */
@Path("/dev/carrier")
@PermitAll
@RunOnVirtualThread
public class DevCarrierResource {

    public enum Mode {
        NORMAL,
        /** A minute goes by before it answers, though what was asked is done at once. */
        SLOW,
        /** Each call fails. */
        FAILING
    }

    public record Behaviour(@Nullable Mode mode) {}

    public record Waybill(String waybillNo) {}

    public record Step(Instant time, String text) {}

    public record Progress(String status, List<Step> steps) {}

    private record Stage(String status, String text) {}

    private static final List<Stage> STAGES = List.of(
            new Stage("ACCEPTED", "The parcel has been handed over"),
            new Stage("IN_TRANSIT", "On its way"),
            new Stage("OUT_FOR_DELIVERY", "In the van"),
            new Stage("DELIVERED", "Signed for"));

    /** More parcels than somebody who tries things has. */
    private static final int PARCELS_MAX = 100_000;

    private final Clock clock;
    private final Map<String, List<Step>> parcels = new ConcurrentHashMap<>();
    private volatile Mode mode = Mode.NORMAL;

    DevCarrierResource(Clock clock) {
        this.clock = clock;
    }

    @GET
    @Operation(hidden = true)
    public Behaviour behaviour() {
        return new Behaviour(mode);
    }

    @PUT
    @Operation(hidden = true)
    public Behaviour behave(@Nullable Behaviour behaviour) {
        if (behaviour == null || behaviour.mode() == null) {
            throw new ProblemException(Problem.invalid("mode", "must be NORMAL, SLOW or FAILING"));
        }
        mode = behaviour.mode();
        return behaviour();
    }

    /** The same key is the same parcel. */
    @POST
    @Path("/waybills")
    @Operation(hidden = true)
    public Waybill order(@RestHeader("Idempotency-Key") @Nullable String key) throws InterruptedException {
        if (key == null || key.isEmpty() || key.length() > 40) {
            throw new ProblemException(Problem.invalid("Idempotency-Key", "must have 1 to 40 characters"));
        }
        Waybill waybill = new Waybill("LC-" + key);
        steps(waybill.waybillNo());
        behave();
        return waybill;
    }

    @GET
    @Path("/waybills/{waybillNo}")
    @Operation(hidden = true)
    public Progress progress(@RestPath String waybillNo) throws InterruptedException {
        behave();
        return shown(steps(waybillNo));
    }

    /** Moves a parcel on, up to its delivery. */
    @POST
    @Path("/waybills/{waybillNo}/steps")
    @Operation(hidden = true)
    public Progress moveOn(@RestPath String waybillNo) {
        steps(waybillNo);
        return shown(parcels.compute(waybillNo, (no, before) -> next(before == null ? List.of() : before)));
    }

    private List<Step> steps(String waybillNo) {
        if (parcels.size() >= PARCELS_MAX) {
            parcels.clear();
        }
        return parcels.computeIfAbsent(waybillNo, no -> next(List.of()));
    }

    private List<Step> next(List<Step> steps) {
        if (steps.size() == STAGES.size()) {
            return steps;
        }
        Step next = new Step(clock.instant(), STAGES.get(steps.size()).text());
        return Stream.concat(steps.stream(), Stream.of(next)).toList();
    }

    private static Progress shown(List<Step> steps) {
        return new Progress(STAGES.get(steps.size() - 1).status(), steps);
    }

    private void behave() throws InterruptedException {
        switch (mode) {
            case NORMAL -> {}
            case SLOW -> TimeUnit.MINUTES.sleep(1);
            case FAILING -> throw new ProblemException(ProblemCode.SERVICE_UNAVAILABLE, "The carrier is down.");
        }
    }
}
