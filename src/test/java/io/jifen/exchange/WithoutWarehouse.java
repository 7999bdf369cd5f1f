package io.jifen.exchange;

import io.jifen.services.TestServices;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The service without its warehouse, whose part the test plays: nothing takes an exchange up before the test does. */
public final class WithoutWarehouse implements QuarkusTestProfile {

    private static final String REQUESTS = "warehouse.shipping-requests";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("jifen.roles", "api,consumer,relay,jobs");
    }

    /** After all tests: the warehouse of a later one must not take up what these have answered. */
    public static void skipRequests() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()))) {
            Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
            admin.describeTopics(List.of(REQUESTS))
                    .topicNameValues()
                    .get(REQUESTS)
                    .get()
                    .partitions()
                    .forEach(one -> partitions.put(new TopicPartition(REQUESTS, one.partition()), OffsetSpec.latest()));
            Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
            admin.listOffsets(partitions)
                    .all()
                    .get()
                    .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end.offset())));
            admin.alterConsumerGroupOffsets("jifen-warehouse", ends).all().get();
        }
    }
}
