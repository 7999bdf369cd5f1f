package io.jifen.event;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.rule.Simulation;
import io.jifen.rule.Simulations;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What an event would earn. Here and not beside the rules, since it takes the body of an event. */
@Path("/api/v1/simulations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Events")
class SimulationResource {

    private final Intake intake;
    private final Simulations simulations;

    SimulationResource(Intake intake, Simulations simulations) {
        this.intake = intake;
        this.simulations = simulations;
    }

    @POST
    @Operation(summary = "What would this event earn?", description = """
                    Takes the body of an event (without action) and answers what it would earn if it were sent now, \
                    rule by rule. Nothing is written, and its key is not used up.""")
    @APIResponse(responseCode = "200", description = "The points and how each rule comes to them, or why it refuses")
    @APIResponse(responseCode = "400", description = "invalid-request")
    public Simulation simulate(@NotNull(message = Event.REQUIRED) Event body) throws SQLException {
        Event event = intake.checkContent(body);
        if (event.isSpend()) {
            throw new ProblemException(Problem.invalid("action", "must be add: a simulation is about earning"));
        }
        return simulations.of(event.userId(), Intake.deed(event));
    }
}
