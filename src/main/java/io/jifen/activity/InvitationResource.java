package io.jifen.activity;

import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.platform.Caller;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import io.jifen.risk.Admission;
import io.jifen.risk.Risk;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/invitations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Activities")
class InvitationResource {

    @Schema(name = "Invitation", description = "Who invited whom")
    record Invite(
            @NotNull @UserId @Schema(examples = "alice") String inviterId,
            @NotNull @UserId @Schema(examples = "bob") String inviteeId,
            @TraceId @Nullable String traceId) {}

    private final Invitations invitations;
    private final Ledger ledger;
    private final Risk risk;
    private final Admission admission;
    private final Caller caller;

    InvitationResource(Invitations invitations, Ledger ledger, Risk risk, Admission admission, Caller caller) {
        this.invitations = invitations;
        this.ledger = ledger;
        this.risk = risk;
        this.admission = admission;
        this.caller = caller;
    }

    @POST
    @Operation(summary = "Tell that a user was invited by another", description = """
                    Both earn by the rules of bizType INVITE, at once or when the invitee's first order is there. A \
                    user is invited once, by whomever.""")
    @APIResponse(
            responseCode = "201",
            description = "Recorded; with what the invitee got",
            content = @Content(schema = @Schema(implementation = InvitationBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "Recorded before under this key: the first answer's body",
            content = @Content(schema = @Schema(implementation = InvitationBody.class)))
    @APIResponse(responseCode = "400", description = "invalid-request (of oneself, too), missing-idempotency-key")
    @APIResponse(responseCode = "403", description = "risk-rejected: of the invitee")
    @APIResponse(responseCode = "409", description = "already-granted (`transactionNo`): invited before")
    @APIResponse(responseCode = "422", description = "rule-not-found, idempotency-key-reused")
    public RestResponse<byte[]> invite(
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey, @NotNull @Valid Invite body) {
        if (body.inviterId().equals(body.inviteeId())) {
            throw new ProblemException(Problem.invalid("inviteeId", "must be somebody else than the inviter"));
        }
        Key key = new Key(caller.scope(), IdempotencyKey.of(idempotencyKey, body.traceId()));
        admission.admit(Invitations.INVITE, body.inviterId(), key);
        Posting invitation =
                invitations.invite(body.inviterId(), body.inviteeId(), key, contentHash(body), caller.subject());
        // In one transaction, and both again where the request is repeated: what is paid stays paid once.
        Posting payment = invitations.payInviter(body.inviterId(), body.inviteeId());
        return Answers.response(
                RestResponse.StatusCode.CREATED,
                ledger.post(List.of(risk.blockRequest(invitation, Invitations.INVITE), payment))
                        .getFirst());
    }

    private static byte[] contentHash(Invite body) {
        return ContentHash.of("invitation")
                .with("inviterId", body.inviterId())
                .with("inviteeId", body.inviteeId())
                .bytes();
    }
}
