package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Caller;
import io.jifen.platform.Code;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Roles;
import io.jifen.platform.Time;
import io.jifen.platform.UserId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/accounts/{userId}/entries")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@Tag(name = "Accounts")
class EntryResource {

    @Schema(name = "Verification", description = "Whether the account's entries are as they were written")
    record Verification(
            boolean ok,

            @Schema(description = "Entries that are right, from the first on")
            long checked,

            @JsonInclude(JsonInclude.Include.ALWAYS)
            @Schema(description = "The version of the first entry that is changed, missing or put in by hand")
            @Nullable
            Long firstBroken) {}

    private final Entries entries;
    private final History history;
    private final AccountIds accounts;
    private final Caller caller;
    private final Time time;

    EntryResource(Entries entries, History history, AccountIds accounts, Caller caller, Time time) {
        this.entries = entries;
        this.history = history;
        this.accounts = accounts;
        this.caller = caller;
        this.time = time;
    }

    @GET
    @Operation(summary = "The entries of an account, newest first", description = """
                    Every change of the account's points, in the order of `version`. An entry has four signed changes: \
                    of the available, frozen and pending points and of the arrears. The filters narrow the list \
                    together; keep them the same while following `nextCursor`.""")
    @APIResponse(responseCode = "200", description = "A page of entries")
    @APIResponse(responseCode = "400", description = "invalid-request: a filter, the limit or the cursor is wrong")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's account")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public Page<EntryView> list(
            @RestPath @UserId @Parameter(example = "alice") String userId,
            @RestQuery @Parameter(description = "Only entries of this type", example = "GRANT") @Nullable
                    EntryType type,
            @RestQuery
                    @Code
                    @Parameter(description = "Only entries of this kind of business", example = "ORDER")
                    @Nullable
                    String bizType,
            @RestQuery
                    @Parameter(
                            description = "Only entries created at or after this moment",
                            example = "2026-11-01T00:00:00Z")
                    @Nullable
                    Instant from,
            @RestQuery
                    @Parameter(
                            description = "Only entries created before this moment",
                            example = "2026-12-01T00:00:00Z")
                    @Nullable
                    Instant to,
            @RestQuery @Parameter(description = "The nextCursor of the page before") @Nullable String cursor,
            @RestQuery @Parameter(description = "Entries of a page, 1 to 100; 20 if left out", example = "20") @Nullable
                    Integer limit) {
        caller.requireOwn(userId);
        int size = Paging.limit(limit);
        long beforeVersion = Cursor.number(cursor, Entries.START);
        Entries.Filter filter = new Entries.Filter(type, bizType, from, to);
        List<Entry> found = entries.before(accounts.require(userId), beforeVersion, filter, size + 1);
        return Page.of(found, size, entry -> Cursor.of(entry.version())).map(entry -> EntryView.of(entry, time.zone()));
    }

    @GET
    @Path("/verify")
    @RolesAllowed({Roles.SERVICE, Roles.ADMIN})
    @Operation(
            summary = "Verify the chain of an account's entries",
            description =
                    "Each entry's hash covers what it says and the hash before: one changed, removed or put in by "
                            + "hand is found and named by its version.")
    @APIResponse(responseCode = "200", description = "What was found")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public Verification verify(@RestPath @UserId String userId) {
        History.Verified verified = history.verify(accounts.require(userId));
        return new Verification(verified.firstBroken() == null, verified.checked(), verified.firstBroken());
    }
}
