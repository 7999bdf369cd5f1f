package io.jifen.hello;

import io.jifen.platform.Roles;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/**
 * The least that an endpoint of this service can do, beside which its reads are measured: on the event loop like them,
 * open to all, and once more under the API's path, where a token is checked.
 */
@Path("/")
@Produces(MediaType.TEXT_PLAIN)
public class HelloResource {

    @GET
    @Path("bench/hello")
    @PermitAll
    @NonBlocking
    public String hello() {
        return "hello";
    }

    @GET
    @Path("api/v1/bench/hello")
    @RolesAllowed({Roles.USER, Roles.SERVICE})
    @NonBlocking
    public String helloToCaller() {
        return "hello";
    }
}
