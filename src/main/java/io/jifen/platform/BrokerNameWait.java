package io.jifen.platform;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.ClientDnsLookup;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lets a consumer wait until its broker's name can be looked up. Kafka's client refuses to be made before, and the
 * connector makes it only once: at the start, which would fail, or ({@code lazy-client}) in the consumer's own thread,
 * where the channel would end for good. An interceptor is made there before the name is looked up, so it can wait there.
 * It does nothing with messages.
 *
 * <p>Public, with a public constructor, because Kafka's client makes it.
 */
@RegisterForReflection
public final class BrokerNameWait implements ConsumerInterceptor<Object, Object> {

    private static final Logger LOG = Logger.getLogger(BrokerNameWait.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Override
    public void configure(Map<String, ?> settings) {
        List<String> servers = servers(settings.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG));
        for (boolean first = true; !isKnown(servers); first = false) {
            if (first) {
                LOG.warnf(
                        "%s waits until a name of %s can be looked up",
                        settings.get(ConsumerConfig.CLIENT_ID_CONFIG), servers);
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static List<String> servers(@Nullable Object setting) {
        return setting instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : Arrays.stream(String.valueOf(setting).split(","))
                        .map(String::strip)
                        .toList();
    }

    private static boolean isKnown(List<String> servers) {
        try {
            return !ClientUtils.parseAndValidateAddresses(servers, ClientDnsLookup.USE_ALL_DNS_IPS)
                    .isEmpty();
        } catch (ConfigException e) {
            return false;
        }
    }

    @Override
    public ConsumerRecords<Object, Object> onConsume(ConsumerRecords<Object, Object> records) {
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
