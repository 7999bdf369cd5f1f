package io.jifen.platform;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Makes a property of each role, {@code jifen.role.consumer} for example, which is true where {@code jifen.roles} has it:
 * the channels of messages are switched on by them. The messaging extension asks the configuration, before any bean of
 * ours could say so; a paused channel would not do, since it still takes part in the group and keeps its partitions from
 * those who would consume them.
 *
 * <p>Public, with a public constructor, because the configuration makes it.
 */
public class RoleSwitch implements ConfigSourceFactory {

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue roles = context.getValue("jifen.roles");
        Map<String, String> switches = new HashMap<>();
        for (PodRoles.Role role : PodRoles.Role.values()) {
            boolean on = roles == null
                    || roles.getValue() == null
                    || Arrays.stream(roles.getValue().split(","))
                            .map(String::strip)
                            .anyMatch(role.name()::equalsIgnoreCase);
            switches.put("jifen.role." + role.name().toLowerCase(Locale.ROOT), Boolean.toString(on));
        }
        return List.of(new PropertiesConfigSource(switches, "jifen.roles", 50));
    }
}
