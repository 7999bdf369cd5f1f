package io.jifen.spend;

import io.jifen.ledger.AccountIds;
import io.jifen.ledger.Answer;
import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.PostingResult;
import io.jifen.ledger.Target;
import io.jifen.platform.BizNo;
import io.jifen.platform.Caller;
import io.jifen.platform.Code;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Points;
import io.jifen.platform.ProblemCode;
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
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Spends of a user's points for business of other systems, and their refunds. */
@Path("/api/v1/deductions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Spending")
class DeductionResource {

    @RegisterForReflection
    @Schema(name = "Deduction", description = "Points that something costs")
    record Deduction(
            @NotNull @UserId @Schema(examples = "bob") String userId,
            @NotNull @Points @Schema(examples = "50") Long points,

            @NotNull @Code @Schema(description = "What kind of business it is for", examples = "COFFEE")
            String bizType,

            @NotNull @BizNo @Schema(description = "The number of that business", examples = "c-1")
            String bizNo,

            @Reason @Schema(description = "Shown with the entry", examples = "a cup of coffee") @Nullable
            String reason,

            @TraceId @Nullable String traceId) {}

    @Schema(name = "Refund", description = "What comes back of a spend")
    record Refund(
            @Points @Schema(description = "All that is left, if left out", examples = "20") @Nullable
            Long points,

            @TraceId @Nullable String traceId) {}

    private final Ledger ledger;
    private final AccountIds accounts;
    private final Risk risk;
    private final Admission admission;
    private final Caller caller;

    DeductionResource(Ledger ledger, AccountIds accounts, Risk risk, Admission admission, Caller caller) {
        this.ledger = ledger;
        this.accounts = accounts;
        this.risk = risk;
        this.admission = admission;
        this.caller = caller;
    }

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Spend points",
            description = "Takes the points that expire first; all or nothing. Too few are a refusal.")
    @APIResponse(
            responseCode = "201",
            description = "Spent; `transactionNo` is what a refund names",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(
            responseCode = "202",
            description = "Waits for a person's word; the points are held",
            content = @Content(schema = @Schema(implementation = ApprovalView.class)))
    @APIResponse(
            responseCode = "200",
            description = "Spent before under this key: the first answer's body",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(responseCode = "400", description = "invalid-request, missing-idempotency-key")
    @APIResponse(responseCode = "403", description = "risk-rejected")
    @APIResponse(responseCode = "404", description = "account-not-found")
    @APIResponse(responseCode = "409", description = "insufficient-points (`available`, `required`), account-blocked")
    @APIResponse(responseCode = "422", description = "idempotency-key-reused")
    public RestResponse<byte[]> deduct(
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey, @NotNull @Valid Deduction body) {
        Key key = key(idempotencyKey, body.traceId());
        admission.admit(body.bizType(), body.userId(), key);
        byte[] contentHash = ContentHash.of("deduction")
                .with("userId", body.userId())
                .with("points", body.points())
                .with("bizType", body.bizType())
                .with("bizNo", body.bizNo())
                .with("reason", body.reason())
                .bytes();
        Posting posting = DeductionPostings.posting(body, key, contentHash, caller.subject());
        Answer answer = ledger.post(risk.watchRequest(posting, DeductionPostings.KIND, body));
        return Answers.response(RestResponse.StatusCode.CREATED, answer);
    }

    @POST
    @Path("/{transactionNo}/refunds")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Refund a spend or a captured hold",
            description = """
                    Any number of partial refunds, together never more than was spent. The points go back to the lots \
                    they came from; those of a lot that has run out get some days of grace.""")
    @APIResponse(
            responseCode = "201",
            description = "Refunded",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(
            responseCode = "200",
            description = "Refunded before under this key: the first answer's body",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(responseCode = "404", description = "not-found: no spend of this number")
    @APIResponse(
            responseCode = "409",
            description = "insufficient-points: more than is left of the spend; illegal-state: nothing is left, or it "
                    + "paid for an exchange or a draw")
    @APIResponse(responseCode = "422", description = "idempotency-key-reused")
    public RestResponse<byte[]> refund(
            @RestPath String transactionNo,
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey,
            @Valid @Nullable Refund body) {
        Refund refund = body == null ? new Refund(null, null) : body;
        Key key = key(idempotencyKey, refund.traceId());
        long number = Numbers.of(transactionNo);
        AccountIds.Spender spender = accounts.ofSpend(number)
                .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "There is no spend of this number."));
        caller.requireBizType(spender.bizType() == null ? HoldResource.BIZ_TYPE : spender.bizType());
        byte[] contentHash = ContentHash.of("refund")
                .with("transactionNo", number)
                .with("points", refund.points())
                .bytes();
        Posting posting = Posting.of(
                        key,
                        contentHash,
                        new Target.User(spender.userId(), false),
                        new Operation.Refund(number, refund.points()))
                .by(caller.subject());
        return Answers.response(RestResponse.StatusCode.CREATED, ledger.post(posting));
    }

    private Key key(@Nullable String header, @Nullable String traceId) {
        return new Key(caller.scope(), IdempotencyKey.of(header, traceId));
    }
}
