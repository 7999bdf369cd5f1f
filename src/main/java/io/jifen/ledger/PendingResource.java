package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Caller;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Roles;
import io.jifen.platform.Sql;
import io.jifen.platform.UserId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/accounts/{userId}/pending")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Accounts")
class PendingResource {

    @Schema(name = "Pending", description = "Points that are granted but not active yet")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PendingView(
            @Schema(description = "Of its PENDING entry", examples = "915391748505600000")
            String entryId,

            @Schema(description = "Still pending", examples = "100")
            long points,

            @Schema(description = "From then on they can be spent", examples = "2026-11-29T08:00:00.000Z")
            Instant activatesAt,

            @Schema(examples = "ORDER") @Nullable String bizType,
            @Schema(examples = "4711") @Nullable String bizNo,
            @Schema(examples = "ORDER") @Nullable String ruleCode,
            @Schema(examples = "1") @Nullable Integer ruleVersion) {}

    private static final String BEFORE = """
            SELECT entry_id, points, activates_at, biz_type, biz_no, rule_code, rule_version
              FROM pending_grant WHERE account_id = ? AND entry_id < ? ORDER BY entry_id DESC LIMIT ?
            """;

    private final DataSource database;
    private final AccountIds accounts;
    private final Caller caller;

    PendingResource(DataSource database, AccountIds accounts, Caller caller) {
        this.database = database;
        this.accounts = accounts;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "The pending points of an account, newest first", description = """
                    Points whose rule lets them wait. They become active at their time; a refund of their order takes \
                    them back before anything else.""")
    @APIResponse(responseCode = "200", description = "A page of pending grants")
    @APIResponse(responseCode = "400", description = "invalid-request: the limit or the cursor is wrong")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's account")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public Page<PendingView> list(
            @RestPath @UserId @Parameter(example = "alice") String userId,
            @RestQuery @Parameter(description = "The nextCursor of the page before") @Nullable String cursor,
            @RestQuery @Parameter(description = "Grants of a page, 1 to 100; 20 if left out", example = "20") @Nullable
                    Integer limit) {
        caller.requireOwn(userId);
        int size = Paging.limit(limit);
        long before = Cursor.number(cursor, Long.MAX_VALUE);
        long account = accounts.require(userId);
        List<PendingView> found = Reading.ask(
                database,
                connection -> Sql.list(
                        connection,
                        BEFORE,
                        row -> new PendingView(
                                Long.toString(row.getLong("entry_id")),
                                row.getLong("points"),
                                Sql.someInstant(row, "activates_at"),
                                row.getString("biz_type"),
                                row.getString("biz_no"),
                                row.getString("rule_code"),
                                row.getObject("rule_version", Integer.class)),
                        account,
                        before,
                        size + 1));
        return Page.of(found, size, pending -> Cursor.of(Long.parseLong(pending.entryId())));
    }
}
