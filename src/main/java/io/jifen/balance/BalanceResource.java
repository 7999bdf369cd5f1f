package io.jifen.balance;

import io.jifen.ledger.AccountIds;
import io.jifen.platform.Caller;
import io.jifen.platform.Roles;
import io.jifen.platform.UserId;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

@Path("/api/v1/accounts/{userId}/balance")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@Tag(name = "Accounts")
class BalanceResource {

    private final BalanceReader balances;
    private final Caller caller;

    BalanceResource(BalanceReader balances, Caller caller) {
        this.balances = balances;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "A balance, fast", description = """
                    Read from Redis where that is right, else from the database. Shows a change within a second of the \
                    answer to the request that made it; `version` tells which entry it is after.""")
    @APIResponse(responseCode = "200", description = "The balance")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's account")
    @APIResponse(responseCode = "404", description = "account-not-found")
    @APIResponse(responseCode = "503", description = "overloaded, or neither Redis nor the database answers")
    public Uni<BalanceBody> get(@RestPath @UserId @Parameter(example = "alice") String userId) {
        caller.requireOwn(userId);
        return Uni.createFrom()
                .completionStage(() -> balances.find(userId).toCompletionStage())
                .map(found -> BalanceBody.of(found.orElseThrow(AccountIds::notFound)));
    }
}
