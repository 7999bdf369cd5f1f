package io.jifen.outbox;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.platform.Caller;
import io.jifen.platform.Cursor;
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
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Where receivers confirm reliable messages, and admins look after those that nobody confirms. */
@Path("/api/v1/outbox/messages")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Messages")
class MessageResource {

    @Schema(name = "GiveUp")
    record GiveUp(
            @NotBlank @Reason @Schema(examples = "the warehouse has closed")
            String reason) {}

    private final DataSource database;
    private final Messages messages;
    private final Audit audit;
    private final Caller caller;
    private final Time time;

    MessageResource(DataSource database, Messages messages, Audit audit, Caller caller, Time time) {
        this.database = database;
        this.messages = messages;
        this.audit = audit;
        this.caller = caller;
        this.time = time;
    }

    @GET
    @Operation(
            summary = "List reliable messages, newest first",
            description = "Without their bodies, in which there may be addresses.")
    @APIResponse(responseCode = "200", description = "A page of messages")
    public Page<MessageView> list(
            @RestQuery @Nullable MessageState state,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        try (Connection connection = database.getConnection()) {
            List<MessageView> found =
                    MessageSql.before(connection, Cursor.number(cursor, Long.MAX_VALUE), state, size + 1);
            return Page.of(found, size, message -> Cursor.of(message.messageId()));
        }
    }

    @POST
    @Path("/{id}/confirm")
    @RolesAllowed({Roles.SERVICE, Roles.ADMIN})
    @Operation(summary = "Confirm a message", description = """
                    By its receiver, once it has kept what the message says: it is not sent again. Confirming again, \
                    or late, changes nothing and has the same answer.""")
    @APIResponse(responseCode = "200", description = "Confirmed, now or before")
    @APIResponse(responseCode = "404", description = "not-found: no message of this service")
    @APIResponse(
            responseCode = "409",
            description = "illegal-state (`state` WITHDRAWN): its sender has taken it back, so don't act on it")
    public MessageView confirm(@RestPath String id) throws SQLException {
        long number = number(id);
        Messages.Confirmation found = Sql.transaction(
                        database, connection -> messages.confirm(connection, List.of(number)))
                .getOrDefault(number, Messages.Confirmation.UNKNOWN);
        return switch (found) {
            case CONFIRMED, ALREADY -> require(number);
            case WITHDRAWN -> throw illegalState(require(number));
            case UNKNOWN -> throw notFound();
        };
    }

    @POST
    @Path("/{id}/retry")
    @Operation(
            summary = "Send a message again now",
            description = "Not after its next pause; the tries go on as before.")
    @APIResponse(responseCode = "200", description = "It goes out within a second")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state: it is not WAITING (`state`)")
    public MessageView retry(@RestPath String id) throws SQLException {
        long number = number(id);
        boolean waiting = Sql.transaction(database, connection -> {
            boolean done = MessageSql.retryNow(connection, number, time.now());
            if (done) {
                audit.record(connection, act("RETRY", number));
            }
            return done;
        });
        messages.wake();
        return orIllegalState(waiting, number);
    }

    @POST
    @Path("/{id}/give-up")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Give a message up", description = """
                    It is not sent again, and its body is deleted. If a copy is on its way, its receiver may still \
                    confirm it.""")
    @APIResponse(responseCode = "200", description = "Given up")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state: it is not WAITING (`state`)")
    public MessageView giveUp(@RestPath String id, @NotNull @Valid GiveUp body) throws SQLException {
        long number = number(id);
        boolean waiting = Sql.transaction(database, connection -> {
            boolean done = MessageSql.giveUp(connection, number, caller.subject(), body.reason(), time.now());
            if (done) {
                Act act = act("GIVE_UP", number).from(Map.of("state", MessageState.WAITING));
                audit.record(
                        connection,
                        act.to(Map.of("state", MessageState.GIVEN_UP)).because(body.reason()));
            }
            return done;
        });
        return orIllegalState(waiting, number);
    }

    private Act act(String action, long id) {
        return audit.act(caller.subject(), action, "MESSAGE", Long.toString(id));
    }

    private MessageView orIllegalState(boolean done, long id) throws SQLException {
        MessageView message = require(id);
        if (!done) {
            throw illegalState(message);
        }
        return message;
    }

    private MessageView require(long id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return MessageSql.find(connection, id).orElseThrow(MessageResource::notFound);
        }
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw notFound();
        }
    }

    private static ProblemException notFound() {
        return new ProblemException(ProblemCode.NOT_FOUND, "There is no message of this id.");
    }

    private static ProblemException illegalState(MessageView message) {
        return new ProblemException(Problem.of(ProblemCode.ILLEGAL_STATE, "The message is " + message.state() + ".")
                .with("state", message.state().name()));
    }
}
