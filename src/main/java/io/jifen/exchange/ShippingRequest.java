package io.jifen.exchange;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What the warehouse is asked for, on topic {@code warehouse.shipping-requests}.
 *
 * @param type 2: an exchange
 */
@RegisterForReflection
record ShippingRequest(String messageId, String exchangeId, int type, String goodsId, int quantity, Address address) {

    static final String TOPIC = "warehouse.shipping-requests";
    static final int EXCHANGE = 2;
}
