package io.jifen.local;

import io.jifen.fake.MovableClock;
import io.jifen.ledger.Partitions;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Moves the service's clock: months pass in a second. Jobs then run by {@code POST /api/v1/jobs/{name}/runs}. */
@Path("/dev/clock")
@PermitAll
public class DevClockResource {

    /** Either forward by {@code plus} (ISO 8601: P31D, P1M, PT1H), added to earlier moves, or back to real time. */
    public record Move(@Nullable String plus, boolean reset) {}

    /** {@code offset} as ISO 8601, such as PT744H. */
    public record Reading(Instant now, String offset) {}

    private final MovableClock clock;
    private final Partitions partitions;

    DevClockResource(MovableClock clock, Partitions partitions) {
        this.clock = clock;
        this.partitions = partitions;
    }

    @GET
    @Operation(hidden = true)
    public Reading read() {
        return new Reading(clock.instant(), clock.offset().toString());
    }

    @PUT
    @Operation(hidden = true)
    public Reading move(@Nullable Move move) {
        if (move == null) {
            throw new ProblemException(Problem.invalid("body", "must have plus or reset"));
        }
        if (move.reset()) {
            clock.reset();
        }
        if (move.plus() != null) {
            forward(move.plus());
        }
        // As the daily job would have done meanwhile.
        partitions.ensure(clock.instant());
        return read();
    }

    private void forward(String plus) {
        try {
            clock.forward(plus);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Problem.invalid("plus", e.getMessage()));
        }
    }
}
