package io.jifen.activity;

import io.jifen.ledger.AccountIds;
import io.jifen.ledger.Answers;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.platform.Caller;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.platform.Time;
import io.jifen.platform.UserId;
import io.jifen.risk.Admission;
import io.jifen.risk.Risk;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/accounts/{userId}/sign-ins")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Activities")
class SignInResource {

    @Schema(name = "SignIns", description = "A month's sign-ins")
    record Calendar(
            @Schema(examples = "2026-11") String month,

            @Schema(description = "Days with a sign-in, in the program's zone, in their order")
            List<LocalDate> days,

            @Schema(description = "Days in a row up to today, or up to yesterday if today's sign-in is still to come")
            int streak) {}

    /** What a column of days can be asked for. */
    private static final int FIRST_YEAR = 1970;

    private static final int LAST_YEAR = 9998;

    private final SignIns signIns;
    private final Ledger ledger;
    private final AccountIds accounts;
    private final DataSource database;
    private final Risk risk;
    private final Admission admission;
    private final Caller caller;
    private final Time time;

    SignInResource(
            SignIns signIns,
            Ledger ledger,
            AccountIds accounts,
            DataSource database,
            Risk risk,
            Admission admission,
            Caller caller,
            Time time) {
        this.signIns = signIns;
        this.ledger = ledger;
        this.accounts = accounts;
        this.database = database;
        this.risk = risk;
        this.admission = admission;
        this.caller = caller;
        this.time = time;
    }

    @POST
    @Operation(summary = "Sign in today", description = """
                    Once a day of the program's zone; the day is the idempotency key. Earns by the rules of bizType \
                    SIGN_IN, whose conditions see the days in a row as `event.attributes.streak`: on every 7th one \
                    rule SIGN_IN_STREAK grants as well.""")
    @APIResponse(
            responseCode = "201",
            description = "Signed in",
            content = @Content(schema = @Schema(implementation = SignInBody.class)))
    @APIResponse(
            responseCode = "403",
            description = "forbidden: a user's token for another user's account; risk-rejected")
    @APIResponse(responseCode = "409", description = "already-signed-in (`transactionNo`), account-blocked")
    @APIResponse(responseCode = "422", description = "rule-not-found: sign-ins earn nothing at this time")
    public RestResponse<byte[]> signIn(@RestPath @UserId @Parameter(example = "alice") String userId) {
        caller.requireOwn(userId);
        admission.admit(SignIns.SIGN_IN, userId);
        Posting posting = signIns.posting(userId, time.now(), caller.subject());
        return Answers.response(
                RestResponse.StatusCode.CREATED, ledger.post(risk.blockRequest(posting, SignIns.SIGN_IN)));
    }

    @GET
    @Operation(summary = "The sign-ins of a month")
    @APIResponse(responseCode = "200", description = "The days, and the streak of today")
    @APIResponse(responseCode = "400", description = "invalid-request: the month can't be read")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's account")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public Calendar calendar(
            @RestPath @UserId @Parameter(example = "alice") String userId,
            @RestQuery @Parameter(description = "This month, if left out", example = "2026-11") @Nullable
                    YearMonth month)
            throws SQLException {
        caller.requireOwn(userId);
        long accountId = accounts.require(userId);
        LocalDate today = time.today();
        YearMonth shown = month == null ? YearMonth.from(today) : month;
        if (shown.getYear() < FIRST_YEAR || shown.getYear() > LAST_YEAR) {
            throw new ProblemException(Problem.invalid("month", "must be a month such as 2026-11"));
        }
        try (Connection connection = database.getConnection()) {
            int streak = SignInSql.last(connection, accountId)
                    .map(last -> last.daysAsOf(today))
                    .orElse(0);
            List<LocalDate> days = SignInSql.days(connection, accountId, shown.atDay(1), shown.atEndOfMonth());
            return new Calendar(shown.toString(), days, streak);
        }
    }
}
