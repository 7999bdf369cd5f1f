package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Caller;
import io.jifen.platform.Roles;
import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
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
            Instant createdAt,

            @Schema(
                    description =
                            "What the risk checks found; left out where they found nothing. Services see the approval only")
            @JsonInclude(JsonInclude.Include.NON_NULL)
            Guard.@Nullable Judgement risk) {

        static RequestView of(String traceId, Requests.Outcome outcome, Guard.@Nullable Judgement risk) {
            Long transactionNo = outcome.transactionNo();
            return new RequestView(
                    traceId,
                    Status.valueOf(outcome.status().name()),
                    outcome.code(),
                    transactionNo == null ? null : Long.toString(transactionNo),
                    outcome.userId(),
                    outcome.createdAt(),
                    risk);
        }

        static RequestView unknown(String traceId, Guard.@Nullable Judgement risk) {
            return new RequestView(traceId, Status.UNKNOWN, null, null, null, null, risk);
        }
    }

    private final Requests requests;
    private final Guard guard;
    private final Caller caller;

    RequestResource(Requests requests, Guard guard, Caller caller) {
        this.requests = requests;
        this.guard = guard;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "What became of a request", description = """
                    The outcome under an idempotency key, for those who sent an event and want to know whether it is \
                    applied, or who lost an answer. `UNKNOWN`: not decided yet, or never received. `POSTED` and \
                    `REFUSED` are final. `DEAD`: it can't be applied as it is and waits for an admin. Keys of users' \
                    tokens live in a scope of their own: `userId` says whose. `risk` is what the risk checks found, also \
                    where they refused the request, which is then not remembered and may have been sent again since; with \
                    an `approvalId`, a request that is POSTED waits for a person, or has waited for one. All of it is for \
                    admins; services see the approval.""")
    @APIResponse(responseCode = "200", description = "The outcome, UNKNOWN if there is none")
    @APIResponse(responseCode = "400", description = "invalid-request: no such key can exist")
    public RequestView get(
            @RestPath @TraceId @Parameter(example = "order-4711") String traceId,
            @RestQuery @UserId @Parameter(description = "Whose token sent it; left out: a service's") @Nullable
                    String userId) {
        Key key = new Key(userId == null ? GLOBAL : Caller.scopeOf(userId), traceId);
        Guard.Judgement risk = guard.explain(key)
                .flatMap(found -> caller.isAdmin() ? Optional.of(found) : found.withoutReasons())
                .orElse(null);
        return requests.find(key)
                .map(outcome -> RequestView.of(traceId, outcome, risk))
                .orElseGet(() -> RequestView.unknown(traceId, risk));
    }
}
