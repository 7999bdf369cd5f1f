package io.jifen.event;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.ledger.Answer;
import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.ledger.PostingResult;
import io.jifen.ledger.Target;
import io.jifen.platform.Caller;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.risk.Admission;
import io.jifen.risk.ApprovalView;
import io.jifen.risk.Approvals;
import io.jifen.risk.Risk;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Earning by an event whose sender waits for what it earns. */
@Path("/api/v1/grants")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Events")
class GrantResource {

    private final Intake intake;
    private final Ledger ledger;
    private final Approvals approvals;
    private final Risk risk;
    private final Admission admission;
    private final Audit audit;
    private final Caller caller;
    private final Json json;

    GrantResource(
            Intake intake,
            Ledger ledger,
            Approvals approvals,
            Risk risk,
            Admission admission,
            Audit audit,
            Caller caller,
            Json json) {
        this.intake = intake;
        this.ledger = ledger;
        this.approvals = approvals;
        this.risk = risk;
        this.admission = admission;
        this.audit = audit;
        this.caller = caller;
        this.json = json;
    }

    @POST
    @Operation(summary = "Grant points at once", description = """
                    Takes the body of an event (without action) and answers what it earned, when that is committed. \
                    Points given by a person above the threshold wait for another admin.""")
    @APIResponse(
            responseCode = "201",
            description = "Granted",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(
            responseCode = "202",
            description = "Waits for another admin, or for somebody to look at it",
            content = @Content(schema = @Schema(implementation = ApprovalView.class)))
    @APIResponse(
            responseCode = "200",
            description = "Granted before under this key: the first answer's body",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(responseCode = "400", description = "invalid-request, missing-idempotency-key")
    @APIResponse(responseCode = "403", description = "risk-rejected")
    @APIResponse(responseCode = "409", description = "already-granted (`transactionNo`)")
    @APIResponse(responseCode = "422", description = "rule-not-found, points-not-allowed, idempotency-key-reused")
    public RestResponse<byte[]> grant(
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey,
            @NotNull(message = Event.REQUIRED) Event body) {
        Event event = intake.check(body.withTraceId(IdempotencyKey.of(idempotencyKey, body.traceId())));
        if (event.action() != null) {
            throw new ProblemException(Problem.invalid("action", "does not belong here: a grant adds"));
        }
        Key key = new Key(caller.scope(), String.valueOf(event.traceId()));
        admission.admit(event.bizType(), event.userId(), key);
        byte[] contentHash = contentHash(event);
        Long given = caller.isAdmin() ? event.points() : null;
        if (given != null && approvals.areNeededFor(given)) {
            Posting question = approvals
                    .ask(
                            GrantPostings.KIND,
                            key,
                            contentHash,
                            new Target.User(event.userId(), true),
                            given,
                            event.reason(),
                            caller.subject(),
                            json.text(event))
                    .auditedAs(act("ASK", event, given));
            return Answers.response(RestResponse.StatusCode.ACCEPTED, ledger.post(question));
        }
        Posting grant =
                intake.earning(event, key, contentHash).by(caller.subject()).answering(result -> result);
        if (given != null) {
            grant = grant.auditedAs(act("GRANT", event, given));
        }
        Answer answer = ledger.post(risk.watchRequest(grant, GrantPostings.KIND, event, EventPostings.mayBring(event)));
        return Answers.response(RestResponse.StatusCode.CREATED, answer);
    }

    /** Of points that a person gives; what rules compute is nobody's doing. */
    private Act act(String action, Event event, long points) {
        return audit.act(caller.subject(), action, "ACCOUNT", event.userId())
                .to(Map.of("points", points, "bizType", event.bizType()))
                .because(event.reason());
    }

    private static byte[] contentHash(Event event) {
        return ContentHash.of("grant")
                .with("userId", event.userId())
                .with("bizType", event.bizType())
                .with("bizNo", event.bizNo())
                .with("amount", event.amount())
                .with("points", event.points())
                .with("occurredAt", event.occurredAt())
                .with("attributes", event.attributes(), Map.of())
                .with("reason", event.reason())
                .bytes();
    }
}
