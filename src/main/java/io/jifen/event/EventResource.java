package io.jifen.event;

import io.jifen.ledger.Key;
import io.jifen.platform.Caller;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.risk.Admission;
import io.jifen.risk.Approvals;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
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

    /** An event that has asked to be let in. */
    private record Asked(int index, Event event, CompletionStage<Void> admitted) {}

    /** As many as Redis answers quickly, and few enough that some batches at once don't fill its queue. */
    private static final int ADMITTED_AT_ONCE = 32;

    private final Intake intake;
    private final EventPublisher publisher;
    private final Admission admission;
    private final Approvals approvals;
    private final Caller caller;
    private final EventConfig config;

    EventResource(
            Intake intake,
            EventPublisher publisher,
            Admission admission,
            Approvals approvals,
            Caller caller,
            EventConfig config) {
        this.intake = intake;
        this.publisher = publisher;
        this.admission = admission;
        this.approvals = approvals;
        this.caller = caller;
        this.config = config;
    }

    /** Never blocks: it waits for the broker only, and the sender doesn't block. */
    @POST
    @Operation(summary = "Send an event", description = """
                    Accepted when the broker has it; it is applied a moment later, and `GET /requests/{traceId}` says \
                    what became of it. The same event again, with the same key, changes nothing.""")
    @APIResponse(responseCode = "202", description = "The broker has it")
    @APIResponse(responseCode = "400", description = "invalid-request, missing-idempotency-key")
    @APIResponse(
            responseCode = "403",
            description = "forbidden: points that an admin gives beyond the threshold of approvals belong to /grants")
    @APIResponse(responseCode = "503", description = "broker-unavailable")
    public CompletionStage<RestResponse<Accepted>> send(
            @NotNull(message = Event.REQUIRED) Event event,
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        String traceId = IdempotencyKey.of(idempotencyKey, event.traceId());
        Event checked = intake.check(event.withTraceId(traceId));
        refuseUnapproved(checked);
        Function<Event, CompletionStage<Void>> publishing = publishing();
        return admission
                .admitSoon(checked.bizType(), checked.userId(), Intake.key(traceId))
                .thenCompose(admitted -> publishing.apply(checked))
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
        Function<Event, CompletionStage<Void>> publishing = publishing();
        List<CompletionStage<Void>> sent = new ArrayList<>();
        List<EventBatch.Rejected> rejected = new ArrayList<>();
        for (int from = 0; from < items.size(); from += ADMITTED_AT_ONCE) {
            List<Asked> asked = ask(items, from, Math.min(items.size(), from + ADMITTED_AT_ONCE), rejected);
            for (Asked one : asked) {
                try {
                    await(one.admitted());
                    sent.add(publishing.apply(one.event()));
                } catch (ProblemException e) {
                    rejected.add(EventBatch.Rejected.of(one.index(), e));
                }
            }
        }
        // One that isn't confirmed makes the whole batch unconfirmed: its sender sends it again, which does no harm.
        await(CompletableFuture.allOf(
                sent.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new)));
        rejected.sort(Comparator.comparingInt(EventBatch.Rejected::index));
        return RestResponse.status(
                RestResponse.Status.ACCEPTED, new EventBatch.Accepted(sent.size(), List.copyOf(rejected)));
    }

    /** What a person gives beyond the threshold needs a second one, who can only be asked where its sender waits. */
    private void refuseUnapproved(Event event) {
        Long given = caller.isAdmin() && !event.isSpend() ? event.points() : null;
        if (given != null && approvals.areNeededFor(given)) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN,
                    "So many points, given by a person, need another one's approval: send them to /api/v1/grants.");
        }
    }

    /** Asked for while the request is at hand: what an admin sends has their name on it. */
    private Function<Event, CompletionStage<Void>> publishing() {
        if (!caller.isAdmin()) {
            return publisher::publish;
        }
        String operator = caller.subject();
        return event -> publisher.publish(event, operator);
    }

    /** Asks for these to be let in, all at once: one after the other, a batch would take as long as all of them. */
    private List<Asked> ask(List<byte[]> items, int from, int to, List<EventBatch.Rejected> rejected) {
        List<Asked> asked = new ArrayList<>();
        for (int index = from; index < to; index++) {
            try {
                Event event = intake.read(items.get(index));
                refuseUnapproved(event);
                Key key = Intake.key(Objects.requireNonNull(event.traceId()));
                asked.add(new Asked(index, event, admission.admitSoon(event.bizType(), event.userId(), key)));
            } catch (ProblemException e) {
                rejected.add(EventBatch.Rejected.of(index, e));
            }
        }
        return asked;
    }

    private static void await(CompletionStage<Void> stage) {
        try {
            stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
