package io.jifen.event;

import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Roles;
import io.jifen.platform.Sql;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
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
            @Schema(examples = "DEAD") String state,

            @Schema(description = "The first 2,000 bytes; null for a message without content") @Nullable
            String payload,

            Instant createdAt) {}

    private final DataSource database;

    DeadLetterResource(DataSource database) {
        this.database = database;
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
