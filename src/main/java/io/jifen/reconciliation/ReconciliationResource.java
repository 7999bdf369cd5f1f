package io.jifen.reconciliation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.ledger.Books;
import io.jifen.platform.Cursor;
import io.jifen.platform.Json;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
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
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/reconciliations")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Checking")
class ReconciliationResource {

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Reconciliation", description = "One look at the books; its id is that of the job's run")
    record ReconciliationView(
            String reconciliationId,

            @Schema(description = "What changed since the last one, or everything")
            Run.Kind kind,

            @Schema(description = "Of what was posted from then on")
            Instant from,

            @Schema(description = "and before then") Instant to,

            @Schema(description = "Accounts that were looked at", examples = "1200")
            long accounts,

            @Schema(examples = "0") long findings,
            Instant startedAt,

            @Schema(description = "Absent: it goes on, or the job failed") @Nullable
            Instant finishedAt,

            @Schema(description = "At its end; the days only where a single reconciliation is asked for") @Nullable
            Books books) {}

    private final DataSource database;
    private final Json json;

    ReconciliationResource(DataSource database, Json json) {
        this.database = database;
        this.json = json;
    }

    @GET
    @Operation(
            summary = "Reconciliations, newest first",
            description = "They run by night, or by POST /jobs/reconciliation/runs and /jobs/reconciliation-full/runs.")
    @APIResponse(responseCode = "200", description = "A page of reconciliations")
    @APIResponse(responseCode = "400", description = "invalid-request: the limit or the cursor is wrong")
    public Page<ReconciliationView> list(
            @RestQuery @Parameter(description = "The nextCursor of the page before") @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        try (Connection connection = database.getConnection()) {
            List<Run> found = ReconciliationSql.before(connection, Cursor.number(cursor, Long.MAX_VALUE), size + 1);
            return Page.of(found, size, run -> Cursor.of(run.id())).map(run -> view(run, false));
        }
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "A reconciliation, with its totals by day and type")
    @APIResponse(responseCode = "200", description = "The reconciliation")
    @APIResponse(responseCode = "404", description = "not-found")
    public ReconciliationView get(@RestPath String id) throws SQLException {
        return view(require(id), true);
    }

    @GET
    @Path("/{id}/findings")
    @Operation(summary = "What a reconciliation found wrong, newest first")
    @APIResponse(responseCode = "200", description = "A page of findings; none: all is right")
    @APIResponse(responseCode = "400", description = "invalid-request: the limit or the cursor is wrong")
    @APIResponse(responseCode = "404", description = "not-found")
    public Page<FindingView> findings(
            @RestPath String id,
            @RestQuery @Parameter(description = "The nextCursor of the page before") @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        long before = Cursor.number(cursor, Long.MAX_VALUE);
        Run run = require(id);
        try (Connection connection = database.getConnection()) {
            List<Finding> found = ReconciliationSql.findings(connection, run.id(), before, size + 1);
            return Page.of(found, size, finding -> Cursor.of(finding.id())).map(FindingView::of);
        }
    }

    private ReconciliationView view(Run run, boolean withDays) {
        Books books = run.figures() == null ? null : json.parse(run.figures(), Books.class);
        return new ReconciliationView(
                Long.toString(run.id()),
                run.kind(),
                run.from(),
                run.to(),
                run.accounts(),
                run.findings(),
                run.startedAt(),
                run.finishedAt(),
                books == null || withDays ? books : books.summary());
    }

    private Run require(String id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Optional<Long> number = number(id);
            return (number.isEmpty() ? Optional.<Run>empty() : ReconciliationSql.find(connection, number.get()))
                    .orElseThrow(() ->
                            new ProblemException(ProblemCode.NOT_FOUND, "There is no reconciliation of this id."));
        }
    }

    /** An id as a number; empty: nothing has such an id. */
    static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
