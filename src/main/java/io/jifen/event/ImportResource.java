package io.jifen.event;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.platform.Caller;
import io.jifen.platform.Ids;
import io.jifen.platform.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Files of another system, read while they are sent. */
@Path("/api/v1/imports")
@Consumes(ImportResource.CSV)
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Compatibility")
class ImportResource {

    static final String CSV = "text/csv";

    private final Imports imports;
    private final DataSource database;
    private final Audit audit;
    private final Ids ids;
    private final Caller caller;

    ImportResource(Imports imports, DataSource database, Audit audit, Ids ids, Caller caller) {
        this.imports = imports;
        this.database = database;
        this.audit = audit;
        this.ids = ids;
        this.caller = caller;
    }

    @POST
    @Path("/members")
    @Operation(summary = "Import the members of a simple points system", description = """
                    Opens an account per row, with its points as one lot that expires on the day of `expired_at`. \
                    Columns, by the names in the first row: `openid`, `points`, and if they are there `nickname` (or \
                    `nick`), `level` 0–5, `used_points`, `expired_at`; others are not read. Rows that are wrong are \
                    listed, the others are imported; the same file again changes nothing.""")
    @APIResponse(responseCode = "200", description = "What became of the rows")
    @APIResponse(responseCode = "400", description = "invalid-request: the file can't be read (on)")
    public ImportReport members(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = CSV,
                                            schema = @Schema(type = SchemaType.STRING),
                                            examples = @ExampleObject(name = "members", value = """
                                                                    openid,nickname,level,points,used_points,expired_at,created_at
                                                                    o-1,Li Si,1,200,50,2030-12-31 00:00:00,2020-01-01 08:00:00
                                                                    """)))
                    InputStream csv)
            throws IOException, SQLException {
        String id = begin("MEMBERS");
        return ended("MEMBERS", id, imports.members(csv, caller.subject()));
    }

    @POST
    @Path("/points-details")
    @Operation(summary = "Import the details that explain the members' points", description = """
                    Before or after the members: details wait for their account, and what they leave unexplained of \
                    its balance is one ADJUST entry. Columns: `openid`, `points`, `action` add or sub, `created_at`, \
                    and if they are there `id`, `reason`. The same file again changes nothing; equal rows without an \
                    id are rows of their own.""")
    @APIResponse(responseCode = "200", description = "What became of the rows")
    @APIResponse(responseCode = "400", description = "invalid-request: the file can't be read (on)")
    public ImportReport details(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = CSV,
                                            schema = @Schema(type = SchemaType.STRING),
                                            examples = @ExampleObject(name = "points_details", value = """
                                                                    id,openid,points,action,reason,created_at
                                                                    17,o-1,250,add,sys_init,2020-01-01 08:00:00
                                                                    18,o-1,50,sub,A mug,2021-05-01 12:30:00
                                                                    """)))
                    InputStream csv)
            throws IOException, SQLException {
        String id = begin("POINTS_DETAILS");
        return ended("POINTS_DETAILS", id, imports.details(csv, caller.subject()));
    }

    /** Before the first row, since each is a transaction of its own, and one that breaks off has imported some. */
    private String begin(String file) throws SQLException {
        String id = Long.toString(ids.next());
        record(audit.act(caller.subject(), "BEGIN", "IMPORT", id).to(Map.of("file", file)));
        return id;
    }

    private ImportReport ended(String file, String id, ImportReport report) throws SQLException {
        record(audit.act(caller.subject(), "END", "IMPORT", id)
                .to(Map.of(
                        "file", file,
                        "imported", report.imported(),
                        "unchanged", report.unchanged(),
                        "rejectedRows", report.rejectedRows())));
        return report;
    }

    private void record(Act act) throws SQLException {
        try (Connection connection = database.getConnection()) {
            audit.record(connection, act);
        }
    }
}
