package io.jifen.spend;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How much cheaper a user's points can make an order. */
@RegisterForReflection
@Schema(name = "CashQuote", description = "How much cheaper a user's points can make an order")
record CashQuote(
        @Schema(
                description = "The most that may be held for the order; 0 if that is below the minimum",
                examples = "5000")
        long maxPoints,

        @Schema(description = "Money that they take off", examples = "50.00")
        BigDecimal maxAmount,

        @Schema(description = "Points for one yuan", examples = "100")
        BigDecimal rate,

        @Schema(description = "Points the user has", examples = "8000")
        long available) {

    private static final int CENTS = 2;

    /**
     * The quote, rounded down everywhere: a point never takes off more than it is worth, nor an order more points than
     * its share.
     *
     * @param orderAmount 0 or more, at most 2 decimals
     */
    static CashQuote of(BigDecimal orderAmount, long available, CashConfig terms) {
        BigDecimal share = orderAmount.multiply(terms.maxShare()).setScale(CENTS, RoundingMode.DOWN);
        long worth = share.multiply(terms.pointsPerYuan())
                .setScale(0, RoundingMode.DOWN)
                .longValueExact();
        long points = Math.min(available, worth);
        long inSteps = points - points % terms.step();
        long maxPoints = inSteps < terms.minPoints() ? 0 : inSteps;
        BigDecimal amount = BigDecimal.valueOf(maxPoints).divide(terms.pointsPerYuan(), CENTS, RoundingMode.DOWN);
        return new CashQuote(maxPoints, amount, terms.pointsPerYuan(), available);
    }
}
