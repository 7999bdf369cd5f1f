package io.jifen.exchange;

import io.jifen.audit.Audit;
import io.jifen.ledger.Answer;
import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.platform.Caller;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import io.jifen.risk.Admission;
import io.jifen.risk.ApprovalView;
import io.jifen.risk.Risk;
import io.jifen.warehouse.Tracking;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/exchanges")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Exchange")
class ExchangeResource {

    @RegisterForReflection
    @Schema(name = "ExchangeRequest", description = "What a user wants for their points")
    record Request(
            @NotNull @UserId @Schema(examples = "bob") String userId,

            @NotNull @GoodsId @Schema(examples = "coupon-10-yuan")
            String goodsId,

            @Schema(description = "1 to 100", examples = "1", defaultValue = "1")
            @Nullable
            @Min(value = 1, message = "must be at least 1")
            Integer quantity,

            @Schema(description = "Required for goods that are shipped, not kept for others") @Valid @Nullable
            Address address,

            @TraceId @Nullable String traceId) {}

    @Schema(name = "Cancel")
    record Cancel(@TraceId @Nullable String traceId) {}

    private final Exchanges exchanges;
    private final Catalog catalog;
    private final Ledger ledger;
    private final Tracking tracking;
    private final DataSource database;
    private final Audit audit;
    private final Risk risk;
    private final Admission admission;
    private final Caller caller;
    private final ExchangeConfig config;

