package io.jifen.risk;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.ledger.Answer;
import io.jifen.ledger.Key;
import io.jifen.ledger.Requests;
import io.jifen.platform.Caller;
import io.jifen.platform.Cursor;
import io.jifen.platform.Json;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Reason;
import io.jifen.platform.Roles;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    private final Settlement settlement;
    private final Requests requests;
    private final DataSource database;
    private final Audit audit;
    private final Caller caller;
    private final Json json;
    private final Time time;

    ApprovalResource(
            Settlement settlement,
            Requests requests,
            DataSource database,
            Audit audit,
            Caller caller,
            Json json,
            Time time) {
        this.settlement = settlement;
        this.requests = requests;
        this.database = database;
        this.audit = audit;
        this.caller = caller;
        this.json = json;
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
        List<Approval> found;
        try (Connection connection = database.getConnection()) {
            found = ApprovalSql.before(
                    connection, json, Cursor.number(cursor, Long.MAX_VALUE), status, time.now(), size + 1);
        }
        Page<Approval> page = Page.of(found, size, approval -> Cursor.of(approval.id()));
        Effects effects = effects(page.items());
        return page.map(approval -> view(approval, effects));
    }

    @POST
    @Path("/{id}/approve")
    @Operation(summary = "Approve, and do it", description = """
                    Once, also when two click at the same time. If the ledger refuses the effect (too few points, say), \
                    the refusal is the answer. Of what a risk check wanted to be looked at, `reasons` says why; the points \
                    that were held for it are spent, or given back where it is refused.""")
    @APIResponse(responseCode = "200", description = "Done; `result` says what")
    @APIResponse(responseCode = "403", description = "forbidden: by the one who asked, or about their own points")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state (`state`), or the refusal of its effect")
    public ApprovalView approve(@RestPath String id, @Valid @Nullable Decision decision) throws SQLException {
        boolean decided = decide(id, Approval.Status.APPROVED, decision);
        Approval approval = require(id);
        if (!decided && !isForCallerToFinish(approval)) {
            throw illegalState(approval);
        }
        return switch (settlement.approved(approval)) {
            case Answer.Posted posted -> {
                if (posted.replayed() && !decided) {
                    throw illegalState(approval);
                }
                yield view(require(id));
            }
            case Answer.Refused(int status, String code, byte[] body, Problem problem, boolean replayed) ->
                throw new ProblemException(
                        problem == null
                                ? Problem.of(ProblemCode.of(code), "It was approved, and then refused.")
                                : problem);
            case Answer.Rejected(Problem problem) -> throw new ProblemException(problem);
        };
    }

    /** Whether the caller has approved it before, and perhaps heard that the ledger didn't answer. */
    private boolean isForCallerToFinish(Approval approval) {
        return approval.status() == Approval.Status.APPROVED
                && caller.subject().equals(approval.decidedBy())
                && requests.find(approval.key()).isEmpty();
    }

    @POST
    @Path("/{id}/reject")
    @Operation(summary = "Reject")
    @APIResponse(responseCode = "200", description = """
                    Rejected; it will never be done. Points held for it are back: at once, or within minutes where the \
                    ledger doesn't answer""")
    @APIResponse(responseCode = "403", description = "forbidden: by the one who asked, or about their own points")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state: decided before, or expired (`state`)")
    public ApprovalView reject(@RestPath String id, @Valid @Nullable Decision decision) throws SQLException {
        boolean rejected = decide(id, Approval.Status.REJECTED, decision);
        Approval approval = require(id);
        if (!rejected) {
            throw illegalState(approval);
        }
        settlement.dropped(approval);
        return view(approval);
    }

    /** Whether this decided it; else somebody was first, or it has expired. */
    private boolean decide(String id, Approval.Status status, @Nullable Decision decision) throws SQLException {
        Approval approval = require(id);
        if (approval.requestedBy().equals(caller.subject())) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "Somebody else than the one who asked has to decide.");
        }
        if (approval.statusAt(time.now()) == Approval.Status.PENDING
                && settlement.kind(approval).concerns(caller.subject(), approval.asked())) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN, "Somebody else than whose points it is about has to decide.");
        }
        String reason = decision == null ? null : decision.reason();
        return Sql.transaction(database, connection -> {
            boolean decided =
                    ApprovalSql.decide(connection, approval.id(), status, caller.subject(), reason, time.now());
            if (decided) {
                audit.record(connection, act(approval, status).because(reason));
            }
            return decided;
        });
    }

    private Act act(Approval approval, Approval.Status status) {
        String action = status == Approval.Status.APPROVED ? "APPROVE" : "REJECT";
        Map<String, Object> wish = Map.of(
                "kind", approval.kind(),
                "userId", approval.userId(),
                "points", approval.points(),
                "requestedBy", approval.requestedBy());
        return audit.act(caller.subject(), action, "APPROVAL", Long.toString(approval.id()))
                .from(with(wish, approval.status()))
                .to(with(wish, status));
    }

    private static Map<String, Object> with(Map<String, Object> wish, Approval.Status status) {
        Map<String, Object> state = new TreeMap<>(wish);
        state.put("status", status.name());
        return state;
    }

    private Approval require(String id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ApprovalSql.find(connection, json, Long.parseLong(id)).orElseThrow(ApprovalResource::notFound);
        } catch (NumberFormatException e) {
            throw notFound();
        }
    }

    private static ProblemException notFound() {
        return new ProblemException(ProblemCode.NOT_FOUND, "There is no approval of this id.");
    }

    /** By traceId, what came of those that were approved. */
    private record Effects(Map<String, Requests.Outcome> outcomes, Map<String, byte[]> answers) {}

    private Effects effects(List<Approval> approvals) {
        List<Key> approved = approvals.stream()
                .filter(approval -> approval.status() == Approval.Status.APPROVED)
                .map(Approval::key)
                .toList();
        return new Effects(requests.findAll(approved), requests.answers(approved));
    }

    private ApprovalView view(Approval approval) {
        return view(approval, effects(List.of(approval)));
    }

    private ApprovalView view(Approval approval, Effects effects) {
        Requests.Outcome outcome = effects.outcomes().get(approval.key().traceId());
        byte[] answer = effects.answers().get(approval.key().traceId());
        return ApprovalView.of(
                approval,
                time.now(),
                answer == null ? null : new String(answer, StandardCharsets.UTF_8),
                outcome == null ? null : outcome.code());
    }

    private ProblemException illegalState(Approval approval) {
        return new ProblemException(Problem.of(ProblemCode.ILLEGAL_STATE, "It has been decided, or has expired.")
                .with("state", approval.statusAt(time.now()).name()));
    }
}
