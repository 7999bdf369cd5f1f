package io.jifen.event;

import io.jifen.ledger.Ledger;
import io.jifen.platform.Ids;
import io.jifen.platform.KafkaSender;
import io.jifen.platform.Problem;
import io.jifen.platform.Time;
import io.jifen.platform.TopicMissingException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Puts messages aside that can never be applied: on a topic for programs, in a table for people. A door of the room for
 * those who read other topics, whose messages are in the table alone.
 */
@Singleton
public class DeadLetters {

    static final String TOPIC = "points.events.dlq";

    /** What goes out at once: a part of what may wait for the broker, and of what the database takes in one packet. */
    private static final int CHUNK_BYTES = 8 << 20;

    private static final Logger LOG = Logger.getLogger(DeadLetters.class);

    private final KafkaSender sender;
    private final Ledger ledger;
    private final DataSource database;
    private final Ids ids;
    private final Time time;
    private final MeterRegistry metrics;

    DeadLetters(KafkaSender sender, Ledger ledger, DataSource database, Ids ids, Time time, MeterRegistry metrics) {
        this.sender = sender;
        this.ledger = ledger;
        this.database = database;
        this.ids = ids;
        this.time = time;
        this.metrics = metrics;
    }

    /** Counters are there from the start: of one that comes with its first letter nobody sees that it rose. */
    void start(@Observes StartupEvent event) {
        expect(EventPublisher.TOPIC);
    }

    /** The same for a topic that others read. */
    public void expect(String topic) {
        count(topic, 0);
    }

    /**
     * Puts them aside, and returns when both the broker and the database have them; the table alone has what the topic
     * never takes, or what comes while there is no topic. After a failure it can be called again: the table takes each
     * once, the topic at least once.
     */
    void bury(List<DeadLetter> letters) {
        int first = 0;
        long bytes = 0;
        for (int i = 0; i < letters.size(); i++) {
            bytes += bytes(letters.get(i));
            if (bytes >= CHUNK_BYTES) {
                buryAtOnce(letters.subList(first, i + 1));
                first = i + 1;
                bytes = 0;
            }
        }
        if (first < letters.size()) {
            buryAtOnce(letters.subList(first, letters.size()));
        }
    }

    /** Keeps a message of another topic, once, however often it is delivered. */
    public void store(ConsumerRecord<byte[], byte[]> record, Problem problem) throws SQLException {
        DeadLetter letter = new DeadLetter(
                record.topic(),
                record.partition(),
                record.offset(),
                record.key(),
                record.value(),
                DeadLetter.Origin.UNKNOWN,
                problem.code(),
                problem.detail());
        try (Connection connection = database.getConnection()) {
            EventSql.insertDeadLetters(connection, List.of(letter), ids, time.now());
        }
        count(letter.topic(), 1);
        LOG.warnf(
                "message put aside: topic=%s partition=%d offset=%d code=%s",
                letter.topic(), letter.partition(), letter.offset(), letter.code());
    }

    private void count(String topic, int letters) {
        Counter.builder("jifen.events.dead")
                .description("Messages put aside since they can never be applied, by the topic they came from")
                .tag("topic", topic)
                .register(metrics)
                .increment(letters);
    }

    private static int bytes(DeadLetter letter) {
        return letter.payload() == null ? 0 : letter.payload().length;
    }

    private void buryAtOnce(List<DeadLetter> letters) {
        CompletableFuture.allOf(letters.stream().map(this::send).toArray(CompletableFuture[]::new))
                .join();
        try (Connection connection = database.getConnection()) {
            EventSql.insertDeadLetters(connection, letters, ids, time.now());
        } catch (SQLException e) {
            throw new CompletionException("the dead letters can't be stored", e);
        }
        for (DeadLetter letter : letters) {
            String traceId = letter.origin().traceId();
            if (traceId != null) {
                // Its sender may ask what became of it.
                ledger.markDead(Intake.key(traceId), letter.origin().userId(), letter.code());
            }
            LOG.warnf(
                    "event put aside: topic=%s partition=%d offset=%d code=%s traceId=%s",
                    letter.topic(), letter.partition(), letter.offset(), letter.code(), traceId);
        }
        letters.forEach(letter -> count(letter.topic(), 1));
    }

    private CompletableFuture<Void> send(DeadLetter letter) {
        Map<String, String> headers = Map.of("jifen-code", letter.code(), "jifen-detail", letter.detail());
        return sender.send(TOPIC, key(letter), letter.payload(), headers)
                .exceptionally(failure -> {
                    if (failure.getCause() instanceof IllegalArgumentException
                            || failure.getCause() instanceof TopicMissingException) {
                        // Too long with its headers, or nobody has made the topic: the events behind it can't wait.
                        LOG.warnf(
                                failure.getCause(),
                                "dead letter only in the table: partition=%d offset=%d",
                                letter.partition(),
                                letter.offset());
                        return null;
                    }
                    throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
                })
                .toCompletableFuture();
    }

    /** The message's own; one that came without is kept with its user's others all the same. */
    private static String key(DeadLetter letter) {
        if (letter.key() != null) {
            return new String(letter.key(), StandardCharsets.UTF_8);
        }
        String userId = letter.origin().userId();
        return userId == null ? "" : userId;
    }
}
