package io.jifen.platform;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How far the consumers are behind, as the broker knows it, asked by the pods that run jobs: a consumer that is gone tells
 * nothing of itself, and that is when it counts.
 */
@Singleton
class ConsumerLag {

    private static final Logger LOG = Logger.getLogger(ConsumerLag.class);

    private static final List<String> CHANNELS = List.of("events", "balances", "shippingrequests", "shippingresults");

    private static final int ANSWER_MAX_MS = 5_000;

    /** The consumers of one of our topics; what it lags is not a number where nobody knows. */
    private static final class Consumers {
        private final String topic;
        private final String group;
        private volatile double lag = Double.NaN;

        Consumers(String topic, String group) {
            this.topic = topic;
            this.group = group;
        }
    }

    private final Map<String, Object> settings;
    private final PodRoles roles;
    private final List<Consumers> consumers = new ArrayList<>();
    private @Nullable Admin admin;

    ConsumerLag(@Identifier("default-kafka-broker") Map<String, Object> broker, PodRoles roles, Config config) {
        this.roles = roles;
        settings = new HashMap<>(broker);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MAX_MS);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MAX_MS);
        for (String channel : CHANNELS) {
            String prefix = "mp.messaging.incoming." + channel + ".";
            consumers.add(new Consumers(
                    config.getValue(prefix + "topic", String.class),
                    config.getValue(prefix + "group.id", String.class)));
        }
    }

    void start(@Observes StartupEvent event, MeterRegistry metrics) {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        for (Consumers one : consumers) {
            Gauge.builder("jifen.consumer.lag", () -> one.lag)
                    .description("Messages of the topic that its consumers have not finished; NaN while nobody knows")
                    .tag("topic", one.topic)
                    .register(metrics);
        }
    }

    @Scheduled(every = "${jifen.lag-every:15s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    synchronized void look() throws InterruptedException {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        for (Consumers one : consumers) {
            try {
                one.lag = lag(client(), one);
            } catch (ExecutionException | KafkaException e) {
                one.lag = Double.NaN; // the broker is away, or there is no such topic yet
                LOG.debugf("lag of %s not known: %s", one.topic, e.toString());
            }
        }
    }

    /** The client can't be made before the broker's name resolves. */
    private Admin client() {
        Admin known = admin;
        if (known == null) {
            known = Admin.create(settings);
            admin = known;
        }
        return known;
    }

    private static double lag(Admin client, Consumers one) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        Map<TopicPartition, OffsetSpec> begins = new HashMap<>();
        for (TopicDescription described :
                client.describeTopics(List.of(one.topic)).allTopicNames().get().values()) {
            for (TopicPartitionInfo partition : described.partitions()) {
                ends.put(new TopicPartition(one.topic, partition.partition()), OffsetSpec.latest());
                begins.put(new TopicPartition(one.topic, partition.partition()), OffsetSpec.earliest());
            }
        }
        // What is done first: what comes in between counts as not done, and nothing counts as less than nothing.
        Map<TopicPartition, OffsetAndMetadata> done = client.listConsumerGroupOffsets(one.group)
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, ListOffsetsResultInfo> first =
                client.listOffsets(begins).all().get();
        Map<TopicPartition, ListOffsetsResultInfo> last =
                client.listOffsets(ends).all().get();
        double lag = 0;
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : last.entrySet()) {
            OffsetAndMetadata committed = done.get(end.getKey());
            // Of what was deleted nobody is behind; a group that has not begun yet starts with the first.
            long from = Objects.requireNonNull(first.get(end.getKey())).offset();
            lag += end.getValue().offset() - Math.max(from, committed == null ? from : committed.offset());
        }
        return lag;
    }

    @PreDestroy
    synchronized void close() {
        Admin known = admin;
        if (known != null) {
            known.close(Duration.ZERO);
        }
    }
}
