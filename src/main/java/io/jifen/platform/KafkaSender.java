package io.jifen.platform;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to the broker and says when it has them.
 *
 * <p>Kafka's producer blocks its caller while it doesn't know a topic's partitions or is out of memory, and can't even
 * be made while the broker's name doesn't resolve. So one thread stands between: callers put their message into a
 * bounded queue, and the thread makes the producer when the first one comes, and anew when it is beyond repair.
 */
@ApplicationScoped
public class KafkaSender {

    /** A guess at what a message takes beside its value: headers, key, our own objects. */
    private static final int BYTES_BESIDE_VALUE = 400;

    private static final Duration CLOSING_MAX = Duration.ofSeconds(5);

    /** How long nobody asks again for a topic that wasn't there: each time all other messages wait. */
    private static final Duration MISSING = Duration.ofSeconds(2);

    private final Map<String, Object> settings;
    private final long patienceMs;
    private final long bytesMax;
    private final Soundness soundness;
    private final Traces traces;

    private final BlockingQueue<Sending> queue = new LinkedBlockingQueue<>();
    private final AtomicLong bytesWaiting = new AtomicLong();
    private final Sending stop = new Sending(null, 0);
    private final Thread thread;
    private volatile boolean producerBroken;
    private final Map<String, Long> missingSinceNanos = new ConcurrentHashMap<>();

    KafkaSender(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            KafkaSenderConfig config,
            Soundness soundness,
            Traces traces) {
        settings = settings(broker, config);
        this.soundness = soundness;
        this.traces = traces;
        patienceMs = config.patience().toMillis();
        bytesMax = config.bytesMax().asLongValue();
        thread = Thread.ofPlatform().daemon().name("jifen-kafka-sender").unstarted(this::run);
        thread.start();
    }

    /**
     * Hands a message over without blocking. Messages of one key, sent by one thread, keep their order.
     *
     * @return done when all in-sync replicas have it. Failed with a {@link BrokerUnavailableException}, within 3 s, when
     *     nobody knows whether they have, or too many messages wait already, or (a {@link TopicMissingException}) there
     *     is no such topic; with an {@link IllegalArgumentException} when the broker will never take this message
     */
    public CompletionStage<Void> send(String topic, String key, byte @Nullable [] value, Map<String, String> headers) {
        int bytes = (value == null ? 0 : value.length) + BYTES_BESIDE_VALUE;
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, null, key, value, headers(headers));
        Sending sending = new Sending(record, bytes);
        if (bytesWaiting.addAndGet(sending.bytes) > bytesMax) {
            bytesWaiting.addAndGet(-sending.bytes);
            return CompletableFuture.failedFuture(
                    new BrokerUnavailableException("too many messages wait for the broker"));
        }
        Span span = traces.sending(topic, record.headers());
        if (span != null) {
            sending.whenComplete((done, failure) -> {
                span.setStatus(failure == null ? StatusCode.UNSET : StatusCode.ERROR);
                span.end();
            });
        }
        queue.add(sending);
        return sending.orTimeout(patienceMs, TimeUnit.MILLISECONDS).exceptionally(failure -> {
            throw named(failure);
        });
    }

    /** What was handed over before still goes out. */
    @PreDestroy
    void close() throws InterruptedException {
        queue.add(stop);
        thread.join(CLOSING_MAX);
    }

    private void run() {
        try {
            sendAll();
        } catch (RuntimeException | Error e) {
            soundness.broken("the sender to Kafka", e);
            throw e;
        }
    }

    private void sendAll() {
        KafkaProducer<String, byte[]> producer = null;
        for (Sending next = take(); next != stop; next = take()) {
            if (next.isDone()) { // its caller has given up
                next.release();
                continue;
            }
            if (isMissing(next.topic())) {
                next.completed(null, new TopicMissingException(next.topic()));
                continue;
            }
            try {
                if (producer == null || producerBroken) {
                    producer = anew(producer);
                }
                producer.send(next.record, next::completed);
            } catch (RuntimeException e) { // the producer can't be made, or was closed by a fatal error
                producerBroken = true;
                next.completed(null, e);
            }
        }
        if (producer != null) {
            producer.close(CLOSING_MAX);
        }
    }

    private boolean isMissing(String topic) {
        Long since = missingSinceNanos.get(topic);
        return since != null && System.nanoTime() - since < MISSING.toNanos();
    }

    private Sending take() {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            return stop; // nobody interrupts this thread but a JVM that goes down
        }
    }

    private KafkaProducer<String, byte[]> anew(@Nullable KafkaProducer<String, byte[]> broken) {
        if (broken != null) {
            broken.close(Duration.ZERO);
        }
        KafkaProducer<String, byte[]> made =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        producerBroken = false;
        return made;
    }

    /** One message on its way; done when its caller has an answer, released when the producer has no use for it. */
    private final class Sending extends CompletableFuture<Void> {

        private final @Nullable ProducerRecord<String, byte[]> record;
        private final int bytes;

        Sending(@Nullable ProducerRecord<String, byte[]> record, int bytes) {
            this.record = record;
            this.bytes = bytes;
        }

        String topic() {
            return record == null ? "" : record.topic();
        }

        void completed(@Nullable Object metadata, @Nullable Exception failure) {
            release();
            if (failure == null) {
                complete(null);
            } else if (failure.getCause() instanceof UnknownTopicOrPartitionException) {
                missingSinceNanos.put(topic(), System.nanoTime());
                completeExceptionally(new TopicMissingException(topic()));
            } else if (failure instanceof TopicMissingException) {
                completeExceptionally(failure);
            } else {
                producerBroken |= !(failure instanceof RetriableException) && !isOfTheMessage(failure);
                completeExceptionally(failure);
            }
        }

        void release() {
            bytesWaiting.addAndGet(-bytes);
        }
    }

    private static RuntimeException named(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TopicMissingException missing) {
            return missing;
        }
        return isOfTheMessage(cause)
                ? new IllegalArgumentException("the broker will never take this message", cause)
                : new BrokerUnavailableException("the broker has not confirmed the message", cause);
    }

    private static boolean isOfTheMessage(Throwable failure) {
        return failure instanceof RecordTooLargeException || failure instanceof InvalidTopicException;
    }

    private static List<Header> headers(Map<String, String> headers) {
        List<Header> list = new ArrayList<>(headers.size());
        headers.forEach((name, value) -> list.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8))));
        return list;
    }

    private static Map<String, Object> settings(Map<String, Object> broker, KafkaSenderConfig config) {
        Map<String, Object> settings = new HashMap<>(broker);
        long patienceMs = config.patience().toMillis();
        long lingerMs = config.linger().toMillis();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // With several on their way, a partition just made may refuse the first and take the second, as it takes any
        // number of a producer that it doesn't know. Then the first comes too late for ever.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, lingerMs);
        // A batch as large as what gathers in those milliseconds; most of it is text, and lz4 costs least.
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        // Less, so that there is time left to say that it was the topic that is missing.
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patienceMs * 4 / 5);
        // Nobody waits longer than that for an answer, so neither does the producer.
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) patienceMs);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.max(1, patienceMs * 4 / 5 - lingerMs));
        // Twice what may wait: batches are taken whole, so memory for a message is there before its last byte is used.
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * config.bytesMax().asLongValue());
        return settings;
    }
}
