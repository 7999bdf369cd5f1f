package io.jifen.level;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.ledger.AccountIds;
import io.jifen.platform.Caller;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Roles;
import io.jifen.platform.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/accounts/{userId}/levels")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Accounts")
class LevelHistoryResource {

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "LevelChange", description = "An account's level became another one")
    record LevelChangeView(
            String id,
            @Schema(examples = "NORMAL") String from,
            @Schema(examples = "VIP1") String to,

            @Schema(examples = {"REACHED", "CLAWBACK", "PERIOD_ENDED", "LADDER"})
            String cause,

            @Schema(description = "Points that counted for it", examples = "1020")
            long levelBasis,

            @Schema(description = "The last day on which it is sure to be kept; absent: no end") @Nullable
            LocalDate validUntil,

            Instant occurredAt) {}

    private final DataSource database;
    private final AccountIds accounts;
    private final Caller caller;

    LevelHistoryResource(DataSource database, AccountIds accounts, Caller caller) {
        this.database = database;
        this.accounts = accounts;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "The changes of an account's level, newest first")
    @APIResponse(responseCode = "200", description = "A page of changes")
    @APIResponse(responseCode = "400", description = "invalid-request: the limit or the cursor is wrong")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's account")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public Page<LevelChangeView> list(
            @RestPath @UserId @Parameter(example = "alice") String userId,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        caller.requireOwn(userId);
        int size = Paging.limit(limit);
        long account = accounts.require(userId);
        try (Connection connection = database.getConnection()) {
            return Page.of(
                    LevelSql.historyBefore(connection, account, Cursor.number(cursor, Long.MAX_VALUE), size + 1),
                    size,
                    change -> Cursor.of(Long.parseLong(change.id())));
        }
    }
}
