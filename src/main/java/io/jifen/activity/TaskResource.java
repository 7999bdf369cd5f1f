package io.jifen.activity;

import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.ledger.PostingResult;
import io.jifen.ledger.Target;
import io.jifen.platform.Caller;
import io.jifen.platform.Code;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Roles;
import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import io.jifen.risk.Admission;
import io.jifen.risk.Risk;
import io.jifen.rule.Earning;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Tasks that users complete. What a task is, its rule says. */
@Path("/api/v1/tasks/{code}/completions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Activities")
class TaskResource {

    @Schema(name = "Task", description = "Who has completed it")
    record Completion(
            @NotNull @UserId @Schema(examples = "bob") String userId,
            @TraceId @Nullable String traceId) {}

    private static final String TASK = "TASK";

    private final Earning earning;
    private final Ledger ledger;
    private final Risk risk;
    private final Admission admission;
    private final Caller caller;

    TaskResource(Earning earning, Ledger ledger, Risk risk, Admission admission, Caller caller) {
        this.earning = earning;
        this.ledger = ledger;
        this.risk = risk;
        this.admission = admission;
        this.caller = caller;
    }

    @POST
    @Operation(summary = "Tell that a user has completed a task", description = """
                    Earns by the rule of bizType TASK that has the task's code, within the limits of that rule; a task \
                    without a rule of its own, by rule TASK. The code is the bizNo: where the rule grants once per \
                    bizNo, a user completes the task once and for good.""")
    @APIResponse(
            responseCode = "201",
            description = "Completed",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(
            responseCode = "200",
            description = "Completed before under this key: the first answer's body",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(responseCode = "400", description = "invalid-request, missing-idempotency-key")
    @APIResponse(responseCode = "403", description = "risk-rejected")
    @APIResponse(responseCode = "409", description = "already-granted (`transactionNo`), daily-limit-reached")
    @APIResponse(responseCode = "422", description = "rule-not-found, idempotency-key-reused")
    public RestResponse<byte[]> complete(
            @RestPath @Code @Parameter(example = "PROFILE") String code,
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey,
            @NotNull @Valid Completion body) {
        Key key = new Key(caller.scope(), IdempotencyKey.of(idempotencyKey, body.traceId()));
        admission.admit(TASK, body.userId(), key);
        byte[] contentHash = ContentHash.of("task")
                .with("code", code)
                .with("userId", body.userId())
                .bytes();
        Posting posting = earning.earn(new Target.User(body.userId(), true), TaskDeed.completed(code), key, contentHash)
                .by(caller.subject())
                .answering(result -> result);
        return Answers.response(RestResponse.StatusCode.CREATED, ledger.post(risk.blockRequest(posting, TASK)));
    }
}