    ExchangeResource(
            Exchanges exchanges,
            Catalog catalog,
            Ledger ledger,
            Tracking tracking,
            DataSource database,
            Audit audit,
            Risk risk,
            Admission admission,
            Caller caller,
            ExchangeConfig config) {
        this.exchanges = exchanges;
        this.catalog = catalog;
        this.ledger = ledger;
        this.tracking = tracking;
        this.database = database;
        this.audit = audit;
        this.risk = risk;
        this.admission = admission;
        this.caller = caller;
        this.config = config;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Exchange points for goods", description = """
                    Points, stock and the record change together or not at all. Coupons and virtual goods are \
                    delivered with the answer, which has the coupon's code; others are shipped to the address.""")
    @APIResponse(
            responseCode = "201",
            description = "Exchanged",
            content = @Content(schema = @Schema(implementation = ExchangeView.class)))
    @APIResponse(
            responseCode = "202",
            description = "Waits for a person's word; the points are held, the goods are not",
            content = @Content(schema = @Schema(implementation = ApprovalView.class)))
    @APIResponse(
            responseCode = "200",
            description = "Exchanged before under this key: the first answer's body",
            content = @Content(schema = @Schema(implementation = ExchangeView.class)))
    @APIResponse(responseCode = "400", description = "invalid-request, missing-idempotency-key")
    @APIResponse(
            responseCode = "403",
            description = "forbidden: a user's token for another user's account; risk-rejected")
    @APIResponse(responseCode = "404", description = "account-not-found; not-found: no such goods")
    @APIResponse(
            responseCode = "409",
            description = "insufficient-points, out-of-stock (`stock`), daily-limit-reached (`limit`, `used`: what the "
                    + "user may have in all), illegal-state (`state`: OFF_SALE, NOT_YET_ON_SALE, LEVEL_TOO_LOW), "
                    + "account-blocked")
    @APIResponse(responseCode = "422", description = "idempotency-key-reused")
    public RestResponse<byte[]> exchange(
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey, @NotNull @Valid Request body)
            throws SQLException {
        caller.requireOwn(body.userId());
        Key key = key(idempotencyKey, body.traceId());
        int quantity = body.quantity() == null ? 1 : body.quantity();
        if (quantity > config.quantityMax()) {
            throw new ProblemException(Problem.invalid("quantity", "must be at most " + config.quantityMax()));
        }
        admission.admit(Exchanges.BIZ_TYPE, body.userId(), key);
        Goods goods = catalog.require(body.goodsId());
        boolean shipped = goods.kind() == GoodsKind.PHYSICAL;
        if (shipped && body.address() == null) {
            throw new ProblemException(Problem.invalid("address", "is required: the goods are shipped"));
        }
        byte[] contentHash = ContentHash.of("exchange")
                .with("userId", body.userId())
                .with("goodsId", body.goodsId())
                .with("quantity", quantity, 1)
                .with("address", body.address() == null ? null : body.address().fields())
                .bytes();
        Posting posting = exchanges
                .buy(body.userId(), goods, quantity, shipped ? body.address() : null, key, contentHash)
                .by(caller.subject());
        Answer answer = ledger.post(risk.watchRequest(posting, ExchangePostings.KIND, body));
        if (shipped) {
            exchanges.committed();
        }
        return Answers.response(RestResponse.StatusCode.CREATED, answer);
    }

    @POST
    @Path("/{exchangeId}/cancel")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Call an exchange off before it is shipped", description = """
                    The points go back to the lots that they came from, the goods to the shelf: once. What was \
                    delivered with the exchange (a coupon's code is known by then), or was won, is not called off. What \
                    the warehouse has taken up is called off until the carrier may have it.""")
    @APIResponse(
            responseCode = "200",
            description = "Called off",
            content = @Content(schema = @Schema(implementation = ExchangeView.class)))
    @APIResponse(responseCode = "400", description = "missing-idempotency-key")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's exchange")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(
            responseCode = "409",
            description = "illegal-state (`state`: as the exchange shows it, or WON): too late, or done before")
    @APIResponse(responseCode = "422", description = "idempotency-key-reused")
    public RestResponse<byte[]> cancel(
            @RestPath String exchangeId,
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey,
            @Valid @Nullable Cancel body)
            throws SQLException {
        Key key = key(idempotencyKey, body == null ? null : body.traceId());
        caller.requireBizType(Exchanges.BIZ_TYPE);
        Exchange exchange = requireOwn(exchangeId);
        byte[] contentHash = ContentHash.of("exchange-cancel")
                .with("exchangeId", exchange.id())
                .bytes();
        Posting posting = exchanges
                .end(exchange, ExchangeStatus.CANCELLED, key, contentHash)
                .by(caller.subject());
        return Answers.response(RestResponse.StatusCode.OK, ledger.post(posting));
    }

    @GET
    @Path("/{exchangeId}")
    @Operation(
            summary = "An exchange",
            description = "With the coupon's code, or the waybill's number once there is one.")
    @APIResponse(responseCode = "200", description = "As it is now")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's exchange")
    @APIResponse(responseCode = "404", description = "not-found")
    public ExchangeView get(@RestPath String exchangeId) throws SQLException {
        return ExchangeView.of(requireOwn(exchangeId), null);
    }

    @GET
    @Path("/{exchangeId}/tracking")
    @Operation(summary = "Where the parcel of an exchange is")
    @APIResponse(responseCode = "200", description = "What is known of it, and as of when")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's exchange")
    @APIResponse(responseCode = "404", description = "not-found: no such exchange, or nothing is shipped")
    public Tracking.View tracking(@RestPath String exchangeId) throws SQLException {
        return tracking.of(requireOwn(exchangeId).id())
                .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "Nothing of this exchange is shipped."));
    }

    @DELETE
    @Path("/{exchangeId}/address")
    @RolesAllowed(Roles.ADMIN)
    @Operation(summary = "See to it that nobody keeps where an exchange went", description = """
                    The address is erased by itself once the carrier has the parcel, or the exchange is called off. \
                    This says whether it is gone; the rest of the exchange stays.""")
    @APIResponse(responseCode = "204", description = "It is gone, or was not there")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state (`state`): it is still to be shipped")
    public void eraseAddress(@RestPath String exchangeId) throws SQLException {
        Exchange exchange = requireOwn(exchangeId);
        if (ExchangeStatus.SHIPPED.from().contains(exchange.status())) {
            throw new ProblemException(Problem.of(ProblemCode.ILLEGAL_STATE, "The warehouse still needs the address.")
                    .with("state", exchange.status().name()));
        }
        try (Connection connection = database.getConnection()) {
            audit.record(
                    connection, audit.act(caller.subject(), "ERASE_ADDRESS", "EXCHANGE", Long.toString(exchange.id())));
        }
    }

    private Exchange requireOwn(String exchangeId) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Optional<Exchange> exchange = ExchangeSql.find(connection, number(exchangeId));
            // A user hears the same of an exchange that isn't there as of somebody else's.
            caller.requireOwn(exchange.map(Exchange::userId).orElse(""));
            return exchange.orElseThrow(ExchangeResource::notFound);
        }
    }

    private static long number(String exchangeId) {
        try {
            return Long.parseLong(exchangeId);
        } catch (NumberFormatException e) {
            return 0; // no exchange's
        }
    }

    private static ProblemException notFound() {
        return new ProblemException(ProblemCode.NOT_FOUND, "There is no exchange of this number.");
    }

    private Key key(@Nullable String header, @Nullable String traceId) {
        return new Key(caller.scope(), IdempotencyKey.of(header, traceId));
    }
}
