package io.jifen.event;

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
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Money;
import io.jifen.platform.Roles;
import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import io.jifen.rule.Earning;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
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

/** Money of an order was given back: so is what it earned, and so are the points that made it cheaper. */
@Path("/api/v1/orders/{orderNo}/refunds")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Events")
class OrderRefundResource {

    private static final String ORDER = "ORDER";

    @Schema(name = "OrderRefund", description = "Money of an order that was given back")
    record OrderRefund(
            @NotNull @UserId @Schema(examples = "bob") String userId,

            @NotNull @Money @DecimalMin(value = "0.01", message = "must be at least 0.01") @Schema(examples = "19.90")
            BigDecimal amount,

            @TraceId @Nullable String traceId) {}

    private final Earning earning;
    private final Ledger ledger;
    private final Caller caller;

    OrderRefundResource(Earning earning, Ledger ledger, Caller caller) {
        this.earning = earning;
        this.ledger = ledger;
        this.caller = caller;
    }

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Claw back what a refunded order earned, and give back what made it cheaper",
            description = """
                    Points of a captured hold whose `bizNo` is the order's number come back pro rata, rounded down over \
                    all refunds so far: with the last one, all are back. What the order earned is clawed back pro rata, \
                    too, from the recorded grants: pending points first, then available ones; the rest is owed or \
                    written off (`writtenOff`), as the rule says. A refund that is here before its order is kept, and \
                    counts when the order comes; a new user's account is opened for it.""")
    @APIResponse(
            responseCode = "201",
            description = "Done; without entries where nothing was due",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(
            responseCode = "200",
            description = "Done before under this key: the first answer's body",
            content = @Content(schema = @Schema(implementation = PostingResult.class)))
    @APIResponse(responseCode = "400", description = "invalid-request, missing-idempotency-key")
    @APIResponse(responseCode = "422", description = "idempotency-key-reused")
    public RestResponse<byte[]> refund(
            @RestPath @BizNo String orderNo,
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey,
            @NotNull @Valid OrderRefund body) {
        caller.requireBizType(ORDER);
        byte[] contentHash = ContentHash.of("order-refund")
                .with("orderNo", orderNo)
                .with("userId", body.userId())
                .with("amount", body.amount())
                .bytes();
        Posting posting = Posting.of(
                        new Key(caller.scope(), IdempotencyKey.of(idempotencyKey, body.traceId())),
                        contentHash,
                        new Target.User(body.userId(), true),
                        new Operation.OrderRefund(orderNo, body.amount()))
                .biz(ORDER, orderNo)
                .welcome(earning.register(body.userId()))
                .by(caller.subject());
        return Answers.response(RestResponse.StatusCode.CREATED, ledger.post(posting));
    }
}
