package io.jifen.spend;

import io.jifen.ledger.AccountIds;
import io.jifen.ledger.Balances;
import io.jifen.platform.Caller;
import io.jifen.platform.Money;
import io.jifen.platform.Roles;
import io.jifen.platform.Time;
import io.jifen.platform.UserId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What points are worth for an order. */
@Path("/api/v1/cash-quotes")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Spending")
class CashQuoteResource {

    @Schema(name = "CashQuoteRequest", description = "An order that is to be paid")
    record Request(
            @NotNull @UserId @Schema(examples = "bob") String userId,
            @NotNull @Money @Schema(examples = "100.00") BigDecimal orderAmount) {}

    private final Balances balances;
    private final Caller caller;
    private final Time time;
    private final CashConfig config;

    CashQuoteResource(Balances balances, Caller caller, Time time, CashConfig config) {
        this.balances = balances;
        this.caller = caller;
        this.time = time;
        this.config = config;
    }

    @POST
    @Operation(summary = "How much cheaper points can make an order", description = """
                    Promises nothing: the points are there once they are held (`POST /holds`, with the order's number). \
                    The hold is captured when the order is paid, and released, or times out, where it isn't.""")
    @APIResponse(responseCode = "200", description = "What is possible at this moment")
    @APIResponse(responseCode = "400", description = "invalid-request")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's account")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public CashQuote quote(@NotNull @Valid Request body) {
        caller.requireOwn(body.userId());
        long available = balances.of(body.userId(), time.today(), 0)
                .orElseThrow(AccountIds::notFound)
                .available();
        return CashQuote.of(body.orderAmount(), available, config);
    }
}
