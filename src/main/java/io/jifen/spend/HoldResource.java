package io.jifen.spend;

import io.jifen.ledger.Answer;
import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.HoldView;
import io.jifen.ledger.Holdings;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.BizNo;
import io.jifen.platform.Caller;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Money;
import io.jifen.platform.Points;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
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
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Holds: reserve points while an order is being paid, then take or release them. */
@Path("/api/v1/holds")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Spending")
class HoldResource {

    @RegisterForReflection
    @Schema(name = "HoldRequest", description = "Points to reserve")
    record HoldRequest(
            @NotNull @UserId @Schema(examples = "bob") String userId,
            @NotNull @Points @Schema(examples = "50") Long points,

            @NotNull @BizNo @Schema(description = "The number of the business", examples = "o-1")
            String bizNo,

            @Schema(description = "Default 1,800; at least 1", examples = "1800") @Nullable
            Long expiresInSeconds,

            @Money
            @DecimalMin(value = "0.01", message = "must be at least 0.01")
            @Schema(description = """
                                    Of points that make an order cheaper, whose number is `bizNo`: the money that is \
                                    paid for the order, as its refunds will count it. A refund of the order then gives \
                                    the points back pro rata. If left out, that is what the order earned points by""", examples = "100.00")
            @Nullable
            BigDecimal orderAmount,

            @TraceId @Nullable String traceId) {}

    @Schema(name = "Capture", description = "What to take of a hold")
    record Capture(
            @Points @Schema(description = "All, if left out; the rest is given back", examples = "30") @Nullable
            Long points,

            @TraceId @Nullable String traceId) {}

    @Schema(name = "Release")
    record Release(@TraceId @Nullable String traceId) {}

    /** What kind of business holds are to limits and tokens; their entries name none. */
    static final String BIZ_TYPE = "HOLD";

    private final Ledger ledger;
    private final Holdings holdings;
    private final HoldPostings postings;
    private final Risk risk;
    private final Admission admission;
    private final Caller caller;
    private final HoldConfig config;

    HoldResource(
            Ledger ledger,
            Holdings holdings,
            HoldPostings postings,
            Risk risk,
            Admission admission,
            Caller caller,
            HoldConfig config) {
        this.ledger = ledger;
        this.holdings = holdings;
        this.postings = postings;
        this.risk = risk;
        this.admission = admission;
        this.caller = caller;
        this.config = config;
    }

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Hold points",
            description = "Reserves them, earliest expiry first. Held points don't expire while they are held.")
    @APIResponse(
            responseCode = "201",
            description = "Held",
            content = @Content(schema = @Schema(implementation = HoldView.class)))
    @APIResponse(
            responseCode = "202",
            description = "Waits for a person's word; its `result` then has the hold's id as that of the HOLD entry",
            content = @Content(schema = @Schema(implementation = ApprovalView.class)))
    @APIResponse(responseCode = "403", description = "risk-rejected")
    @APIResponse(responseCode = "404", description = "account-not-found")
    @APIResponse(responseCode = "409", description = "insufficient-points, account-blocked")
    @APIResponse(responseCode = "422", description = "idempotency-key-reused")
    public RestResponse<byte[]> hold(
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey, @NotNull @Valid HoldRequest body) {
        Key key = key(idempotencyKey, body.traceId());
        admission.admit(BIZ_TYPE, body.userId(), key);
        requireLife(body.expiresInSeconds());
        byte[] contentHash = ContentHash.of("hold")
                .with("userId", body.userId())
                .with("points", body.points())
                .with("bizNo", body.bizNo())
                .with(
                        "expiresInSeconds",
                        body.expiresInSeconds(),
                        config.expiresIn().toSeconds())
                .with("orderAmount", body.orderAmount())
                .bytes();
        Posting posting = postings.posting(body, key, contentHash, caller.subject());
        Answer answer = ledger.post(risk.watchRequest(posting, HoldPostings.KIND, body));
        return Answers.response(RestResponse.StatusCode.CREATED, answer);
    }

    @POST
    @Path("/{holdId}/capture")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Take what a hold reserves",
            description = "All of it, or a part and give back the rest: once. Its transactionNo can be refunded.")
    @APIResponse(
            responseCode = "200",
            description = "Captured",
            content = @Content(schema = @Schema(implementation = HoldView.class)))
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(
            responseCode = "409",
            description =
                    "illegal-state: it has ended, or waits for a person (`state`); insufficient-points: more than it holds")
    public RestResponse<byte[]> capture(
            @RestPath String holdId,
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey,
            @Valid @Nullable Capture body) {
        Capture capture = body == null ? new Capture(null, null) : body;
        caller.requireBizType(BIZ_TYPE);
        Key key = key(idempotencyKey, capture.traceId());
        HoldView hold = require(holdId);
        long id = Long.parseLong(hold.holdId());
        byte[] contentHash = ContentHash.of("capture")
                .with("holdId", id)
                .with("points", capture.points())
                .bytes();
        Posting posting = Posting.of(
                        key,
                        contentHash,
                        new Target.User(hold.userId(), false),
                        new Operation.Capture(id, capture.points()))
                .biz(null, hold.bizNo())
                .by(caller.subject())
                .answering(hold::captured);
        return Answers.response(RestResponse.StatusCode.OK, ledger.post(posting));
    }

    @POST
    @Path("/{holdId}/release")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Give back what a hold reserves",
            description = "Points whose last day has passed meanwhile expire at that moment.")
    @APIResponse(
            responseCode = "200",
            description = "Released",
            content = @Content(schema = @Schema(implementation = HoldView.class)))
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state: it has ended, or waits for a person (`state`)")
    public RestResponse<byte[]> release(
            @RestPath String holdId,
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey,
            @Valid @Nullable Release body) {
        caller.requireBizType(BIZ_TYPE);
        Key key = key(idempotencyKey, body == null ? null : body.traceId());
        HoldView hold = require(holdId);
        long id = Long.parseLong(hold.holdId());
        Posting posting = Posting.of(
                        key,
                        ContentHash.of("release").with("holdId", id).bytes(),
                        new Target.User(hold.userId(), false),
                        new Operation.Release(id))
                .biz(null, hold.bizNo())
                .by(caller.subject())
                .answering(hold::released);
        return Answers.response(RestResponse.StatusCode.OK, ledger.post(posting));
    }

    @GET
    @Path("/{holdId}")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Show a hold",
            description = "From `expiresAt` on it is EXPIRED, also where its points are given back a moment later.")
    @APIResponse(responseCode = "200", description = "The hold")
    @APIResponse(responseCode = "404", description = "not-found")
    public HoldView show(@RestPath String holdId) {
        return require(holdId);
    }

    private HoldView require(String holdId) {
        return holdings.find(Numbers.of(holdId))
                .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "There is no hold of this id."));
    }

    private void requireLife(@Nullable Long seconds) {
        long most = config.expiresInMax().toSeconds();
        if (seconds != null && (seconds < 1 || seconds > most)) {
            throw new ProblemException(Problem.invalid("expiresInSeconds", "must be from 1 to " + most));
        }
    }

    private Key key(@Nullable String header, @Nullable String traceId) {
        return new Key(caller.scope(), IdempotencyKey.of(header, traceId));
    }
}
