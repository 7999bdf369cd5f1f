package io.jifen.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumerSwitchTest {

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "api, consumer", "API,CONSUMER,JOBS"})
    void the_channel_is_left_on_where_the_role_is(String roles) {
        assertThat(enabled(Map.of("jifen.roles", roles))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "api,relay,jobs", "consumers"})
    void the_channel_is_off_where_the_role_is_not(String roles) {
        assertThat(enabled(Map.of("jifen.roles", roles))).contains("false");
    }

    @Test
    void without_roles_a_pod_has_all_of_them() {
        assertThat(enabled(Map.of())).isEmpty();
    }

    private static Optional<String> enabled(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withSources(new ConsumerSwitch())
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getOptionalValue("mp.messaging.incoming.events.enabled", String.class);
    }
}
