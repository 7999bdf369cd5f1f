package io.jifen.spend;

import io.jifen.ledger.Answer;
import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.ledger.PostingResult;
import io.jifen.platform.Caller;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Points;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Reason;
import io.jifen.platform.Roles;
import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import io.jifen.risk.Admission;
import io.jifen.risk.ApprovalView;
import io.jifen.risk.Risk;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Transfers of points from user to user. */
@Path("/api/v1/transfers")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Spending")
class TransferResource {

    @RegisterForReflection
    @Schema(name = "Transfer", description = "Points from one user to another")
    record Transfer(
            @NotNull @UserId @Schema(examples = "alice") String fromUserId,
            @NotNull @UserId @Schema(examples = "bob") String toUserId,
            @NotNull @Points @Schema(examples = "50") Long points,

            @Reason @Schema(description = "Shown with both entries", examples = "for lunch") @Nullable
            String message,

            @TraceId @Nullable String traceId) {}

    private final Ledger ledger;
    private final TransferPostings postings;
    private final Risk risk;
    private final Admission admission;
    private final Caller caller;
    private final TransferConfig config;

    TransferResource(
            Ledger ledger,
            TransferPostings postings,
            Risk risk,
            Admission admission,
            Caller caller,
            TransferConfig config) {
        this.ledger = ledger;
        this.postings = postings;
        this.risk = risk;
        this.admission = admission;
        this.caller = caller;
        this.config = config;
    }

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "Give points to another user", description = """
                    Takes the sender's points that expire first; they keep their days in the receiver's account. The \
                    receiver must exist and not be blocked. The answer shows the sender's figures.""")
    @APIResponse(
            responseCode = "201",
            description = "Transferred",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(
            responseCode = "202",
            description = "Waits for a person's word; the points are held",
            content = @Content(schema = @Schema(implementation = ApprovalView.class)))
    @APIResponse(responseCode = "400", description = "invalid-request: also for a transfer to oneself")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another sender; risk-rejected")
    @APIResponse(responseCode = "404", description = "account-not-found: the sender or the receiver")
    @APIResponse(
            responseCode = "409",
            description = "insufficient-points, account-blocked, daily-limit-reached (`limit`, `used`)")
    @APIResponse(responseCode = "422", description = "idempotency-key-reused")
    public RestResponse<byte[]> transfer(
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey, @NotNull @Valid Transfer body) {
        caller.requireOwn(body.fromUserId());
        if (body.fromUserId().equals(body.toUserId())) {
            throw new ProblemException(Problem.invalid("toUserId", "must be somebody else than the sender"));
        }
        if (body.points() < config.minPoints()) {
            throw new ProblemException(Problem.invalid("points", "must be at least " + config.minPoints()));
        }
        Key key = new Key(caller.scope(), IdempotencyKey.of(idempotencyKey, body.traceId()));
        admission.admit(TransferPostings.KIND, body.fromUserId(), key);
        byte[] contentHash = ContentHash.of("transfer")
                .with("fromUserId", body.fromUserId())
                .with("toUserId", body.toUserId())
                .with("points", body.points())
                .with("message", body.message())
                .bytes();
        Posting posting = postings.posting(body, key, contentHash, caller.subject());
        Answer answer = ledger.post(risk.watchRequest(posting, TransferPostings.KIND, body));
        return Answers.response(RestResponse.StatusCode.CREATED, answer);
    }
}
