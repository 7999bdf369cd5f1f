package io.jifen.platform;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** A resource as the rooms write them, for the tests of what they all share. */
@Path("/api/v1/test-only")
@RunOnVirtualThread
public class TestOnlyResource {

    public record Line(@NotNull @Points @Nullable Long points) {}

    public record Body(
            @NotNull @UserId @Nullable String userId,
            @Points @Nullable Long points,
            @Money @Nullable BigDecimal amount,
            @Reason @Nullable String reason,
            @TraceId @Nullable String traceId,
            @Nullable Instant occurredAt,
            @Attributes @Nullable Map<String, Object> attributes,
            @Size(max = 3) @Nullable List<@NotNull @Valid Line> lines) {}

    public record Who(String subject, String scope, boolean user, boolean service, boolean admin) {}

    public record Asked(
            int limit,
            @Nullable Instant from,
            @Nullable LocalDate day,
            @Nullable ProblemCode code) {}

    public record Done(String done) {}

    private final Caller caller;

    TestOnlyResource(Caller caller) {
        this.caller = caller;
    }

    @POST
    @RolesAllowed(Roles.SERVICE)
    @Operation(hidden = true)
    public Body echo(@NotNull @Valid Body body) {
        return body;
    }

    @POST
    @Path("keyed")
    @RolesAllowed(Roles.SERVICE)
    @Operation(hidden = true)
    public Done keyed(@RestHeader(IdempotencyKey.HEADER) @Nullable String key, @NotNull @Valid Body body) {
        return new Done(IdempotencyKey.of(key, body.traceId()));
    }

    @GET
    @Path("list")
    @RolesAllowed({Roles.USER, Roles.SERVICE})
    @Operation(hidden = true)
    public Asked list(
            @RestQuery @Nullable Integer limit,
            @RestQuery @Nullable Instant from,
            @RestQuery @Nullable LocalDate day,
            @RestQuery @Nullable ProblemCode code,
            @RestQuery @UserId @Nullable String userId) {
        return new Asked(Paging.limit(limit), from, day, code);
    }

    @GET
    @Path("numbers/{number}")
    @RolesAllowed(Roles.SERVICE)
    @Operation(hidden = true)
    public Done number(@RestPath long number) {
        return new Done(Long.toString(number));
    }

    @GET
    @Path("users/{userId}")
    @RolesAllowed({Roles.USER, Roles.SERVICE})
    @Operation(hidden = true)
    public Who own(@RestPath String userId) {
        caller.requireOwn(userId);
        return who();
    }

    @GET
    @Path("blocking")
    @RolesAllowed({Roles.USER, Roles.SERVICE})
    @Operation(hidden = true)
    @io.smallrye.common.annotation.Blocking
    public Who onWorkerThread() {
        return who();
    }

    @GET
    @Path("admins")
    @RolesAllowed(Roles.ADMIN)
    @Operation(hidden = true)
    public Done admins() {
        return new Done("admin");
    }

    @GET
    @Path("forgotten")
    @Operation(hidden = true)
    public Done withoutRoles() {
        return new Done("open to all");
    }

    @GET
    @Path("mistake")
    @RolesAllowed(Roles.SERVICE)
    @Operation(hidden = true)
    public Done mistake() {
        throw new IllegalStateException("secret");
    }

    @GET
    @Path("database-away")
    @RolesAllowed(Roles.SERVICE)
    @Operation(hidden = true)
    public Done databaseAway() {
        throw new IllegalStateException(new SQLException("secret", "08S01"));
    }

    @GET
    @Path("refusal")
    @RolesAllowed(Roles.SERVICE)
    @Operation(hidden = true)
    public Done refusal() {
        throw new ProblemException(Problem.of(ProblemCode.INSUFFICIENT_POINTS, "10 are needed, 3 are there.")
                .with("available", 3)
                .with("required", 10)
                .withTraceId("t1"));
    }

    /** Where large files come in. */
    @Path("/api/v1/imports/test-only")
    public static class Uploads {

        @POST
        @Consumes("text/csv")
        @RolesAllowed(Roles.SERVICE)
        @Operation(hidden = true)
        public Done upload(String rows) {
            return new Done(Integer.toString(rows.length()));
        }
    }

    /** As the compatibility API is: open to all by its path, and checking for itself. */
    @Path("/api/points/test-only")
    public static class Compatible {

        private final Caller caller;

        Compatible(Caller caller) {
            this.caller = caller;
        }

        @GET
        @Path("open")
        @PermitAll
        @RunOnVirtualThread
        @Operation(hidden = true)
        public Done open() {
            return new Done(caller.isAnonymous() ? "anonymous" : caller.subject());
        }

        @GET
        @Path("closed")
        @PermitAll
        @RunOnVirtualThread
        @Operation(hidden = true)
        public Done closed() {
            caller.requireService();
            return new Done(caller.subject());
        }
    }

    private Who who() {
        return new Who(caller.subject(), caller.scope(), caller.isUser(), caller.isService(), caller.isAdmin());
    }
}
