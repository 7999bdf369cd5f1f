package io.jifen.lottery;

import io.jifen.exchange.Address;
import io.jifen.exchange.Exchanges;
import io.jifen.ledger.Answer;
import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.platform.Caller;
import io.jifen.platform.Code;
import io.jifen.platform.Cursor;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import io.jifen.risk.Admission;
import io.jifen.risk.ApprovalView;
import io.jifen.risk.Risk;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/lotteries")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Lotteries")
class LotteryResource {

    @Schema(name = "DrawRequest", description = "Who draws")
    record Request(
            @NotNull @UserId @Schema(examples = "bob") String userId,

            @Schema(description = "Required where goods can be won that are shipped; kept only if some are")
            @Valid
            @Nullable
            Address address,

            @TraceId @Nullable String traceId) {}

    private final Lotteries lotteries;
    private final DrawPostings postings;
    private final Exchanges exchanges;
    private final Ledger ledger;
    private final Risk risk;
    private final Admission admission;
    private final Caller caller;

    LotteryResource(
            Lotteries lotteries,
            DrawPostings postings,
            Exchanges exchanges,
            Ledger ledger,
            Risk risk,
            Admission admission,
            Caller caller) {
        this.lotteries = lotteries;
        this.postings = postings;
        this.exchanges = exchanges;
        this.ledger = ledger;
        this.risk = risk;
        this.admission = admission;
        this.caller = caller;
    }

    @GET
    @RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
    @Operation(summary = "The lotteries by code, with what is left of the prizes and the odds of now")
    @APIResponse(responseCode = "200", description = "A page of lotteries")
    public Page<LotteryBody> list(@RestQuery @Nullable String cursor, @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        String after = Cursor.text(cursor);
        Page<LotteryBody> page = Page.of(
                lotteries.newestAfter(after == null ? "" : after, size + 1),
                size,
                lottery -> Cursor.of(Objects.requireNonNull(lottery.code())));
        List<LotteryBody> shown = new ArrayList<>();
        for (LotteryBody lottery : page.items()) {
            shown.add(lotteries.asItStands(lottery, caller.isAdmin()));
        }
        return new Page<>(shown, page.nextCursor());
    }

    @GET
    @Path("/{code}")
    @RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
    @Operation(summary = "A lottery with what is left of the prizes and the odds of now", description = """
                    A prize's odds are its weight by the sum of all weights. Where none of it is left they are 0, and its \
                    tickets, which win nothing, are in `oddsOfNoPrize`; all of them together are 1.""")
    @APIResponse(responseCode = "200", description = "The newest version")
    @APIResponse(responseCode = "404", description = "not-found")
    public LotteryBody get(@RestPath @Code String code) throws SQLException {
        return lotteries.asItStands(lotteries.require(code), caller.isAdmin());
    }

    @GET
    @Path("/{code}/versions")
    @RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
    @Operation(
            summary = "All versions of a lottery, newest first",
            description = "As they were said. A version's prizes and weights tell what a ticket stands for.")
    @APIResponse(responseCode = "200", description = "A page of versions")
    @APIResponse(responseCode = "404", description = "not-found")
    public Page<LotteryBody> versions(
            @RestPath @Code String code, @RestQuery @Nullable String cursor, @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        int before = (int) Math.min(Integer.MAX_VALUE, Cursor.number(cursor, Integer.MAX_VALUE));
        return Page.of(
                        lotteries.versionsBefore(code, before, size + 1),
                        size,
                        lottery -> Cursor.of(Objects.requireNonNull(lottery.version())))
                .map(lottery -> caller.isAdmin() ? lottery : lottery.anonymous());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMIN)
    @Operation(summary = "Make a lottery")
    @APIResponse(responseCode = "201", description = "Version 1")
    @APIResponse(responseCode = "400", description = "invalid-request")
    @APIResponse(responseCode = "409", description = "illegal-state: there is a lottery of this code; PUT edits it")
    public RestResponse<LotteryBody> make(@NotNull @Valid LotteryBody body) throws SQLException {
        if (body.code() == null) {
            throw new ProblemException(Problem.invalid("code", LotteryBody.REQUIRED));
        }
        LotteryBody made = lotteries.make(body, caller.subject());
        return RestResponse.status(RestResponse.Status.CREATED, lotteries.asItStands(made, true));
    }

