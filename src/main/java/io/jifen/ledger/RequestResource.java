package io.jifen.ledger;

import io.jifen.platform.Roles;
import io.jifen.platform.TraceId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/requests/{traceId}")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SERVICE, Roles.ADMIN})
@Tag(name = "Requests")
class RequestResource {

    /** The scope that services, admins and Kafka events share. */
    private static final String GLOBAL = "";

    /** What is known of a key. */
    enum Status {
        UNKNOWN,
        POSTED,
        REFUSED,
        DEAD
    }

    @Schema(name = "Request", description = "What became of a request")
    record RequestView(
            @Schema(examples = "order-4711") String traceId,
            Status status,

            @Schema(description = "Why it was refused or is dead", examples = "insufficient-points") @Nullable
            String code,

            @Schema(description = "Of its entries, if it was posted", examples = "913245678901234567") @Nullable
            String transactionNo,

            @Nullable String userId,

            @Schema(description = "When it was decided") @Nullable
            Instant createdAt) {

        static RequestView of(String traceId, Requests.Outcome outcome) {
            Long transactionNo = outcome.transactionNo();
            return new RequestView(
                    traceId,
                    Status.valueOf(outcome.status().name()),
                    outcome.code(),
                    transactionNo == null ? null : Long.toString(transactionNo),
                    outcome.userId(),
                    outcome.createdAt());
        }

        static RequestView unknown(String traceId) {
            return new RequestView(traceId, Status.UNKNOWN, null, null, null, null);
        }
    }

    private final Requests requests;

    RequestResource(Requests requests) {
        this.requests = requests;
    }

    @GET
    @Operation(summary = "What became of a request", description = """
                    The outcome under an idempotency key, for those who sent an event and want to know whether it is \
                    applied, or who lost an answer. `UNKNOWN`: not decided yet, or never received. `POSTED` and \
                    `REFUSED` are final. `DEAD`: it can't be applied as it is and waits for an admin. Keys of users' \
                    tokens are not found here: they live in a scope of their own.""")
    @APIResponse(responseCode = "200", description = "The outcome, UNKNOWN if there is none")
    @APIResponse(responseCode = "400", description = "invalid-request: no such key can exist")
    public RequestView get(@RestPath @TraceId @Parameter(example = "order-4711") String traceId) {
        return requests.find(new Key(GLOBAL, traceId))
                .map(outcome -> RequestView.of(traceId, outcome))
                .orElseGet(() -> RequestView.unknown(traceId));
    }
}
