package io.jifen.level;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/levels")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
@Tag(name = "Levels")
class LevelResource {

    @Schema(name = "Level", description = "A tier that accounts reach by earning")
    record LevelView(
            @Schema(examples = "VIP1") String code,
            @Schema(examples = "VIP 1") String name,

            @Schema(description = "Earned points from which on an account has it", examples = "1000")
            long minPoints,

            @JsonRawValue
            @Schema(
                    implementation = Map.class,
                    description = "What the level brings, for others to act on",
                    examples = "{\"freeShipping\":true}")
            String privileges) {

        static LevelView of(Level level) {
            return new LevelView(level.code, level.name, level.minPoints, level.privileges);
        }
    }

    @GET
    @Operation(
            summary = "The levels, lowest first",
            description = "An account's level follows from what it earned; spending doesn't lower it.")
    @APIResponse(responseCode = "200", description = "A page of levels")
    @APIResponse(responseCode = "400", description = "invalid-request: the limit or the cursor is wrong")
    public Page<LevelView> list(
            @RestQuery @Parameter(description = "The nextCursor of the page before") @Nullable String cursor,
            @RestQuery @Parameter(description = "Levels of a page, 1 to 100; 20 if left out", example = "20") @Nullable
                    Integer limit) {
        int size = Paging.limit(limit);
        // The lowest level begins at 0.
        return Page.of(Level.above(Cursor.number(cursor, -1), size + 1), size, level -> Cursor.of(level.minPoints))
                .map(LevelView::of);
    }
}
