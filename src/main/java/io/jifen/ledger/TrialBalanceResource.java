package io.jifen.ledger;

import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.Semaphore;
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

    /** It reads everything: a second one at the same time would only make both slower. */
    private final Semaphore running = new Semaphore(1);

    TrialBalanceResource(Checker checker) {
        this.checker = checker;
    }

    @GET
    @Operation(summary = "The books, and whether they balance", description = """
                    Reads every account, lot, entry and outcome in one snapshot and checks that they agree, while \
                    postings go on. It takes longer the more entries there are: some seconds for each hundred \
                    thousand.""")
    @APIResponse(responseCode = "200", description = "The books; `balanced` says whether anything is wrong")
    @APIResponse(responseCode = "503", description = "overloaded: this pod is at it already, for another caller")
    public TrialBalance get(
            @RestQuery
                    @DefaultValue("true")
                    @Parameter(description = "false leaves out the entries' hashes, which take most of the time")
                    boolean hashes) {
        if (!running.tryAcquire()) {
            throw new ProblemException(
                    ProblemCode.OVERLOADED, "This pod checks the books for another caller; ask again later.");
        }
        try {
            return checker.check(hashes);
        } finally {
            running.release();
        }
    }
}
