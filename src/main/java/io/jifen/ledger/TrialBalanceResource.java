package io.jifen.ledger;

import io.jifen.platform.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

@Path("/api/v1/trial-balance")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@Tag(name = "Checking")
class TrialBalanceResource {

    private final Checker checker;

    TrialBalanceResource(Checker checker) {
        this.checker = checker;
    }

    @GET
    @Operation(summary = "The books, and whether they balance", description = """
                    Reads every account, lot, entry and outcome in one snapshot and checks that they agree, while \
                    postings go on. It takes longer the more entries there are: some seconds for each hundred \
                    thousand.""")
    @APIResponse(responseCode = "200", description = "The books; `balanced` says whether anything is wrong")
    public TrialBalance get(
            @RestQuery
                    @DefaultValue("true")
                    @Parameter(description = "false leaves out the entries' hashes, which take most of the time")
                    boolean hashes) {
        return checker.check(hashes);
    }
}
