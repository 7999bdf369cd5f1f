package io.jifen.lottery;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.exchange.GoodsId;
import io.jifen.platform.Code;
import io.jifen.platform.Nickname;
import io.jifen.platform.Points;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A prize as admins write and everybody reads it. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Prize", description = "What a ticket may win")
record PrizeBody(
        @Schema(examples = "SMALL", required = true) @NotNull(message = LotteryBody.REQUIRED) @Code
        String code,

        @Schema(description = "For people; the code if left out", examples = "50 points") @Nullable @Nickname
        String name,

        @Schema(examples = "POINTS", required = true) @NotNull(message = LotteryBody.REQUIRED)
        Kind kind,

        @Schema(description = "Of all tickets, its share is this by the sum of all weights", examples = "10")
        @NotNull(message = LotteryBody.REQUIRED)
        @Min(value = 1, message = WEIGHT)
        @Max(value = 1_000_000_000, message = WEIGHT)
        Long weight,

        @Schema(description = "Points it is worth, where it is points", examples = "50") @Nullable @Points
        Long points,

        @Schema(description = "The goods, where it is goods", examples = "coupon-10-yuan") @Nullable @GoodsId
        String goodsId,

        @Schema(description = """
                                How many there are to win; left out: no limit. Of an edit, the number that the edit \
                                before set changes nothing; another number is how many there are from now on, or, with \
                                `drawn`, were when so many had been won""", examples = "100")
        @Nullable
        @Min(value = 0, message = STOCK)
        @Max(value = STOCK_MAX, message = STOCK)
        Long stock,

        @Schema(description = "How many were won. Of an edit: as it was when `stock` was looked at", examples = "3")
        @Nullable
        @Min(value = 0, message = STOCK)
        @Max(value = STOCK_MAX, message = STOCK)
        Long drawn,

        @Schema(description = """
                                Of an edit, instead of `stock`: so many more (or, below 0, fewer), whatever is won \
                                meanwhile. Needs the lottery's `version`.""", examples = "50")
        @Nullable
        @Min(value = -STOCK_MAX, message = ADD)
        @Max(value = STOCK_MAX, message = ADD)
        Long addStock,

        @Schema(description = "How likely a ticket wins it now", examples = "0.1", readOnly = true) @Nullable
        BigDecimal odds) {

    private static final String WEIGHT = "must be from 1 to 1000000000";
    private static final String STOCK = "must be from 0 to 1000000000";

    static final long STOCK_MAX = 1_000_000_000;
    private static final String ADD = "must be from -1000000000 to 1000000000";

    enum Kind {
        POINTS,
        GOODS,
        NOTHING
    }

    String shownName() {
        return name == null ? code : name;
    }

    /** As it is kept: without what is only shown. */
    PrizeBody kept() {
        return new PrizeBody(code, name, kind, weight, points, goodsId, stock, drawn, addStock, null);
    }

    PrizeBody shown(@Nullable Stock left, BigDecimal itsOdds) {
        return new PrizeBody(
                code,
                name,
                kind,
                weight,
                points,
                goodsId,
                left == null ? null : left.stock(),
                left == null ? null : Long.valueOf(left.drawn()),
                null,
                itsOdds);
    }
}
