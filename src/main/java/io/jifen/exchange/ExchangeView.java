package io.jifen.exchange;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.ledger.PostingResult;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as clients see it.
 *
 * @param result of the request that is answered; null where an exchange is only shown
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Exchange")
public record ExchangeView(
        String exchangeId,
        @Schema(examples = "bob") String userId,
        @Schema(examples = "coupon-10-yuan") String goodsId,
        @Schema(examples = "1") int quantity,

        @Schema(description = "0: it was won", examples = "100")
        long pointsCost,

        ExchangeStatus status,

        @Schema(description = "Of a coupon: its code, or the first of several") @Nullable
        String couponCode,

        @Schema(description = "Of several coupons: all their codes") @Nullable
        List<String> couponCodes,

        @Schema(description = "Once it is shipped") @Nullable
        String waybillNo,

        Instant createdAt,
        @Nullable PostingResult result) {

    static ExchangeView of(Exchange exchange, @Nullable PostingResult result) {
        List<String> codes = exchange.codes();
        return new ExchangeView(
                Long.toString(exchange.id()),
                exchange.userId(),
                exchange.goodsId(),
                exchange.quantity(),
                exchange.pointsCost(),
                exchange.status(),
                codes.isEmpty() ? null : codes.getFirst(),
                codes.size() > 1 ? codes : null,
                exchange.waybillNo(),
                exchange.createdAt(),
                result);
    }

    /** So that codes stay out of logs. */
    @Override
    public String toString() {
        return "ExchangeView[" + exchangeId + ", " + status + "]";
    }
}
