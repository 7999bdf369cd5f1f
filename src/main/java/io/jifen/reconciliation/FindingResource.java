package io.jifen.reconciliation;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.ledger.Entries;
import io.jifen.ledger.Entry;
import io.jifen.ledger.EntryType;
import io.jifen.platform.Caller;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Reason;
import io.jifen.platform.Roles;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/findings")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Checking")
class FindingResource {

    @RegisterForReflection
    @Schema(name = "Resolution", description = "A reason, or the adjustment that mended it, or both")
    record Resolution(
            @Schema(examples = "counted by hand, was a test account") @Nullable @Reason
            String reason,

            @Schema(description = "transactionNo of an adjustment that was posted", examples = "912345678901234567")
            @Nullable
            String transactionNo) {}

    private final DataSource database;
    private final Entries entries;
    private final FindingGauges gauges;
    private final Audit audit;
    private final Caller caller;
    private final Time time;

    FindingResource(DataSource database, Entries entries, FindingGauges gauges, Audit audit, Caller caller, Time time) {
        this.database = database;
        this.entries = entries;
        this.gauges = gauges;
        this.audit = audit;
        this.caller = caller;
        this.time = time;
    }

    @POST
    @Path("/{id}/resolve")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Resolve a finding",
            description = "Says why it is none, or which adjustment mended it; nothing else is changed. What other "
                    + "reconciliations found of exactly the same is resolved with it.")
    @APIResponse(responseCode = "200", description = "It is resolved")
    @APIResponse(
            responseCode = "400",
            description = "invalid-request: neither a reason nor an adjustment, or it is none of this account")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state: it was resolved before (`state`)")
    public FindingView resolve(@RestPath String id, @NotNull @Valid Resolution body) throws SQLException {
        String reason = body.reason() == null || body.reason().isBlank() ? null : body.reason();
        if (reason == null && body.transactionNo() == null) {
            throw new ProblemException(
                    Problem.invalid("reason", "must say why, unless transactionNo names an adjustment"));
        }
        Finding before = find(id);
        Long adjustment = body.transactionNo() == null ? null : adjustment(before, body.transactionNo());
        Act act = audit.act(caller.subject(), "RESOLVE", "FINDING", Long.toString(before.id()))
                .from(FindingView.of(before))
                .because(reason);
        FindingView resolved = Sql.transaction(database, connection -> {
            if (before.state() != Finding.State.OPEN
                    || !ReconciliationSql.resolve(
                            connection, before.fingerprint(), reason, adjustment, caller.subject(), time.now())) {
                throw new ProblemException(Problem.of(ProblemCode.ILLEGAL_STATE, "The finding was resolved before.")
                        .with("state", Finding.State.RESOLVED.name()));
            }
            FindingView after = FindingView.of(finding(connection, id));
            audit.record(connection, act.to(after));
            return after;
        });
        try (Connection connection = database.getConnection()) {
            gauges.read(connection);
        }
        return resolved;
    }

    private long adjustment(Finding finding, String transactionNo) {
        Optional<Entry> found = ReconciliationResource.number(transactionNo).flatMap(entries::find);
        boolean fits = found.filter(entry -> entry.type() == EntryType.ADJUST)
                .filter(entry -> finding.violation().userId() == null
                        || entries.isOf(entry, finding.violation().userId()))
                .isPresent();
        if (!fits) {
            throw new ProblemException(
                    Problem.invalid("transactionNo", "must be the transactionNo of an adjustment of this account"));
        }
        return found.orElseThrow().transactionNo();
    }

    private Finding find(String id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return finding(connection, id);
        }
    }

    private static Finding finding(Connection connection, String id) throws SQLException {
        Optional<Long> number = ReconciliationResource.number(id);
        return (number.isEmpty() ? Optional.<Finding>empty() : ReconciliationSql.finding(connection, number.get()))
                .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "There is no finding of this id."));
    }
}
