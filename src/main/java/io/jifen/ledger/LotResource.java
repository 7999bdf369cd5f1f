package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Caller;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.platform.Time;
import io.jifen.platform.UserId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/accounts/{userId}/lots")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@Tag(name = "Accounts")
class LotResource {

    @Schema(name = "Lot", description = "Points of an account that expire on the same day")
    record LotView(
            @JsonInclude(JsonInclude.Include.ALWAYS)
            @Schema(description = "The last day of use; null: they never expire", examples = "2027-11-30")
            @Nullable
            LocalDate expiresOn,

            @Schema(description = "Points ever put in", examples = "100")
            long granted,

            @Schema(description = "Points left", examples = "80")
            long remaining) {

        static LotView of(Lot lot) {
            boolean forEver = lot.expiresOn().equals(Lot.NEVER);
            return new LotView(forEver ? null : lot.expiresOn(), lot.granted(), lot.remaining());
        }
    }

    private final Lots lots;
    private final AccountIds accounts;
    private final Caller caller;
    private final Time time;

    LotResource(Lots lots, AccountIds accounts, Caller caller, Time time) {
        this.lots = lots;
        this.accounts = accounts;
        this.caller = caller;
        this.time = time;
    }

    @GET
    @Operation(summary = "The lots of an account, earliest first", description = """
                    Points that expire on the same day are one lot; spends take from the earliest. A lot can be used \
                    up to and including `expiresOn`; past ones are left out, empty ones are not.""")
    @APIResponse(responseCode = "200", description = "A page of lots")
    @APIResponse(responseCode = "400", description = "invalid-request: the limit or the cursor is wrong")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's account")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public Page<LotView> list(
            @RestPath @UserId @Parameter(example = "alice") String userId,
            @RestQuery @Parameter(description = "The nextCursor of the page before") @Nullable String cursor,
            @RestQuery @Parameter(description = "Lots of a page, 1 to 100; 20 if left out", example = "20") @Nullable
                    Integer limit) {
        caller.requireOwn(userId);
        int size = Paging.limit(limit);
        List<Lot> found = lots.from(accounts.require(userId), firstDay(cursor), size + 1);
        return Page.of(found, size, lot -> Cursor.of(lot.expiresOn().toEpochDay()))
                .map(LotView::of);
    }

    /** Today, or the day after the one that the page before ended with. */
    private LocalDate firstDay(@Nullable String cursor) {
        long today = time.today().toEpochDay();
        long last = Cursor.number(cursor, today - 1);
        if (last >= Lot.NEVER.toEpochDay()) {
            throw new ProblemException(Problem.invalid("cursor", "must be the nextCursor of a list of lots"));
        }
        return LocalDate.ofEpochDay(Math.max(last + 1, today));
    }
}
