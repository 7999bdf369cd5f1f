package io.jifen.event;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Switches the channel of events off in pods whose {@code jifen.roles} don't have "consumer". The messaging extension
 * asks the configuration, before any bean of ours could say so; a paused channel would not do, since it still takes
 * part in the group and keeps its partitions from those who would consume them.
 *
 * <p>Public, with a public constructor, because the configuration makes it.
 */
public class ConsumerSwitch implements ConfigSourceFactory {

    private static final String ROLE = "consumer";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue roles = context.getValue("jifen.roles");
        boolean on = roles == null
                || roles.getValue() == null
                || Arrays.stream(roles.getValue().split(",")).map(String::strip).anyMatch(ROLE::equalsIgnoreCase);
        return on
                ? List.of()
                : List.of(new PropertiesConfigSource(
                        Map.of("mp.messaging.incoming.events.enabled", "false"), "jifen.roles", 50));
    }
}
