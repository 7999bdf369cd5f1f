package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoleSwitchTest {

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "api, consumer", "API,CONSUMER,JOBS"})
    void a_switch_is_on_where_the_role_is(String roles) {
        assertThat(isOn(Map.of("jifen.roles", roles), "consumer")).isTrue();
        assertThat(isOn(Map.of("jifen.roles", roles), "warehouse")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "api,relay,jobs", "consumers"})
    void it_is_off_where_the_role_is_not(String roles) {
        assertThat(isOn(Map.of("jifen.roles", roles), "consumer")).isFalse();
    }

    @Test
    void without_roles_a_pod_has_all_of_them() {
        assertThat(isOn(Map.of(), "consumer")).isTrue();
        assertThat(isOn(Map.of(), "warehouse")).isTrue();
    }

    private static boolean isOn(Map<String, String> settings, String role) {
        return new SmallRyeConfigBuilder()
                .withSources(new RoleSwitch())
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getValue("jifen.role." + role, Boolean.class);
    }
}
