package io.jifen.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message of {@code warehouse.shipping-requests}.
 *
 * @param type 1 purchase, 2 exchange
 * @param address of whoever gets it, an object; passed on to the carrier as it is
 */
@RegisterForReflection
record ShippingRequest(
        @NotNull @Min(1) @Max(2) Integer type,
        @NotNull @Pattern(regexp = "[!-~]{1,64}") String goodsId,
        @NotNull @Min(1) Integer quantity,
        @Nullable JsonNode address) {

    /** Longer than any address with a name, and far below what the column holds. */
    private static final int ADDRESS_MAX = 4096;

    /** Who asks, and for what: needed to answer a request that is wrong elsewhere. */
    @RegisterForReflection
    record Ids(
            @NotNull @Pattern(regexp = ID) String messageId,
            @NotNull @Pattern(regexp = ID) String exchangeId) {

        private static final String ID = "[0-9]{1,19}";
    }

    @AssertTrue(message = "must be an object of at most 4,096 characters")
    boolean isAddress() {
        return address != null && address.isObject() && address.toString().length() <= ADDRESS_MAX;
    }
}
