package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A proxy that was forgotten is told of, and doesn't fill the log. */
class TrustedProxyRangesTest {

    private final TrustedProxyRanges ranges = new TrustedProxyRanges(
            new SmallRyeConfigBuilder().withMapping(ClientConfig.class).build().getConfigMapping(ClientConfig.class));

    @Test
    void once_an_hour() {
        long start = -Duration.ofMinutes(90).toNanos();

        assertThat(ranges.disbelieved(start)).isTrue();
        assertThat(ranges.disbelieved(start + 1)).isFalse();
        assertThat(ranges.disbelieved(start + Duration.ofMinutes(59).toNanos())).isFalse();
        assertThat(ranges.disbelieved(start + Duration.ofMinutes(60).toNanos())).isTrue();
        assertThat(ranges.disbelieved(0)).isFalse();
    }
}
