package io.jifen.event;

import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Takes events in: accepted means that the broker has them. */
@Path("/api/v1/events")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SERVICE, Roles.ADMIN})
@Tag(name = "Events")
class EventResource {

    /** An event that the broker has. */
    @Schema(name = "EventAccepted")
    record Accepted(@Schema(examples = "order-4711") String traceId) {}

    private final Intake intake;
    private final EventPublisher publisher;
    private final EventConfig config;

    EventResource(Intake intake, EventPublisher publisher, EventConfig config) {
        this.intake = intake;
        this.publisher = publisher;
        this.config = config;
    }

    /** Never blocks: it waits for the broker only, and the sender doesn't block. */
    @POST
    @Operation(summary = "Send an event", description = """
                    Accepted when the broker has it; it is applied a moment later, and `GET /requests/{traceId}` says \
                    what became of it. The same event again, with the same key, changes nothing.""")
    @APIResponse(responseCode = "202", description = "The broker has it")
    @APIResponse(responseCode = "400", description = "invalid-request, missing-idempotency-key")
    @APIResponse(responseCode = "503", description = "broker-unavailable")
    public CompletionStage<RestResponse<Accepted>> send(
            @NotNull(message = Event.REQUIRED) Event event,
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        String traceId = IdempotencyKey.of(idempotencyKey, event.traceId());
        return publisher
                .publish(intake.check(event.withTraceId(traceId)))
                .thenApply(done -> RestResponse.status(RestResponse.Status.ACCEPTED, new Accepted(traceId)));
    }

    @POST
    @Path("/batch")
    @RunOnVirtualThread
    @Operation(summary = "Send up to 1,000 events", description = """
                    Each event has its own traceId; the header Idempotency-Key is refused. What is wrong with an event \
                    is said of that event, the others are accepted. On 503 send all of them again.""")
    @APIResponse(responseCode = "202", description = "The broker has the accepted ones")
    @APIResponse(responseCode = "400", description = "invalid-request: not a batch at all, or too large")
    @APIResponse(responseCode = "503", description = "broker-unavailable")
    public RestResponse<EventBatch.Accepted> sendAll(
            @RequestBody(required = true, content = @Content(schema = @Schema(implementation = EventBatch.class)))
                    byte @Nullable [] body,
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        IdempotencyKey.refuseInBatch(idempotencyKey);
        List<byte[]> items = EventBatch.items(body, config.batchMax());
        List<CompletionStage<Void>> sent = new ArrayList<>();
        List<EventBatch.Rejected> rejected = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            try {
                sent.add(publisher.publish(intake.read(items.get(index))));
            } catch (ProblemException e) {
                rejected.add(new EventBatch.Rejected(
                        index, e.problem().code(), e.problem().detail()));
            }
        }
        awaitAll(sent);
        return RestResponse.status(
                RestResponse.Status.ACCEPTED, new EventBatch.Accepted(sent.size(), List.copyOf(rejected)));
    }

    /** One that isn't confirmed makes the whole batch unconfirmed: its sender sends it again, which does no harm. */
    private static void awaitAll(List<CompletionStage<Void>> sent) {
        try {
            CompletableFuture.allOf(sent.stream()
                            .map(CompletionStage::toCompletableFuture)
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
