package io.jifen.warehouse;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jifen.services.TestServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What another system sees of the warehouse: its two topics. */
final class ShippingTopics implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String REQUESTS = "warehouse.shipping-requests";
    private static final String RESULTS = "warehouse.shipping-results";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<JsonNode> received = new ArrayList<>();

    /** Sees what comes from now on, once there are topics. */
    ShippingTopics() {
        Map<String, Object> settings = Map.of("bootstrap.servers", TestServices.kafka(), "metadata.max.age.ms", 500);
        Map<String, Object> reading = new HashMap<>(settings);
        reading.put("allow.auto.create.topics", false); // that is the service's to do
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<PartitionInfo> partitions = await().atMost(PATIENCE)
                .until(() -> consumer.partitionsFor(RESULTS), found -> found != null && !found.isEmpty());
        List<TopicPartition> all = partitions.stream()
                .map(partition -> new TopicPartition(RESULTS, partition.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position); // which is lazy otherwise
    }

    /** An id that nobody else has, later than those of the service. */
    static long fresh() {
        return ThreadLocalRandom.current().nextLong(1L << 61, 1L << 62);
    }

    static String request(long messageId, long exchangeId) {
        return """
                {"messageId":"%d","exchangeId":"%d","type":2,"goodsId":"77","quantity":1,"address":
                {"name":"Li Si","phone":"13800000000","region":"Shanghai","line":"1 Road","postcode":"200000"}}""".formatted(messageId, exchangeId);
    }

    /** Returns when the broker has it. */
    void send(long exchangeId, String request) {
        byte[] key = Long.toString(exchangeId).getBytes(StandardCharsets.UTF_8);
        try {
            producer.send(new ProducerRecord<>(REQUESTS, key, request.getBytes(StandardCharsets.UTF_8)))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The results for this exchange so far. */
    List<JsonNode> results(long exchangeId) {
        consumer.poll(Duration.ofMillis(50)).forEach(record -> received.add(json(record.value())));
        return received.stream()
                .filter(result -> result.path("exchangeId").asText().equals(Long.toString(exchangeId)))
                .toList();
    }

    /** The first result for this exchange with this status. */
    JsonNode awaitResult(long exchangeId, String status) {
        Predicate<JsonNode> wanted = result -> result.path("status").asText().equals(status);
        return await("result " + status)
                .atMost(PATIENCE)
                .until(() -> results(exchangeId), results -> results.stream().anyMatch(wanted))
                .stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode json(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
