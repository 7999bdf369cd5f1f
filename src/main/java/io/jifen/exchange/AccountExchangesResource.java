package io.jifen.exchange;

import io.jifen.ledger.AccountIds;
import io.jifen.platform.Caller;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Roles;
import io.jifen.platform.UserId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/accounts/{userId}/exchanges")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Exchange")
class AccountExchangesResource {

    private final AccountIds accounts;
    private final DataSource database;
    private final Caller caller;

    AccountExchangesResource(AccountIds accounts, DataSource database, Caller caller) {
        this.accounts = accounts;
        this.database = database;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "The exchanges of an account, newest first", description = "Won goods are among them.")
    @APIResponse(responseCode = "200", description = "A page of exchanges")
    @APIResponse(responseCode = "400", description = "invalid-request")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's account")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public Page<ExchangeView> list(
            @RestPath @UserId @Parameter(example = "alice") String userId,
            @RestQuery @Nullable ExchangeStatus status,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        caller.requireOwn(userId);
        int size = Paging.limit(limit);
        long before = Cursor.number(cursor, Long.MAX_VALUE);
        long accountId = accounts.require(userId);
        try (Connection connection = database.getConnection()) {
            List<Exchange> found = ExchangeSql.ofAccount(connection, accountId, before, status, size + 1);
            return Page.of(found, size, exchange -> Cursor.of(exchange.id()))
                    .map(exchange -> ExchangeView.of(exchange, null));
        }
    }
}
