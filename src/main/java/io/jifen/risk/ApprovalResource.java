package io.jifen.risk;

import io.jifen.ledger.Answer;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Requests;
import io.jifen.platform.Caller;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Reason;
import io.jifen.platform.Roles;
import io.jifen.platform.Time;
import io.quarkus.arc.All;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Where a second person decides; never the one who asked. */
@Path("/api/v1/approvals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Approvals")
class ApprovalResource {

    @Schema(name = "Decision")
    record Decision(
            @Reason @Schema(examples = "checked with the shop") @Nullable
            String reason) {}

    private final Ledger ledger;
    private final Requests requests;
    private final DataSource database;
    private final List<Approvable> kinds;
    private final Caller caller;
    private final Time time;

    ApprovalResource(
            Ledger ledger,
            Requests requests,
            DataSource database,
            @All List<Approvable> kinds,
            Caller caller,
            Time time) {
        this.ledger = ledger;
        this.requests = requests;
        this.database = database;
        this.kinds = kinds;
        this.caller = caller;
        this.time = time;
    }

    @GET
    @Operation(summary = "List approvals, newest first")
    @APIResponse(responseCode = "200", description = "A page of approvals")
    public Page<ApprovalView> list(
            @RestQuery Approval.@Nullable Status status,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        try (Connection connection = database.getConnection()) {
            List<Approval> found =
                    ApprovalSql.before(connection, Cursor.number(cursor, Long.MAX_VALUE), status, time.now(), size + 1);
            return Page.of(found, size, approval -> Cursor.of(approval.id())).map(this::view);
        }
    }

    @POST
    @Path("/{id}/approve")
    @Operation(
            summary = "Approve, and do it",
            description =
                    "Once, also when two click at the same time. If the ledger refuses the effect (too few points, "
                            + "say), the refusal is the answer.")
    @APIResponse(responseCode = "200", description = "Done; `result` says what")
    @APIResponse(responseCode = "403", description = "forbidden: by the one who asked")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state (`state`), or the refusal of its effect")
    public ApprovalView approve(@RestPath String id, @Valid @Nullable Decision decision) throws SQLException {
        decide(id, Approval.Status.APPROVED, decision);
        Approval approval = require(id);
        if (approval.status() != Approval.Status.APPROVED
                || requests.find(approval.key()).isPresent()) {
            throw illegalState(approval);
        }
        // Approved, perhaps by somebody whose pod died before the effect: the key makes it happen once.
        return switch (ledger.post(kind(approval).posting(approval.asked()))) {
            case Answer.Posted posted -> view(require(id));
            case Answer.Refused(int status, String code, byte[] body, Problem problem, boolean replayed) ->
                throw new ProblemException(
                        problem == null
                                ? Problem.of(ProblemCode.of(code), "It was approved, and then refused.")
                                : problem);
            case Answer.Rejected(Problem problem) -> throw new ProblemException(problem);
        };
    }

    @POST
    @Path("/{id}/reject")
    @Operation(summary = "Reject")
    @APIResponse(responseCode = "200", description = "Rejected; it will never be done")
    @APIResponse(responseCode = "403", description = "forbidden: by the one who asked")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state: decided before, or expired (`state`)")
    public ApprovalView reject(@RestPath String id, @Valid @Nullable Decision decision) throws SQLException {
        boolean rejected = decide(id, Approval.Status.REJECTED, decision);
        Approval approval = require(id);
        if (!rejected) {
            throw illegalState(approval);
        }
        return view(approval);
    }

    /** Whether this decided it; else somebody was first, or it has expired. */
    private boolean decide(String id, Approval.Status status, @Nullable Decision decision) throws SQLException {
        Approval approval = require(id);
        if (approval.requestedBy().equals(caller.subject())) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "Somebody else than the one who asked has to decide.");
        }
        try (Connection connection = database.getConnection()) {
            return ApprovalSql.decide(
                    connection,
                    approval.id(),
                    status,
                    caller.subject(),
                    decision == null ? null : decision.reason(),
                    time.now());
        }
    }

    private Approval require(String id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ApprovalSql.find(connection, Long.parseLong(id)).orElseThrow(ApprovalResource::notFound);
        } catch (NumberFormatException e) {
            throw notFound();
        }
    }

    private static ProblemException notFound() {
        return new ProblemException(ProblemCode.NOT_FOUND, "There is no approval of this id.");
    }

    private Approvable kind(Approval approval) {
        return kinds.stream()
                .filter(kind -> kind.kind().equals(approval.kind()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nobody knows how to do " + approval.kind()));
    }

    private ApprovalView view(Approval approval) {
        Instant now = time.now();
        if (approval.status() != Approval.Status.APPROVED) {
            return ApprovalView.of(approval, now, null, null);
        }
        return requests.find(approval.key())
                .map(outcome -> ApprovalView.of(approval, now, result(approval), outcome.code()))
                .orElseGet(() -> ApprovalView.of(approval, now, null, null));
    }

    private @Nullable String result(Approval approval) {
        return requests.answer(approval.key())
                .map(body -> new String(body, StandardCharsets.UTF_8))
                .orElse(null);
    }

    private ProblemException illegalState(Approval approval) {
        return new ProblemException(Problem.of(ProblemCode.ILLEGAL_STATE, "It has been decided, or has expired.")
                .with("state", approval.statusAt(time.now()).name()));
    }
}