    @PUT
    @Path("/{code}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMIN)
    @Operation(summary = "Edit a lottery", description = """
                    Makes the next version, of which the body says everything; draws asked for before it are still \
                    decided by the version before. A prize's stock stays as it is unless it is said to be another \
                    one than the edit before said; a body as GET showed it gives nothing back that was won meanwhile, \
                    and `addStock` adds to what is left.""")
    @APIResponse(responseCode = "200", description = "The new version")
    @APIResponse(responseCode = "400", description = "invalid-request")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(
            responseCode = "409",
            description = "illegal-state: somebody else edited it since `version`, or at the same moment")
    public LotteryBody edit(@RestPath @Code String code, @NotNull @Valid LotteryBody body) throws SQLException {
        if (body.code() != null && !body.code().equals(code)) {
            throw new ProblemException(Problem.invalid("code", "can't be changed: it must be as in the path"));
        }
        return lotteries.asItStands(lotteries.edit(code, body, caller.subject()), true);
    }

    @POST
    @Path("/{code}/draws")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
    @Operation(summary = "Draw a ticket", description = """
                    Takes the price and pays out what the ticket wins, together or not at all: points at once, goods \
                    as an exchange. The ticket is a random number; with the version's prizes and weights anybody can \
                    see what it stands for.""")
    @APIResponse(
            responseCode = "201",
            description = "Drawn",
            content = @Content(schema = @Schema(implementation = DrawView.class)))
    @APIResponse(
            responseCode = "202",
            description = "Waits for a person's word; the price is held, and nothing is drawn yet",
            content = @Content(schema = @Schema(implementation = ApprovalView.class)))
    @APIResponse(
            responseCode = "200",
            description = "Drawn before under this key: the first answer's body",
            content = @Content(schema = @Schema(implementation = DrawView.class)))
    @APIResponse(responseCode = "400", description = "invalid-request, missing-idempotency-key")
    @APIResponse(
            responseCode = "403",
            description = "forbidden: a user's token for another user's account; risk-rejected")
    @APIResponse(responseCode = "404", description = "account-not-found; not-found: no such lottery")
    @APIResponse(
            responseCode = "409",
            description = "insufficient-points, daily-limit-reached (`limit`, `used`: of the day, or in all), "
                    + "out-of-stock (nothing is left to win), "
                    + "illegal-state (`state`: CLOSED, NOT_YET_OPEN), account-blocked")
    @APIResponse(responseCode = "422", description = "idempotency-key-reused")
    public RestResponse<byte[]> draw(
            @RestPath @Code String code,
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey,
            @NotNull @Valid Request body)
            throws SQLException {
        caller.requireOwn(body.userId());
        Key key = new Key(caller.scope(), IdempotencyKey.of(idempotencyKey, body.traceId()));
        admission.admit(Draws.BIZ_TYPE, body.userId(), key);
        byte[] contentHash = ContentHash.of("draw")
                .with("code", code)
                .with("userId", body.userId())
                .with("address", body.address() == null ? null : body.address().fields())
                .bytes();
        DrawPostings.Wanted wanted = new DrawPostings.Wanted(code, body.userId(), body.address());
        Posting posting = postings.posting(wanted, key, contentHash, caller.subject());
        Answer answer = ledger.post(risk.watchRequest(posting, DrawPostings.KIND, wanted));
        if (body.address() != null) {
            exchanges.committed();
        }
        return Answers.response(RestResponse.StatusCode.CREATED, answer);
    }
}
