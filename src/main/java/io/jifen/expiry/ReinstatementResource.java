package io.jifen.expiry;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.PostingResult;
import io.jifen.ledger.Target;
import io.jifen.ledger.Validity;
import io.jifen.platform.Caller;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Points;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Reason;
import io.jifen.platform.Roles;
import io.jifen.platform.Time;
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
import java.time.LocalDate;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/accounts/{userId}/reinstatements")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Accounts")
class ReinstatementResource {

    /** A century: later is a mistake, or for ever, which a correction can give. */
    private static final int DAYS_MAX = 36_500;

    @Schema(name = "Reinstatement", description = "Expired points that are given back")
    record Reinstatement(
            @NotNull @Points @Schema(description = "At most what has expired", examples = "50")
            Long points,

            @NotBlank @Reason @Schema(description = "Why; shown to the user", examples = "the shop was closed")
            String reason,

            @Schema(description = "The last day of use; 30 days from today if left out", examples = "2026-12-31")
            @Nullable
            LocalDate expiresOn,

            @TraceId
            @Schema(description = "The idempotency key, if it isn't in the header", examples = "back-4711")
            @Nullable
            String traceId) {}

    private final Ledger ledger;
    private final ExpiryConfig config;
    private final Audit audit;
    private final Caller caller;
    private final Time time;

    ReinstatementResource(Ledger ledger, ExpiryConfig config, Audit audit, Caller caller, Time time) {
        this.ledger = ledger;
        this.config = config;
        this.audit = audit;
        this.caller = caller;
        this.time = time;
    }

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Give expired points back",
            description =
                    "As one REINSTATE entry that names the admin and the reason. They repay arrears first, can be "
                            + "used up to and including the new day, and count as expired no longer.")
    @APIResponse(
            responseCode = "201",
            description = "Done",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(
            responseCode = "200",
            description = "Done before under this key; the first answer's body, with Idempotency-Replayed: true",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(responseCode = "400", description = "invalid-request, missing-idempotency-key")
    @APIResponse(responseCode = "404", description = "account-not-found")
    @APIResponse(
            responseCode = "409",
            description = "insufficient-points: fewer have expired (`available`, `required`)")
    @APIResponse(
            responseCode = "422",
            description = "idempotency-key-reused: the key belongs to a request with other content")
    public RestResponse<byte[]> reinstate(
            @RestPath @UserId @Parameter(example = "alice") String userId,
            @RestHeader(IdempotencyKey.HEADER)
                    @Parameter(description = "Recognises a repeat; wins over traceId", example = "back-4711")
                    @Nullable
                    String idempotencyKey,
            @NotNull @Valid Reinstatement body) {
        Key key = new Key(caller.scope(), IdempotencyKey.of(idempotencyKey, body.traceId()));
        LocalDate today = time.today();
        LocalDate lastDay = body.expiresOn() == null
                ? new Validity(config.reinstatedDays(), false).lastDay(today)
                : body.expiresOn();
        // That it has not passed yet, the ledger sees to: of a repeat it may have.
        if (body.expiresOn() != null && lastDay.isAfter(today.plusDays(DAYS_MAX))) {
            throw new ProblemException(Problem.invalid("expiresOn", "must be within 36500 days"));
        }
        byte[] contentHash = ContentHash.of("reinstate")
                .with("userId", userId)
                .with("points", body.points())
                .with("reason", body.reason())
                .with("expiresOn", body.expiresOn())
                .bytes();
        Act act = audit.act(caller.subject(), "REINSTATE", "ACCOUNT", userId)
                .to(Map.of("points", body.points(), "expiresOn", lastDay))
                .because(body.reason());
        return Answers.response(
                RestResponse.StatusCode.CREATED,
                ledger.post(Posting.of(
                                key,
                                contentHash,
                                new Target.User(userId, false),
                                new Operation.Reinstate(body.points(), lastDay))
                        .because(body.reason())
                        .by(caller.subject())
                        .auditedAs(act)));
    }
}
