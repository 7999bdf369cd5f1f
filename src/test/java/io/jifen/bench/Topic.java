package io.jifen.bench;

import io.jifen.services.TestServices;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/** The broker as senders of events see it, and how far the service has read. */
final class Topic implements AutoCloseable {

    private static final String EVENTS = "points.events";
    private static final String CHANGES = "points.balance-changed";
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** A commit of offsets that failed is not repeated before the next message: then they stay behind for good. */
    private static final long STANDSTILL_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final KafkaProducer<String, String> producer = new KafkaProducer<>(
            Map.of(
                    "bootstrap.servers", TestServices.kafka(),
                    "acks", "all",
                    // Batches of a size that the broker takes far faster than anybody applies them.
                    "linger.ms", "10",
                    "batch.size", "262144",
                    // A machine that is busy elsewhere is slow, not broken.
                    "delivery.timeout.ms", "300000",
                    // See KafkaSender: the service has just made the topic.
                    "max.in.flight.requests.per.connection", "1",
                    "buffer.memory", "134217728"),
            new StringSerializer(),
            new StringSerializer());

    /** So many the service will say nothing of: see {@link #STANDSTILL_NANOS}. */
    private long unsaid;

    private final Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()));

    /** Sends so many events and returns when the broker has them all. */
    void send(int number, Supplier<Events.Event> events) {
        AtomicReference<Exception> failure = new AtomicReference<>();
        for (int i = 0; i < number; i++) {
            Events.Event event = events.get();
            producer.send(new ProducerRecord<>(EVENTS, event.userId(), event.json()), (sent, e) -> {
                if (e != null) {
                    failure.compareAndSet(null, e);
                }
            });
        }
        producer.flush();
        if (failure.get() != null) {
            throw new IllegalStateException("the broker did not take all events: " + failure.get(), failure.get());
        }
    }

    /**
     * Waits until the service has read all that is there: events, and what it tells itself of their effects; or until
     * it has said nothing new about that for a while.
     */
    void awaitRead() throws InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        long moved = begin;
        long last = -1;
        for (long left = left(); left > 0 && left != unsaid; left = left()) {
            long now = System.nanoTime();
            if (left != last) {
                last = left;
                moved = now;
            } else if (now - moved > STANDSTILL_NANOS) {
                World.say("   the service has not said that it read the last " + left + " messages");
                unsaid = left;
                return;
            }
            if (now - begin > PATIENCE_NANOS) {
                throw new IllegalStateException("the service does not read what is in the broker");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private long left() throws InterruptedException, ExecutionException {
        return unread() + behind("jifen-balance", CHANGES);
    }

    /** Events that the service has not read, or not said so. */
    long unread() throws InterruptedException, ExecutionException {
        return behind("jifen", EVENTS);
    }

    private long behind(String group, String topic) throws InterruptedException, ExecutionException {
        if (!admin.listTopics().names().get().contains(topic)) {
            return 0;
        }
        Map<TopicPartition, OffsetSpec> ends =
                admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
                        .collect(Collectors.toMap(
                                partition -> new TopicPartition(topic, partition.partition()),
                                partition -> OffsetSpec.latest()));
        var read = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        return admin.listOffsets(ends).all().get().entrySet().stream()
                .mapToLong(end -> end.getValue().offset()
                        - (read.get(end.getKey()) == null
                                ? 0
                                : read.get(end.getKey()).offset()))
                .sum();
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
