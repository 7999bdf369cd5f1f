package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.services.TestServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

/** Asks a broker; needs no service. */
class ConsumerLagDbTest {

    private static final Map<String, Object> BROKER = Map.of("bootstrap.servers", TestServices.kafka());

    private final String topic = "lag." + UUID.randomUUID();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @Test
    void what_a_group_has_not_committed_is_its_lag() throws Exception {
        try (Admin admin = Admin.create(BROKER);
                var producer = new KafkaProducer<>(BROKER, new StringSerializer(), new StringSerializer())) {
            // Given
            ConsumerLag lag = new ConsumerLag(BROKER, new PodRoles(Set.of(PodRoles.Role.JOBS)), config());
            lag.start(null, metrics);
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
            for (int i = 0; i < 5; i++) {
                producer.send(new ProducerRecord<>(topic, i % 2, "key", "value"))
                        .get();
            }

            // When / Then: nobody has begun
            lag.look();
            assertThat(lag()).isEqualTo(5);

            // And: 2 of the 3 of one partition are done
            admin.alterConsumerGroupOffsets(topic, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(2)))
                    .all()
                    .get();
            lag.look();
            assertThat(lag()).isEqualTo(3);

            // And: what isn't there is not known
            admin.deleteTopics(List.of(topic)).all().get();
            lag.look();
            assertThat(lag()).isNaN();
            lag.close();
        }
    }

    @Test
    void pods_without_jobs_ask_nobody() throws Exception {
        ConsumerLag lag = new ConsumerLag(Map.of(), new PodRoles(Set.of(PodRoles.Role.API)), config());

        lag.start(null, metrics);
        lag.look();

        assertThat(metrics.getMeters()).isEmpty();
    }

    private double lag() {
        return metrics.get("jifen.consumer.lag").tag("topic", topic).gauge().value();
    }

    /** All channels are of one topic here, read by a group of its name. */
    private Config config() {
        Map<String, String> settings = new HashMap<>();
        for (String channel : List.of("events", "balances", "shippingrequests", "shippingresults")) {
            settings.put("mp.messaging.incoming." + channel + ".topic", topic);
            settings.put("mp.messaging.incoming." + channel + ".group.id", topic);
        }
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build();
    }
}
