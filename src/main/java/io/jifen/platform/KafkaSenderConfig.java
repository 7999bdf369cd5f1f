package io.jifen.platform;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the service sends to Kafka; the broker's address and credentials are Quarkus' own {@code kafka.*} properties. */
@ConfigMapping(prefix = "jifen.kafka")
interface KafkaSenderConfig {

    /** How long a message may wait for the broker's ack: clients are promised an answer within 3 s. */
    @WithDefault("2500ms")
    Duration patience();

    /** How long a message waits for others to go with it: a few make one request of many at no visible delay. */
    @WithDefault("3ms")
    Duration linger();

    /**
     * What may wait for acks at once, in bytes of values and headers; more is refused. Seconds of full load, and still
     * little beside the memory of a pod.
     */
    @WithDefault("32M")
    MemorySize bytesMax();
}
