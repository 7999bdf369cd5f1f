package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracingSwitchTest {

    @Test
    void tracing_is_off_unless_its_one_property_says_otherwise() {
        assertThat(isOn(Map.of())).isFalse();
        assertThat(isOn(Map.of("quarkus.otel.sdk.disabled", "true"))).isFalse();
        assertThat(isOn(Map.of("quarkus.otel.sdk.disabled", "false"))).isTrue();
    }

    private static boolean isOn(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withSources(new TracingSwitch())
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getValue("jifen.tracing", Boolean.class);
    }
}
