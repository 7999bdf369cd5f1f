package io.jifen.account;

import io.jifen.platform.Caller;
import io.jifen.platform.Nickname;
import io.jifen.platform.Roles;
import io.jifen.platform.UserId;
import io.jifen.risk.Admission;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/accounts")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Accounts")
class AccountResource {

    @Schema(name = "Open", description = "Whose account to open")
    record Open(
            @NotNull @UserId @Schema(description = "The caller's id of the user", examples = "alice")
            String userId,

            @Nickname
            @Schema(description = "Kept by the first request; ignored by later ones", examples = "Alice")
            @Nullable
            String nickname) {}

    @Schema(name = "AccountChange", description = "What to change")
    record Change(
            @Nickname @Schema(examples = "Alice") @Nullable String nickname,

            @Schema(examples = "BLOCKED") Account.@Nullable Status status) {}

    private final Accounts accounts;
    private final Admission admission;
    private final Caller caller;

    AccountResource(Accounts accounts, Admission admission, Caller caller) {
        this.accounts = accounts;
        this.admission = admission;
        this.caller = caller;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed({Roles.SERVICE, Roles.ADMIN})
    @Operation(summary = "Open a user's account", description = """
                    Opens the account and grants what the rule REGISTER gives, once, however often and by whomever it \
                    is asked for. The first event of an unknown user does the same.""")
    @APIResponse(
            responseCode = "201",
            description = "Opened",
            content = @Content(schema = @Schema(implementation = AccountBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "It was there before; as it is now",
            content = @Content(schema = @Schema(implementation = AccountBody.class)))
    @APIResponse(responseCode = "400", description = "invalid-request")
    public RestResponse<AccountBody> open(@NotNull @Valid Open body) {
        admission.admit("REGISTER", body.userId());
        Accounts.Opened opened = accounts.open(body.userId(), body.nickname());
        return RestResponse.status(
                opened.now() ? RestResponse.Status.CREATED : RestResponse.Status.OK, opened.account());
    }

    @GET
    @Path("/{userId}")
    @RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
    @Operation(summary = "An account with all its figures", description = """
                    Read from the database, all figures at one moment. Points past their last day are left out, also \
                    before their EXPIRE entry is written. Where only the balance is needed, `/balance` is faster.""")
    @APIResponse(responseCode = "200", description = "The account")
    @APIResponse(responseCode = "403", description = "forbidden: a user's token for another user's account")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public AccountBody get(@RestPath @UserId @Parameter(example = "alice") String userId) {
        caller.requireOwn(userId);
        return accounts.get(userId);
    }

    @PATCH
    @Path("/{userId}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMIN)
    @Operation(summary = "Change an account's nickname, or block it", description = """
                    A blocked account refuses what its user starts and transfers in; grants, refunds, clawback, expiry \
                    and releases go on. What is left out stays as it is.""")
    @APIResponse(responseCode = "200", description = "The account as it is now")
    @APIResponse(responseCode = "400", description = "invalid-request")
    @APIResponse(responseCode = "404", description = "account-not-found")
    public AccountBody change(
            @RestPath @UserId @Parameter(example = "alice") String userId, @NotNull @Valid Change body)
            throws SQLException {
        accounts.change(userId, body.nickname(), body.status(), caller.subject());
        return accounts.get(userId);
    }
}
