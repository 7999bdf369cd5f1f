package io.jifen.local;

import io.jifen.fake.TokenIssuer;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** A token for whoever asks. */
@Path("/dev/token")
@PermitAll
public class DevTokenResource {

    public record Token(String token) {}

    private final TokenIssuer issuer;

    DevTokenResource(@ConfigProperty(name = "jifen.local.folder") java.nio.file.Path folder) throws IOException {
        this.issuer = TokenIssuer.load(folder.resolve("keys"));
    }

    /** Valid for a year, whatever the service's clock says: tokens are checked against real time. */
    @GET
    @Operation(hidden = true)
    public Token token(
            @RestQuery @DefaultValue("alice") String user, @RestQuery @DefaultValue("points-user") String role) {
        try {
            return new Token(issuer.token(user, role, Duration.ofDays(365)));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, e.getMessage());
        }
    }
}
