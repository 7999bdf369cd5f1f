package io.jifen.ledger;

import io.jifen.platform.Caller;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.platform.UserId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What an account was and will be. */
@Path("/api/v1/accounts/{userId}")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Accounts")
class HistoryResource {

    @Schema(name = "BalanceAt")
    record BalanceAtView(
            @Schema(examples = "alice") String userId,
            @Schema(examples = "2026-11-22T08:00:00.000Z") Instant time,
            @Schema(examples = "80") long available,
            @Schema(examples = "20") long frozen) {}

    @Schema(name = "Expiration", description = "Points that can be used for the last time on a day")
    record Expiration(
            @Schema(examples = "2026-12-31") LocalDate date,
            @Schema(examples = "80") long points) {}

    @Schema(name = "Expirations")
    record Expirations(List<Expiration> items) {}

    private static final String EXPIRATIONS = """
            SELECT expires_on, remaining FROM lot
            WHERE account_id = ? AND expires_on BETWEEN ? AND ? AND remaining > 0 ORDER BY expires_on""";

    private static final int DAYS_MAX = 3660;

    private final History history;
    private final AccountIds accounts;
    private final DataSource database;
    private final Caller caller;
    private final Time time;

    HistoryResource(History history, AccountIds accounts, DataSource database, Caller caller, Time time) {
        this.history = history;
        this.accounts = accounts;
        this.database = database;
        this.caller = caller;
        this.time = time;
    }

    @GET
    @Path("/balance-at")
    @Operation(
            summary = "The points of an account at a moment of the past",
            description = "Exact, to the millisecond: points that had run out by then are left out, also where their "
                    + "EXPIRE entry was written later.")
    @APIResponse(responseCode = "200", description = "The points at that moment; 0 before the account was opened")
    @APIResponse(responseCode = "400", description = "invalid-request: no time, or one to come")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public BalanceAtView balanceAt(
            @RestPath @UserId String userId,
            @RestQuery @Parameter(required = true, example = "2026-11-22T08:00:00.000Z") @Nullable Instant time) {
        caller.requireOwn(userId);
        if (time == null || time.isAfter(this.time.now())) {
            throw new ProblemException(Problem.invalid("time", "must be a moment that has passed"));
        }
        History.BalanceAt balance = history.balanceAt(accounts.require(userId), time);
        return new BalanceAtView(userId, time, balance.available(), balance.frozen());
    }

    @GET
    @Path("/expirations")
    @Operation(summary = "The points that expire in the days to come, by day")
    @APIResponse(responseCode = "200", description = "Days with points, earliest first")
    @APIResponse(responseCode = "400", description = "invalid-request: the number of days")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public Expirations expirations(
            @RestPath @UserId String userId,
            @RestQuery @Parameter(description = "1 to 3660; 30 if left out", example = "30") @Nullable Integer days) {
        caller.requireOwn(userId);
        int ahead = Objects.requireNonNullElse(days, 30);
        if (ahead < 1 || ahead > DAYS_MAX) {
            throw new ProblemException(Problem.invalid("days", "must be from 1 to " + DAYS_MAX));
        }
        long account = accounts.require(userId);
        LocalDate today = time.today();
        return new Expirations(Reading.ask(
                database,
                connection -> Sql.list(
                        connection,
                        EXPIRATIONS,
                        row -> new Expiration(Sql.someDay(row, "expires_on"), row.getLong("remaining")),
                        account,
                        today,
                        today.plusDays(ahead))));
    }
}
