package io.jifen.exchange;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/** What the warehouse says became of a request, on topic {@code warehouse.shipping-results}. */
@RegisterForReflection
record ShippingResult(
        @NotNull(message = REQUIRED) @Pattern(regexp = NUMBER, message = "must be a number")
        String messageId,

        @NotNull(message = REQUIRED) @Pattern(regexp = NUMBER, message = "must be a number")
        String exchangeId,

        @NotNull(message = REQUIRED) Status status,

        @Pattern(regexp = "[!-~]{1,64}", message = "must be 1 to 64 printable ASCII characters without spaces")
        @Nullable
        String waybillNo) {

    private static final String REQUIRED = "is required";
    private static final String NUMBER = "[0-9]{1,19}";

    /** The states that are the warehouse's to say. */
    enum Status {
        SHIPPING_REQUESTED(ExchangeStatus.SHIPPING_REQUESTED),
        SHIPPED(ExchangeStatus.SHIPPED),
        DELIVERED(ExchangeStatus.DELIVERED),
        FAILED(ExchangeStatus.FAILED);

        final ExchangeStatus ofExchange;

        Status(ExchangeStatus ofExchange) {
            this.ofExchange = ofExchange;
        }
    }
}
