package io.jifen.warehouse;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkersTest {

    @Test
    void nobody_takes_orders_without_a_carrier_to_give_them_to() {
        assertThatThrownBy(() -> Workers.requireCarrier(true, Optional.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("quarkus.rest-client.carrier.url");
        assertThatCode(() -> Workers.requireCarrier(false, Optional.empty())).doesNotThrowAnyException();
        assertThatCode(() -> Workers.requireCarrier(true, Optional.of("http://carrier")))
                .doesNotThrowAnyException();
    }
}
