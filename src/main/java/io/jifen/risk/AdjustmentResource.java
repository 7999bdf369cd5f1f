package io.jifen.risk;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.ledger.PostingResult;
import io.jifen.ledger.Target;
import io.jifen.platform.Caller;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Problem;
import io.jifen.platform.Reason;
import io.jifen.platform.Roles;
import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/adjustments")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Adjustments")
class AdjustmentResource {

    @Schema(name = "Adjustment", description = "A correction by a person")
    record Adjustment(
            @NotNull @UserId @Schema(examples = "alice") String userId,

            @NotNull
            @SignedPoints
            @Schema(
                    description = "Added if positive, taken if negative; up to 10^12 either way, not 0",
                    examples = "-50")
            Long points,

            @NotBlank @Reason @Schema(description = "Why; shown to the user", examples = "order 4711 was counted twice")
            String reason,

            @TraceId
            @Schema(description = "The idempotency key, if it isn't in the header", examples = "adjust-4711")
            @Nullable
            String traceId) {}

    private final Ledger ledger;
    private final AdjustmentPostings postings;
    private final Approvals approvals;
    private final Audit audit;
    private final Caller caller;

    AdjustmentResource(Ledger ledger, AdjustmentPostings postings, Approvals approvals, Audit audit, Caller caller) {
        this.ledger = ledger;
        this.postings = postings;
        this.approvals = approvals;
        this.audit = audit;
        this.caller = caller;
    }

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Correct an account's points by hand",
            description = """
                    Adds or takes points as one ADJUST entry that names the admin and the reason. What is added \
                    repays arrears first and expires like a grant of today; what is taken comes out of the earliest \
                    lots, all or nothing.""")
    @APIResponse(
            responseCode = "201",
            description = "Done",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(
            responseCode = "202",
            description = "Above the threshold: waits for another admin",
            content = @Content(schema = @Schema(implementation = ApprovalView.class)))
    @APIResponse(
            responseCode = "200",
            description = "Done before under this key; the first answer's body, with Idempotency-Replayed: true",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(
            responseCode = "400",
            description = "invalid-request, missing-idempotency-key",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "404",
            description = "account-not-found",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "insufficient-points, with `available` and `required`",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "422",
            description = "idempotency-key-reused: the key belongs to a request with other content",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public RestResponse<byte[]> adjust(
            @RestHeader(IdempotencyKey.HEADER)
                    @Parameter(description = "Recognises a repeat; wins over traceId", example = "adjust-4711")
                    @Nullable
                    String idempotencyKey,
            @NotNull @Valid Adjustment body) {
        Key key = new Key(caller.scope(), IdempotencyKey.of(idempotencyKey, body.traceId()));
        if (approvals.areNeededFor(body.points())) {
            Posting question = approvals
                    .ask(
                            AdjustmentPostings.KIND,
                            key,
                            contentHash(body),
                            new Target.User(body.userId(), false),
                            body.points(),
                            body.reason(),
                            caller.subject(),
                            "{}")
                    .auditedAs(act("ASK", body));
            return Answers.response(RestResponse.StatusCode.ACCEPTED, ledger.post(question));
        }
        Posting posting = postings.adjustment(
                        key, contentHash(body), body.userId(), body.points(), body.reason(), caller.subject())
                .auditedAs(act("ADJUST", body));
        return Answers.response(RestResponse.StatusCode.CREATED, ledger.post(posting));
    }

    private Act act(String action, Adjustment body) {
        return audit.act(caller.subject(), action, "ACCOUNT", body.userId())
                .to(Map.of("points", body.points()))
                .because(body.reason());
    }

    private static byte[] contentHash(Adjustment body) {
        return ContentHash.of("adjust")
                .with("userId", body.userId())
                .with("points", body.points())
                .with("reason", body.reason())
                .bytes();
    }
}
