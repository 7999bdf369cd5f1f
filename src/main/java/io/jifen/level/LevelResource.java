package io.jifen.level;

import io.jifen.platform.Caller;
import io.jifen.platform.Code;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.smallrye.common.annotation.Blocking;
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
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/levels")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@Tag(name = "Levels")
class LevelResource {

    private final LevelEdits edits;
    private final DataSource database;
    private final Caller caller;

    LevelResource(LevelEdits edits, DataSource database, Caller caller) {
        this.edits = edits;
        this.database = database;
        this.caller = caller;
    }

    @GET
    @Operation(
            summary = "The levels, lowest first",
            description = "An account's level follows from what it earned; spending doesn't lower it.")
    @APIResponse(responseCode = "200", description = "A page of levels")
    @APIResponse(responseCode = "400", description = "invalid-request: the limit or the cursor is wrong")
    public Page<LevelView> list(
            @RestQuery @Parameter(description = "The nextCursor of the page before") @Nullable String cursor,
            @RestQuery @Parameter(description = "Levels of a page, 1 to 100; 20 if left out", example = "20") @Nullable
                    Integer limit) {
        int size = Paging.limit(limit);
        // The lowest level begins at 0.
        return Page.of(Level.above(Cursor.number(cursor, -1), size + 1), size, level -> Cursor.of(level.minPoints))
                .map(LevelView::of);
    }

    @GET
    @Path("/{code}")
    @Operation(summary = "A level")
    @APIResponse(responseCode = "200", description = "As it was saved last")
    @APIResponse(responseCode = "404", description = "not-found")
    public LevelView get(@RestPath @Code String code) {
        return Level.ofCode(code).map(LevelView::of).orElseThrow(LevelEdits::notFound);
    }

    @GET
    @Path("/{code}/versions")
    @RolesAllowed(Roles.ADMIN)
    @Operation(summary = "All versions of a level, newest first")
    @APIResponse(responseCode = "200", description = "A page of versions")
    @APIResponse(responseCode = "404", description = "not-found")
    public Page<LevelView> versions(
            @RestPath @Code String code, @RestQuery @Nullable String cursor, @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        get(code);
        try (Connection connection = database.getConnection()) {
            return Page.of(
                    LevelSql.versionsBefore(connection, code, Cursor.number(cursor, Integer.MAX_VALUE), size + 1),
                    size,
                    level -> Cursor.of(level.version()));
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMIN)
    @Blocking
    @Operation(summary = "Make a level", description = """
                    Known to all pods within 5 s. Then a job ranks everybody anew: `rankingRunId` says which run, and \
                    `/jobs/runs/{runId}` how far it is.""")
    @APIResponse(responseCode = "201", description = "Version 1")
    @APIResponse(responseCode = "400", description = "invalid-request: the fields")
    @APIResponse(responseCode = "409", description = "illegal-state: there is a level of this code; PUT edits it")
    public RestResponse<LevelView> make(@NotNull @Valid LevelBody body) {
        if (body.code() == null) {
            throw new ProblemException(Problem.invalid("code", LevelBody.REQUIRED));
        }
        return RestResponse.status(RestResponse.Status.CREATED, view(edits.make(body.code(), body, caller.subject())));
    }

    @PUT
    @Path("/{code}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMIN)
    @Blocking
    @Operation(summary = "Edit a level", description = """
                    The body says everything: what is left out is back at its default. Where the points change, a job \
                    ranks everybody anew, see `rankingRunId`. The level that begins at 0 goes on doing so.""")
    @APIResponse(responseCode = "200", description = "The new version")
    @APIResponse(responseCode = "400", description = "invalid-request: the fields")
    @APIResponse(responseCode = "404", description = "not-found")
    public LevelView edit(@RestPath @Code String code, @NotNull @Valid LevelBody body) {
        if (body.code() != null && !body.code().equals(code)) {
            throw new ProblemException(Problem.invalid("code", "can't be changed: it must be as in the path"));
        }
        return view(edits.edit(code, body, caller.subject()));
    }

    private static LevelView view(LevelEdits.Edited edited) {
        return LevelView.of(edited.level(), edited.rankingRunId());
    }
}
