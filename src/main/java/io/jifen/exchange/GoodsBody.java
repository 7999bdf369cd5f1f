package io.jifen.exchange;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Code;
import io.jifen.platform.Nickname;
import io.jifen.platform.Points;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Goods as admins write and everybody reads them. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Goods", description = "What points buy")
public record GoodsBody(
        @Schema(
                description = "Made by the service if left out; of an edit, what the path says",
                examples = "coupon-10-yuan")
        @Nullable
        @GoodsId
        String goodsId,

        @Schema(examples = "A coupon of 10 yuan", required = true) @NotBlank(message = REQUIRED) @Nickname
        String name,

        @Schema(description = "Can't be changed later", examples = "COUPON", required = true)
        @NotNull(message = REQUIRED)
        GoodsKind kind,

        @Schema(description = "Points that one costs", examples = "100", required = true)
        @NotNull(message = REQUIRED)
        @Points
        Long pointsPrice,

        @Schema(description = """
                                How many there are. Of an edit: left out, or the number that the edit before set, it \
                                changes nothing; another number is how many there are from now on, or, with `sold`, \
                                were when so many had been sold. Of coupons it counts the codes that are left, \
                                whatever a request says.""", examples = "50", defaultValue = "0")
        @Nullable
        @Min(value = 0, message = STOCK)
        @Max(value = STOCK_MAX, message = STOCK)
        Long stock,

        @Schema(description = "How many a user may have in all; 0: no limit", examples = "2", defaultValue = "0")
        @Nullable
        @Min(value = 0, message = LIMIT)
        @Max(value = 1_000_000, message = LIMIT)
        Integer perUserLimit,

        @Schema(description = "The lowest level that may have it", examples = "VIP1") @Nullable @Code
        String requiredLevel,

        @Schema(description = "On sale from then on") @Nullable
        Instant onSaleFrom,

        @Schema(description = "Until then, exclusive") @Nullable
        Instant onSaleTo,

        @Schema(defaultValue = "ON_SALE") Goods.@Nullable Status status,

        @Schema(description = "How many exchanges took. Of an edit: as it was when `stock` was looked at")
        @Nullable
        @Min(value = 0, message = STOCK)
        @Max(value = STOCK_MAX, message = STOCK)
        Long sold,

        @Schema(
                description =
                        "Counts the edits, from 1; for admins. Of an edit: the one that was looked at, and if there "
                                + "was another since, this one is refused")
        @Nullable
        Integer version,

        @Schema(description = "Who made the last edit; for admins", readOnly = true) @Nullable
        String updatedBy,

        @Schema(description = "When that was; for admins", readOnly = true) @Nullable
        Instant updatedAt,

        @Schema(description = """
                                Of an edit, instead of `stock`: so many more (or, below 0, fewer), whatever is sold \
                                meanwhile. Needs `version`, so that the same edit sent twice adds once.""", examples = "50")
        @Nullable
        @Min(value = -STOCK_MAX, message = ADD)
        @Max(value = STOCK_MAX, message = ADD)
        Long addStock) {

    static final String REQUIRED = "is required";
    static final long STOCK_MAX = 1_000_000_000;
    private static final String STOCK = "must be from 0 to 1000000000";
    private static final String ADD = "must be from -1000000000 to 1000000000";
    private static final String LIMIT = "must be from 0 to 1000000";

    /** Goods without limits or dates. */
    public static GoodsBody of(String goodsId, String name, GoodsKind kind, long pointsPrice, long stock) {
        return new GoodsBody(
                goodsId, name, kind, pointsPrice, stock, null, null, null, null, null, null, null, null, null, null);
    }

    static GoodsBody of(Goods goods, boolean forAdmins) {
        return new GoodsBody(
                goods.goodsId(),
                goods.name(),
                goods.kind(),
                goods.pointsPrice(),
                goods.stock(),
                goods.perUserLimit(),
                goods.requiredLevel(),
                goods.onSaleFrom(),
                goods.onSaleTo(),
                goods.status(),
                goods.sold(),
                forAdmins ? goods.version() : null,
                forAdmins ? goods.updatedBy() : null,
                forAdmins ? goods.updatedAt() : null,
                null);
    }

    /** What this body makes of goods; the stock is its caller's to say. */
    Goods goods(String id, long place, int number, String by, Instant now) {
        return new Goods(
                id,
                place,
                name,
                kind,
                pointsPrice,
                0,
                0,
                null,
                perUserLimit == null ? 0 : perUserLimit,
                requiredLevel,
                onSaleFrom,
                onSaleTo,
                status == null ? Goods.Status.ON_SALE : status,
                number,
                by,
                now);
    }
}
