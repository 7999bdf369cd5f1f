package io.jifen.risk;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.ClientAddress;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Reason;
import io.jifen.platform.Roles;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Who is blocked, and who passes unchecked. */
@Path("/api/v1/risk/lists")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Risk")
class RiskListResource {

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "RiskListed", description = "Somebody on the block or the allow list")
    record Listed(
            @Schema(readOnly = true) @Nullable String id,

            @NotNull
            @Schema(
                    description =
                            "BLOCK: nothing is spent, transferred or earned; devices and addresses are not known of events "
                                    + "that are applied later. ALLOW: nothing is checked")
            Lists.List list,

            @NotNull @Schema(description = "What the value is")
            Lists.Kind kind,

            @NotNull
            @Pattern(regexp = "[!-~]{1,128}", message = "must be 1 to 128 printable ASCII characters without spaces")
            @Schema(description = "A userId, a device as the proxy names it, or an address", examples = "mallory")
            String value,

            @NotBlank @Reason @Schema(examples = "a stolen phone")
            String reason,

            @Schema(description = "Left out: for good") @Nullable
            Instant expiresAt,

            @Schema(readOnly = true) @Nullable String createdBy,

            @Schema(readOnly = true) @Nullable Instant createdAt) {

        static Listed of(Lists.Entry entry) {
            return new Listed(
                    Long.toString(entry.id()),
                    entry.list(),
                    entry.whom().kind(),
                    entry.whom().value(),
                    entry.reason(),
                    entry.expiresAt(),
                    entry.createdBy(),
                    entry.createdAt());
        }

        Lists.Whom whom() {
            return new Lists.Whom(kind, kind == Lists.Kind.IP ? canonical(value) : value);
        }

        /** An address can be written in many ways; requests are known by one of them. */
        private static String canonical(String ip) {
            String canonical = ClientAddress.canonical(ip);
            if (canonical == null) {
                throw new ProblemException(Problem.invalid("value", "must be an address of IPv4 or IPv6"));
            }
            return canonical;
        }
    }

    private final RiskEdits edits;
    private final DataSource database;

    RiskListResource(RiskEdits edits, DataSource database) {
        this.edits = edits;
        this.database = database;
    }

    @GET
    @Operation(summary = "Who is on the lists, newest first")
    @APIResponse(responseCode = "200", description = "A page of them")
    public Page<Listed> list(
            @RestQuery Lists.@Nullable List list,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        try (Connection connection = database.getConnection()) {
            return Page.of(
                            RiskSql.listedBefore(connection, Cursor.number(cursor, Long.MAX_VALUE), list, size + 1),
                            size,
                            entry -> Cursor.of(entry.id()))
                    .map(Listed::of);
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Put a user, a device or an address on a list",
            description =
                    "In force on this pod at once and on all pods within 5 s. Who is blocked in any way is not allowed in "
                            + "another.")
    @APIResponse(responseCode = "201", description = "It is on the list")
    @APIResponse(responseCode = "400", description = "invalid-request")
    @APIResponse(responseCode = "409", description = "illegal-state: it is on a list already, or the lists are full")
    public RestResponse<Listed> add(@NotNull @Valid Listed body) throws SQLException {
        return RestResponse.status(
                RestResponse.Status.CREATED,
                Listed.of(edits.add(body.list(), body.whom(), body.reason(), body.expiresAt())));
    }

    @DELETE
    @Path("/{id}")
    @Operation(summary = "Take somebody off a list")
    @APIResponse(responseCode = "204", description = "It is off the list")
    @APIResponse(responseCode = "404", description = "not-found")
    public void remove(@RestPath String id, @RestQuery @Reason @Nullable String reason) throws SQLException {
        long number;
        try {
            number = Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw RiskEdits.notListed();
        }
        edits.remove(number, reason);
    }
}
