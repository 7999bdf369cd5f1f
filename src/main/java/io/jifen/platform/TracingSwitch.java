package io.jifen.platform;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Makes one property of many: {@code jifen.tracing} is true where {@code quarkus.otel.sdk.disabled} is false. The
 * database's driver is wrapped for traces by a switch of its own, and has to be as it was where there are none.
 *
 * <p>Public, with a public constructor, because the configuration makes it.
 */
public class TracingSwitch implements ConfigSourceFactory {

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue disabled = context.getValue("quarkus.otel.sdk.disabled");
        boolean on = disabled != null && "false".equalsIgnoreCase(disabled.getValue());
        return List.of(new PropertiesConfigSource(
                Map.of("jifen.tracing", Boolean.toString(on)), "quarkus.otel.sdk.disabled", 50));
    }
}
