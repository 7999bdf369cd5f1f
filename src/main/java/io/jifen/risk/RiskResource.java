package io.jifen.risk;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.ledger.Guard.Reason;
import io.jifen.platform.Cursor;
import io.jifen.platform.Json;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Roles;
import io.jifen.platform.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What the risk checks are set to, and what they found. */
@Path("/api/v1/risk")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Risk")
class RiskResource {

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "RiskDecision", description = "What the checks found about a request")
    record DecisionView(
            String decisionId,
            String traceId,
            String userId,

            @Schema(description = "What was asked for", examples = "TRANSFER")
            String kind,

            long points,
            Verdict verdict,

            @Schema(description = "What it would be if the checks in shadow counted")
            Verdict shadowVerdict,

            int score,
            List<Reason> reasons,
            int settingsVersion,
            @Nullable String approvalId,
            Instant createdAt) {

        static DecisionView of(RiskDecision decision) {
            return new DecisionView(
                    Long.toString(decision.id()),
                    decision.key().traceId(),
                    decision.userId(),
                    decision.kind(),
                    decision.points(),
                    decision.ruling().verdict(),
                    decision.ruling().shadowVerdict(),
                    decision.ruling().score(),
                    decision.ruling().reasons(),
                    decision.settingsVersion(),
                    decision.approvalId() == null ? null : Long.toString(decision.approvalId()),
                    decision.createdAt());
        }
    }

    private final RiskEdits edits;
    private final DataSource database;
    private final Json json;

    RiskResource(RiskEdits edits, DataSource database, Json json) {
        this.edits = edits;
        this.database = database;
        this.json = json;
    }

    @GET
    @Path("/settings")
    @Operation(summary = "What the risk checks are set to")
    @APIResponse(responseCode = "200", description = "The newest version")
    public RiskSettings settings() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return RiskSql.settings(connection, json);
        }
    }

    @PUT
    @Path("/settings")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Set the risk checks", description = """
                    Makes the next version, of which the body says everything: a check that is left out is off. In force on \
                    this pod at once and on all pods within 5 s. A check in SHADOW is recorded and does nothing; the \
                    weights of those in ENFORCE that object to a move are added up, and from `reviewAt` on a person has to \
                    look, from `rejectAt` on it is refused.""")
    @APIResponse(responseCode = "200", description = "The new version")
    @APIResponse(responseCode = "400", description = "invalid-request")
    @APIResponse(responseCode = "409", description = "illegal-state: somebody else edited it since `version`")
    public RiskSettings edit(@NotNull @Valid RiskSettings body) throws SQLException {
        return edits.edit(body);
    }

    @GET
    @Path("/settings/versions")
    @Operation(summary = "All versions of the settings, newest first")
    @APIResponse(responseCode = "200", description = "A page of versions")
    public Page<RiskSettings> versions(@RestQuery @Nullable String cursor, @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        int before = (int) Math.min(Integer.MAX_VALUE, Cursor.number(cursor, Integer.MAX_VALUE));
        try (Connection connection = database.getConnection()) {
            return Page.of(
                    RiskSql.settingsBefore(connection, json, before, size + 1),
                    size,
                    settings -> Cursor.of(settings.version() == null ? 0 : settings.version()));
        }
    }

    @GET
    @Path("/decisions")
    @Operation(
            summary = "What the checks found, newest first",
            description = "Requests about which a check or a list had something to say, also where it did nothing.")
    @APIResponse(responseCode = "200", description = "A page of decisions")
    public Page<DecisionView> decisions(
            @RestQuery @UserId @Nullable String userId,
            @RestQuery @Nullable Verdict verdict,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        try (Connection connection = database.getConnection()) {
            List<RiskDecision> found = RiskSql.decisionsBefore(
                    connection, json, Cursor.number(cursor, Long.MAX_VALUE), userId, verdict, size + 1);
            return Page.of(found, size, decision -> Cursor.of(decision.id())).map(DecisionView::of);
        }
    }
}
