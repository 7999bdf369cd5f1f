package io.jifen.event;

import io.jifen.ledger.AccountIds;
import io.jifen.ledger.Entries;
import io.jifen.ledger.Entry;
import io.jifen.platform.Caller;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import io.jifen.platform.Validation;
import io.jifen.risk.Admission;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * A drop-in for a simple publish/list points system. Its clients read the code in the body, so everything that is
 * about their request is HTTP 200; only what they never had (tokens, a service in trouble) answers as elsewhere.
 */
@Path("/api/points")
@Produces(MediaType.APPLICATION_JSON)
@PermitAll // and then decided here, by jifen.compat.anonymous
@RunOnVirtualThread
@Tag(name = "Compatibility")
class CompatResource {

    private static final DateTimeFormatter CREATED_AT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final int DEFAULT_LIMIT = 10;
    private static final int MAX_LIMIT = 100;

    private final Caller caller;
    private final CompatConfig config;
    private final Json json;
    private final Validation validation;
    private final AccountIds accounts;
    private final EventPublisher publisher;
    private final Entries entries;
    private final Admission admission;
    private final Time time;

    CompatResource(
            Caller caller,
            CompatConfig config,
            Json json,
            Validation validation,
            AccountIds accounts,
            EventPublisher publisher,
            Entries entries,
            Admission admission,
            Time time) {
        this.caller = caller;
        this.config = config;
        this.json = json;
        this.validation = validation;
        this.accounts = accounts;
        this.publisher = publisher;
        this.entries = entries;
        this.admission = admission;
        this.time = time;
    }

    @POST
    @Path("/publish")
    @Consumes(MediaType.WILDCARD) // as bytes: broken JSON is 1002 here, not 400
    @Operation(summary = "Add or subtract points", description = """
                    Answers `code` 0 when the broker has it; it is applied a moment later. 1001: unknown openid, \
                    1002: bad input, 1003: the broker is down.""")
    @APIResponse(responseCode = "200", description = "See code")
    public Compat.Reply<Compat.Published> publish(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = Compat.Publish.class)))
                    byte @Nullable [] body) {
        admit();
        try {
            Compat.Publish wish = validation.check(json.parse(body == null ? new byte[0] : body, Compat.Publish.class));
            String traceId = wish.traceId() == null ? UUID.randomUUID().toString() : wish.traceId();
            admission.admit(Compat.BIZ_TYPE, wish.openid(), Intake.key(traceId));
            if (accounts.find(wish.openid()).isEmpty()) {
                return new Compat.Reply<>(Compat.UNKNOWN_OPENID, "unknown openid", null);
            }
            Event event = Event.compat(traceId, wish.openid(), wish.action(), wish.points(), wish.reason());
            publisher.publish(event).toCompletableFuture().join();
            return Compat.Reply.ok(new Compat.Published(traceId));
        } catch (ProblemException e) {
            return failed(e.problem(), e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof ProblemException problem) {
                return failed(problem.problem(), problem);
            }
            throw e;
        }
    }

    @GET
    @Path("/{openid}")
    @Operation(
            summary = "List what changed the points of an account, newest first",
            description = "1001: unknown openid; 1002: no page, or a bad page or limit.")
    @APIResponse(responseCode = "200", description = "See code")
    public Compat.Reply<List<Compat.Line>> list(
            @RestPath String openid,
            @RestQuery @Parameter(description = "From 1", required = true, example = "1") @Nullable String page,
            @RestQuery @Parameter(description = "1 to 100, default 10", example = "10") @Nullable String limit) {
        admit();
        Optional<Integer> pageNo = number(page);
        Optional<Integer> size = limit == null ? Optional.of(DEFAULT_LIMIT) : number(limit);
        if (pageNo.isEmpty() || pageNo.get() < 1) {
            return badInput("page must be a number from 1");
        }
        if (size.isEmpty() || size.get() < 1 || size.get() > MAX_LIMIT) {
            return badInput("limit must be a number from 1 to " + MAX_LIMIT);
        }
        long skipped = (pageNo.get() - 1L) * size.get();
        if (skipped > config.maxDepth()) {
            return badInput("page must not skip more than " + config.maxDepth() + " entries");
        }
        Optional<Long> account = isOpenid(openid) ? accounts.find(openid) : Optional.empty();
        if (account.isEmpty()) {
            return new Compat.Reply<>(Compat.UNKNOWN_OPENID, "unknown openid", List.of());
        }
        return Compat.Reply.ok(entries.page(account.get(), (int) skipped, size.get()).stream()
                .map(entry -> line(openid, entry))
                .toList());
    }

    private void admit() {
        if (!config.anonymous()) {
            caller.requireService();
        }
    }

    private static <T> Compat.Reply<T> failed(Problem problem, ProblemException e) {
        if (problem.code().equals(ProblemCode.BROKER_UNAVAILABLE.code())) {
            return new Compat.Reply<>(Compat.BROKER_DOWN, "the message broker can't be reached", null);
        }
        if (problem.code().equals(ProblemCode.INVALID_REQUEST.code())) {
            return new Compat.Reply<>(Compat.BAD_INPUT, problem.detail(), null);
        }
        throw e;
    }

    private static Compat.Reply<List<Compat.Line>> badInput(String message) {
        return new Compat.Reply<>(Compat.BAD_INPUT, message, List.of());
    }

    /** What can't be one is nobody's, and not for the database, which takes some texts for others. */
    private boolean isOpenid(String openid) {
        try {
            validation.check(new Compat.Openid(openid));
            return true;
        } catch (ProblemException e) {
            return false;
        }
    }

    private static Optional<Integer> number(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Its time is when it was written, which is what the order goes by; imported lines keep the time they had. */
    private Compat.Line line(String openid, Entry entry) {
        Instant written = WaitingDetails.BIZ_TYPE.equals(entry.bizType()) ? entry.occurredAt() : entry.createdAt();
        return new Compat.Line(
                Long.toString(entry.id()),
                openid,
                Math.abs(entry.points()),
                entry.points() < 0 ? "sub" : "add",
                entry.reason(),
                CREATED_AT.format(written.atZone(time.zone())));
    }
}
