package io.jifen.event;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.platform.BrokerUnavailableException;
import io.jifen.platform.Caller;
import io.jifen.platform.Cursor;
import io.jifen.platform.KafkaSender;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Reason;
import io.jifen.platform.Roles;
import io.jifen.platform.Sql;
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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Events")
class DeadLetterResource {

    @Schema(name = "DeadLetter", description = "A message that can't be applied")
    record DeadLetterView(
            String id,
            @Schema(examples = "points.events") String topic,
            int partition,
            long offset,

            @Schema(description = "Where it could be read") @Nullable
            String traceId,

            @Schema(examples = "invalid-request") String code,
            String detail,

            @Schema(description = "DEAD, or REPLAYED once it was sent again", examples = DEAD)
            String state,

            @Schema(description = "The first 2,000 bytes; null for a message without content") @Nullable
            String payload,

            Instant createdAt) {}

    @Schema(name = "Replay", description = "Why a message is sent again")
    record Replay(
            @Schema(examples = "mended with release 1.4") @Nullable @Reason
            String reason) {}

    /** What goes out again. */
    @SuppressWarnings("ArrayRecordComponent") // bytes to pass on, never compared
    private record Message(String topic, byte @Nullable [] key, byte @Nullable [] payload, String state) {}

    private static final String DEAD = "DEAD";
    private static final String REPLAYED = "REPLAYED";

    private final DataSource database;
    private final KafkaSender sender;
    private final Audit audit;
    private final Caller caller;

    DeadLetterResource(DataSource database, KafkaSender sender, Audit audit, Caller caller) {
        this.database = database;
        this.sender = sender;
        this.audit = audit;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "List the messages that can't be applied, newest first")
    @APIResponse(responseCode = "200", description = "A page of them")
    public Page<DeadLetterView> list(@RestQuery @Nullable String cursor, @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        long before = Cursor.number(cursor, Long.MAX_VALUE);
        try (Connection connection = database.getConnection()) {
            List<DeadLetterView> found =
                    EventSql.deadLettersBefore(connection, before, size + 1, DeadLetterResource::view);
            return Page.of(found, size, letter -> Cursor.of(Long.parseLong(letter.id())));
        }
    }

    @POST
    @Path("/{id}/replay")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Send a message again that could not be applied", description = """
                    As it came, to the topic it came from, once. It is applied then, or is a dead letter anew; \
                    `GET /requests/{traceId}` says what became of it. A message that is wrong in itself stays so: its \
                    sender sends a right one, under a key of its own.""")
    @APIResponse(responseCode = "202", description = "The broker has it")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(
            responseCode = "409",
            description = "illegal-state: it was replayed before, or can't be sent as it came (`state`)")
    @APIResponse(responseCode = "503", description = "broker-unavailable: nobody knows whether it was sent; try again")
    public RestResponse<DeadLetterView> replay(@RestPath String id, @Valid @Nullable Replay body) throws SQLException {
        long number = number(id);
        Message message = message(number);
        if (!message.state().equals(DEAD)) {
            throw illegalState(message.state(), "It was sent again before.");
        }
        send(number, message);
        // Two at once may both have sent it: of what its key stands for, one comes true.
        Act act = audit.act(caller.subject(), "REPLAY", "DEAD_LETTER", Long.toString(number))
                .from(Map.of("state", DEAD))
                .to(Map.of("state", REPLAYED, "topic", message.topic()))
                .because(body == null ? null : body.reason());
        boolean first = Sql.transaction(database, connection -> {
            boolean mine = EventSql.replayed(connection, number);
            if (mine) {
                audit.record(connection, act);
            }
            return mine;
        });
        if (!first) {
            throw illegalState(REPLAYED, "Somebody else has just sent it again.");
        }
        return RestResponse.accepted(letter(number));
    }

    /** Returns when the broker has it. */
    private void send(long id, Message message) {
        byte[] key = message.key() == null ? new byte[0] : message.key();
        if (key.length >= EventSql.MAX_KEY) {
            throw illegalState(DEAD, "Its key is too long to be kept, so it can't be sent as it came.");
        }
        Map<String, String> headers =
                Map.of(EventPublisher.REPLAY, Long.toString(id), EventPublisher.OPERATOR, caller.subject());
        try {
            sender.send(message.topic(), new String(key, StandardCharsets.UTF_8), message.payload(), headers)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof BrokerUnavailableException) {
                throw new ProblemException(
                        ProblemCode.BROKER_UNAVAILABLE, "The broker has not confirmed the message. Replay it again.");
            }
            if (e.getCause() instanceof IllegalArgumentException) {
                throw illegalState(DEAD, "The broker takes no message like this one.");
            }
            throw e;
        }
    }

    private Message message(long id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return EventSql.deadMessage(
                            connection,
                            id,
                            row -> new Message(
                                    row.getString("topic"),
                                    row.getBytes("message_key"),
                                    row.getBytes("payload"),
                                    row.getString("state")))
                    .orElseThrow(DeadLetterResource::notFound);
        }
    }

    private DeadLetterView letter(long id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return EventSql.deadLetter(connection, id, DeadLetterResource::view)
                    .orElseThrow(DeadLetterResource::notFound);
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
        return new ProblemException(ProblemCode.NOT_FOUND, "There is no dead letter of this id.");
    }

    private static ProblemException illegalState(String state, String detail) {
        return new ProblemException(
                Problem.of(ProblemCode.ILLEGAL_STATE, detail).with("state", state));
    }

    private static DeadLetterView view(ResultSet row) throws SQLException {
        byte[] payload = row.getBytes("payload");
        return new DeadLetterView(
                Long.toString(row.getLong("id")),
                row.getString("topic"),
                row.getInt("partition_no"),
                row.getLong("offset_no"),
                row.getString("trace_id"),
                row.getString("code"),
                row.getString("detail"),
                row.getString("state"),
                payload == null ? null : new String(payload, StandardCharsets.UTF_8),
                Sql.someInstant(row, "created_at"));
    }
}
