package io.jifen.warehouse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.rest.client.reactive.ClientExceptionMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jspecify.annotations.Nullable;

/** The carrier's API, at {@code quarkus.rest-client.carrier.url}. */
@RegisterRestClient(configKey = "carrier")
@Path("/waybills")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public interface Carrier {

    /**
     * What is to be sent.
     *
     * @param address JSON as it came with the request
     */
    @RegisterForReflection
    record Consignment(
            String reference,
            String goodsId,
            int quantity,
            @JsonRawValue String address) {}

    @RegisterForReflection
    record Waybill(@Nullable String waybillNo) {}

    /**
     * Where a parcel is.
     *
     * @param status such as {@code IN_TRANSIT}; {@code DELIVERED} is the one with a meaning here
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Progress(@Nullable String status, @Nullable List<Step> steps) {}

    /** What happened to it, and when. */
    @RegisterForReflection
    record Step(@Nullable Instant time, @Nullable String text) {}

    /** What is wrong with the request itself: asked again, it is refused again. */
    Set<Integer> REFUSED = Set.of(400, 413, 422);

    /** It was turned away at the door, for a reason that passes. */
    Set<Integer> NOT_NOW = Set.of(401, 403, 404, 425, 429);

    /** Orders a waybill; with the same key the same one. */
    @POST
    Waybill order(@HeaderParam("Idempotency-Key") String key, Consignment consignment);

    @GET
    @Path("/{waybillNo}")
    Progress progress(@PathParam("waybillNo") String waybillNo);

    /** After any other status, such as 409 to a repetition or 502, nobody knows whether it was taken. */
    @ClientExceptionMapper
    static @Nullable RuntimeException refusal(Response response) {
        int status = response.getStatus();
        if (REFUSED.contains(status)) {
            return new CarrierRefusedException(status);
        }
        return NOT_NOW.contains(status) ? new CarrierBusyException(status) : null;
    }
}
