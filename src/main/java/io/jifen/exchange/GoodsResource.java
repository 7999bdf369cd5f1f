package io.jifen.exchange;

import io.jifen.platform.Caller;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.platform.Time;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
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
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/goods")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Exchange")
class GoodsResource {

    private static final String CODE = "must be 1 to 64 printable ASCII characters without spaces";

    @Schema(name = "CouponCodes", description = "Codes to give out")
    record Codes(
            @NotEmpty(message = "must be from 1 to 1000") @Size(max = 1000, message = "must be from 1 to 1000")
            List<@NotNull(message = GoodsBody.REQUIRED) @Pattern(regexp = "[!-~]{1,64}", message = CODE) String>
                    codes) {

        /** Codes are worth money: they stay out of logs. */
        @Override
        public String toString() {
            return "Codes[" + (codes == null ? 0 : codes.size()) + "]";
        }
    }

    @Schema(name = "CouponCodesAdded")
    record Added(
            @Schema(examples = "100") int added,

            @Schema(description = "Codes that nobody has yet", examples = "120")
            long stock) {}

    private final Catalog catalog;
    private final Caller caller;
    private final Time time;

    GoodsResource(Catalog catalog, Caller caller, Time time) {
        this.catalog = catalog;
        this.caller = caller;
        this.time = time;
    }

    @GET
    @RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
    @Operation(summary = "The goods", description = "A user sees what is on sale at this moment, others see all.")
    @APIResponse(responseCode = "200", description = "A page of goods")
    @APIResponse(responseCode = "400", description = "invalid-request")
    public Page<GoodsBody> list(
            @RestQuery @Nullable GoodsKind kind,
            @RestQuery Goods.@Nullable Status status,
            @RestQuery @Parameter(description = "What costs no more than these points", example = "500") @Nullable
                    Long maxPrice,
            @RestQuery @Parameter(description = "NEWEST if left out") GoodsSql.@Nullable Order sort,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        boolean user = caller.isUser();
        GoodsSql.Filter filter = new GoodsSql.Filter(
                kind, user && status == null ? Goods.Status.ON_SALE : status, maxPrice, user ? time.now() : null);
        if (user && status == Goods.Status.OFF_SALE) {
            return new Page<>(List.of(), null);
        }
        List<Goods> found = catalog.list(filter, sort == null ? GoodsSql.Order.NEWEST : sort, after(cursor), size + 1);
        return Page.of(found, size, goods -> Cursor.of(goods.pointsPrice() + ":" + goods.place()))
                .map(this::shown);
    }

    @GET
    @Path("/{goodsId}")
    @RolesAllowed({Roles.USER, Roles.SERVICE, Roles.ADMIN})
    @Operation(summary = "Goods, on sale or not")
    @APIResponse(responseCode = "200", description = "The goods")
    @APIResponse(responseCode = "404", description = "not-found")
    public GoodsBody get(@RestPath @GoodsId String goodsId) throws SQLException {
        return shown(catalog.require(goodsId));
    }

    @GET
    @Path("/{goodsId}/versions")
    @RolesAllowed(Roles.ADMIN)
    @Operation(summary = "The edits of goods, newest first", description = "Each with the stock as it left it.")
    @APIResponse(responseCode = "200", description = "A page of versions")
    @APIResponse(responseCode = "404", description = "not-found")
    public Page<GoodsBody> versions(
            @RestPath @GoodsId String goodsId, @RestQuery @Nullable String cursor, @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        int before = (int) Math.min(Integer.MAX_VALUE, Cursor.number(cursor, Integer.MAX_VALUE));
        return Page.of(catalog.versionsBefore(goodsId, before, size + 1), size, goods -> Cursor.of(version(goods)));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMIN)
    @Operation(summary = "Make goods", description = "A coupon has no stock before its codes are added.")
    @APIResponse(responseCode = "201", description = "Made")
    @APIResponse(responseCode = "400", description = "invalid-request")
    @APIResponse(responseCode = "409", description = "illegal-state: there are goods of this id; PUT edits them")
    public RestResponse<GoodsBody> make(@NotNull @Valid GoodsBody body) throws SQLException {
        return RestResponse.status(RestResponse.Status.CREATED, catalog.make(body, caller.subject()));
    }

    @PUT
    @Path("/{goodsId}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMIN)
    @Operation(summary = "Edit goods", description = """
                    The body says everything: what is left out is back at its default. Only the stock stays as it is \
                    unless it is said to be another one, so that an edit gives back nothing that was sold meanwhile; \
                    `addStock` adds to it.""")
    @APIResponse(responseCode = "200", description = "As they are now")
    @APIResponse(responseCode = "400", description = "invalid-request")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(
            responseCode = "409",
            description = "illegal-state (`state` EDITED, `version`): somebody else edited them since the version said")
    public GoodsBody edit(@RestPath @GoodsId String goodsId, @NotNull @Valid GoodsBody body) throws SQLException {
        if (body.goodsId() != null && !body.goodsId().equals(goodsId)) {
            throw new ProblemException(Problem.invalid("goodsId", "can't be changed: it must be as in the path"));
        }
        return catalog.edit(goodsId, body, caller.subject());
    }

    @POST
    @Path("/{goodsId}/coupon-codes")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMIN)
    @Operation(summary = "Add codes to a coupon", description = """
                    1 to 1,000 of them, all or none. A code is given out once; one that the goods have, or had, or \
                    that is in the request twice, is refused. So the same request again adds nothing.""")
    @APIResponse(responseCode = "200", description = "Added")
    @APIResponse(responseCode = "400", description = "invalid-request: also for a code that is there already")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state: the goods are no coupon")
    public Added addCodes(@RestPath @GoodsId String goodsId, @NotNull @Valid Codes body) throws SQLException {
        long stock = catalog.addCodes(goodsId, body.codes(), caller.subject());
        return new Added(body.codes().size(), stock);
    }

    private GoodsBody shown(Goods goods) {
        return GoodsBody.of(goods, caller.isAdmin());
    }

    private static int version(GoodsBody goods) {
        return goods.version() == null ? 0 : goods.version();
    }

    private static GoodsSql.@Nullable After after(@Nullable String cursor) {
        String text = Cursor.text(cursor);
        if (text == null) {
            return null;
        }
        try {
            int colon = text.indexOf(':');
            return new GoodsSql.After(
                    Long.parseLong(text.substring(0, Math.max(colon, 0))), Long.parseLong(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new ProblemException(
                    Problem.invalid("cursor", "must be the nextCursor of the page before, or left out"));
        }
    }
}
