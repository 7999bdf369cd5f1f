package io.jifen.rule;

import io.jifen.platform.Caller;
import io.jifen.platform.Code;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/campaigns")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Campaigns")
class CampaignResource {

    private final Edits edits;
    private final Caller caller;

    CampaignResource(Edits edits, Caller caller) {
        this.edits = edits;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "The campaigns, newest first, each as it was saved last")
    @APIResponse(responseCode = "200", description = "A page of campaigns")
    public Page<CampaignBody> list(@RestQuery @Nullable String cursor, @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        List<CampaignVersion> found = edits.campaignsMadeBefore(Cursor.text(cursor), size + 1);
        return Page.of(found, size, campaign -> Cursor.of(campaign.code())).map(CampaignBody::of);
    }

    @GET
    @Path("/{code}")
    @Operation(summary = "A campaign as it was saved last")
    @APIResponse(responseCode = "200", description = "The newest version")
    @APIResponse(responseCode = "404", description = "not-found")
    public CampaignBody get(@RestPath @Code String code) throws SQLException {
        return CampaignBody.of(edits.campaign(code));
    }

    @GET
    @Path("/{code}/versions")
    @Operation(summary = "All versions of a campaign, newest first")
    @APIResponse(responseCode = "200", description = "A page of versions")
    @APIResponse(responseCode = "404", description = "not-found")
    public Page<CampaignBody> versions(
            @RestPath @Code String code, @RestQuery @Nullable String cursor, @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        edits.campaign(code);
        List<CampaignVersion> found = edits.campaignsBefore(code, Edits.version(cursor), size + 1);
        return Page.of(found, size, campaign -> Cursor.of(campaign.version())).map(CampaignBody::of);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Make a campaign",
            description = "Known to all pods within 5 s; it counts for events that occurred between `from` and `to`.")
    @APIResponse(responseCode = "201", description = "Version 1")
    @APIResponse(responseCode = "400", description = "invalid-request: the fields, of a condition also the place")
    @APIResponse(responseCode = "409", description = "illegal-state: there is a campaign of this code; PUT edits it")
    public RestResponse<CampaignBody> make(@NotNull @Valid CampaignBody body) throws SQLException {
        if (body.code() == null) {
            throw new ProblemException(Problem.invalid("code", RuleBody.REQUIRED));
        }
        return RestResponse.status(
                RestResponse.Status.CREATED, CampaignBody.of(edits.make(body.code(), body, caller.subject())));
    }

    @PUT
    @Path("/{code}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Edit a campaign", description = """
                    Makes the next version, of which the body says everything: what is left out is back at its \
                    default. Events that occurred before it are still decided by the versions before.""")
    @APIResponse(responseCode = "200", description = "The new version")
    @APIResponse(responseCode = "400", description = "invalid-request: the fields, of a condition also the place")
    @APIResponse(responseCode = "404", description = "not-found")
    public CampaignBody edit(@RestPath @Code String code, @NotNull @Valid CampaignBody body) throws SQLException {
        if (body.code() != null && !body.code().equals(code)) {
            throw new ProblemException(Problem.invalid("code", "can't be changed: it must be as in the path"));
        }
        return CampaignBody.of(edits.edit(code, body, caller.subject()));
    }
}
