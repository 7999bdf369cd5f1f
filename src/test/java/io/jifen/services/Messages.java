package io.jifen.services;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What is on a topic, for tests that want to see what others are told. */
public final class Messages {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Messages() {}

    /** The contents of all messages that are on the topic now under this key, in their order. */
    public static List<JsonNode> of(String topic, String key) {
        return byKey(topic).getOrDefault(key, List.of());
    }

    /** The same of all keys, for less than one by one. */
    public static Map<String, List<JsonNode>> byKey(String topic) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", TestServices.kafka());
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<String, List<JsonNode>> found = new HashMap<>();
            while (partitions.stream().anyMatch(place -> consumer.position(place) < ends.get(place))) {
                for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofMillis(100))) {
                    found.computeIfAbsent(message.key(), key -> new ArrayList<>())
                            .add(JSON.readTree(message.value()));
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
