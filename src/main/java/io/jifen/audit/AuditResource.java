package io.jifen.audit;

import io.jifen.platform.Code;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Audit")
class AuditResource {

    /** What the columns can hold; other texts find nothing, and some of them the database would refuse. */
    private static final String TEXT = "[!-~]{1,128}";

    private static final String ALLOWED = "must be 1 to 128 printable ASCII characters without spaces";

    private final DataSource database;

    AuditResource(DataSource database) {
        this.database = database;
    }

    @GET
    @Operation(summary = "What admins have changed, newest first", description = """
                    Each row was written in the transaction of its change, and is never changed. Filters narrow the list \
                    together.""")
    @APIResponse(responseCode = "200", description = "A page of rows")
    @APIResponse(responseCode = "400", description = "invalid-request")
    public Page<AuditView> list(
            @RestQuery @Pattern(regexp = TEXT, message = ALLOWED) @Parameter(example = "ann") @Nullable String who,
            @RestQuery @Code @Parameter(example = "EDIT") @Nullable String action,
            @RestQuery @Code @Parameter(example = "RULE") @Nullable String objectType,
            @RestQuery @Pattern(regexp = TEXT, message = ALLOWED) @Parameter(example = "ORDER") @Nullable
                    String objectId,
            @RestQuery @Parameter(description = "From then on") @Nullable Instant from,
            @RestQuery @Parameter(description = "Until then, exclusive") @Nullable Instant to,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        AuditFilter filter = new AuditFilter(who, action, objectType, objectId, from, to);
        try (Connection connection = database.getConnection()) {
            List<AuditView> found =
                    AuditSql.before(connection, Cursor.number(cursor, Long.MAX_VALUE), filter, size + 1);
            return Page.of(found, size, row -> Cursor.of(row.auditId()));
        }
    }
}
