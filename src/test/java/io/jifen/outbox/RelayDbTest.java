package io.jifen.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jifen.platform.KafkaSender;
import io.jifen.platform.PodRoles;
import io.jifen.platform.Soundness;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.TestServices;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RelayDbTest {

    private static final Instant TIME = Instant.parse("2026-11-22T08:00:00.123Z");

    @Inject
    Outbox outbox;

    @Inject
    Relay relay;

    @Inject
    DataSource database;

    @Inject
    LockProvider locks;

    @Inject
    KafkaSender sender;

    @Inject
    PodRoles roles;

    @Inject
    OutboxConfig config;

    @Inject
    MessageConfig messageConfig;

    @Inject
    Time time;

    @Inject
    MeterRegistry metrics;

    private final MeterRegistry metricsOfSecond = new SimpleMeterRegistry();

    private final String topic = "test." + UUID.randomUUID();
    private KafkaConsumer<String, String> consumer;
    private final List<ConsumerRecord<String, String>> received = new ArrayList<>();

    @BeforeEach
    void listen() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()))) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
        }
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        TestServices.kafka(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        topic,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                        500),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.subscribe(List.of(topic));
    }

    @AfterEach
    void stopListening() throws Exception {
        consumer.close();
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, "DELETE FROM outbox WHERE id < 1000");
        }
    }

    @Test
    void a_committed_message_is_published_as_a_cloud_event_and_its_row_deleted() throws Exception {
        // When
        append(message(topic, "alice", "42"));
        outbox.wake();

        // Then
        awaitReceived(Set.of("42"));
        ConsumerRecord<String, String> record = received.getFirst();
        assertThat(record.key()).isEqualTo("alice");
        assertThat(record.value()).isEqualTo("{\"n\":\"42\"}");
        assertThat(header(record, "ce_specversion")).isEqualTo("1.0");
        assertThat(header(record, "ce_id")).isEqualTo("42");
        assertThat(header(record, "ce_source")).isEqualTo("/jifen");
        assertThat(header(record, "ce_type")).isEqualTo("io.jifen.test");
        assertThat(header(record, "ce_time")).isEqualTo("2026-11-22T08:00:00.123Z");
        assertThat(header(record, "content-type")).isEqualTo("application/json");
        awaitEmptyOutbox();
    }

    @Test
    void what_is_rolled_back_is_never_published() throws Exception {
        // Given
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            outbox.append(connection, List.of(message(topic, "alice", "rolled-back")));
            connection.rollback();
            connection.setAutoCommit(true);
        }

        // When
        append(message(topic, "alice", "committed"));

        // Then
        awaitReceived(Set.of("committed"));
    }

    @Test
    void a_row_that_becomes_visible_after_a_later_one_is_published() throws Exception {
        // Given
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            outbox.append(connection, List.of(message(topic, "alice", "slow")));
            append(message(topic, "alice", "quick"));
            awaitReceived(Set.of("quick"));

            // When
            connection.commit();
            connection.setAutoCommit(true);
        }

        // Then
        awaitReceived(Set.of("quick", "slow"));
    }

    @Test
    void nothing_is_lost_while_the_broker_is_away() throws Exception {
        // Given
        append(message(topic, "alice", "before"));
        awaitReceived(Set.of("before"));
        List<String> ids = IntStream.range(0, 200).mapToObj(n -> "away-" + n).toList();

        // When
        try (var away = TestServices.kafkaService().away()) {
            for (String id : ids) {
                append(message(topic, "user-" + id, id));
            }
            outbox.wake();
            await().until(() -> waiting() > 0 && gauge(metrics, "failures") > 0);
        }

        // Then
        Set<String> all = new HashSet<>(ids);
        all.add("before");
        awaitReceived(all);
        awaitEmptyOutbox();
        await().until(() -> gauge(metrics, "failures") == 0);
    }

    @Test
    void a_row_that_can_not_be_read_stops_no_other() throws Exception {
        // Given
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, "INSERT INTO outbox (id, payload, created_at) VALUES (1, ?, '2026-11-22')", (Object)
                    new byte[] {9, 9, 9});
        }

        // When
        append(message(topic, "alice", "after"));

        // Then
        awaitReceived(Set.of("after"));
        await().untilAsserted(() -> assertThat(waiting()).isEqualTo(1));
    }

    @Test
    void of_two_relays_one_leads_and_the_other_takes_over() throws Exception {
        // Given
        await().until(() -> leads(metrics));
        Relay second = second(locks, new Soundness());

        // When
        second.start();
        append(message(topic, "alice", "one"));
        awaitReceived(Set.of("one"));

        // Then
        assertThat(leads(metrics)).isTrue();
        assertThat(leads(metricsOfSecond)).isFalse();

        // When
        relay.stop();

        // Then
        await().until(() -> leads(metricsOfSecond));
        append(message(topic, "alice", "two"));
        awaitReceived(Set.of("one", "two"));
        second.stop();
        relay.start();
    }

    @Test
    void the_lead_of_one_who_vanished_is_taken_over_after_its_term() throws Exception {
        // Given: somebody who leads, says nothing more and never hands over
        relay.stop();
        await().until(() -> !leads(metrics));
        Duration term = Duration.ofSeconds(3);
        long vanishedNanos = System.nanoTime();
        assertThat(locks.lock(new LockConfiguration(Instant.now(), "outbox-relay", term, Duration.ZERO)))
                .isPresent();

        // When
        relay.start();

        // Then
        await().atMost(Duration.ofSeconds(30)).until(() -> leads(metrics));
        assertThat(System.nanoTime() - vanishedNanos).isGreaterThanOrEqualTo(term.toNanos());
        append(message(topic, "alice", "one"));
        awaitReceived(Set.of("one"));
    }

    @Test
    void rows_beyond_what_may_wait_aside_keep_no_other_from_being_deleted() throws Exception {
        // Given
        relay.stop();
        try (Connection connection = database.getConnection()) {
            for (int id = 1; id <= 101; id++) {
                Sql.update(
                        connection,
                        "INSERT INTO outbox (id, payload, created_at) VALUES (" + id + ", ?, '2026-11-22')",
                        (Object) new byte[] {9, 9, 9});
            }
        }
        append(message(topic, "alice", "good"));
        Relay second = second(locks, new Soundness());

        // When
        second.start();

        // Then
        try {
            awaitReceived(Set.of("good"));
            await().untilAsserted(() -> assertThat(waiting()).isEqualTo(101));
            await().until(() -> gauge(metricsOfSecond, "failures") > 0);
        } finally {
            second.stop();
            relay.start();
        }
    }

    @Test
    void a_relay_that_ends_by_an_error_says_that_it_is_not_sound() throws Exception {
        // Given
        Soundness soundness = new Soundness();
        Relay second = second(
                configuration -> {
                    throw new StackOverflowError("not an exception");
                },
                soundness);

        // When
        second.start();

        // Then
        await().untilAsserted(() -> assertThat(soundness.broken()).containsOnlyKeys("the outbox relay"));
    }

    private Relay second(LockProvider locks, Soundness soundness) {
        return new Relay(
                database,
                locks,
                sender,
                roles,
                config,
                messageConfig,
                time,
                new OutboxGauges(metricsOfSecond),
                new MessageGauges(metricsOfSecond),
                soundness);
    }

    private static boolean leads(MeterRegistry metrics) {
        return gauge(metrics, "leader") == 1;
    }

    private static double gauge(MeterRegistry metrics, String name) {
        return metrics.get("jifen.outbox." + name).gauge().value();
    }

    private static OutboxMessage message(String topic, String key, String id) {
        byte[] data = "{\"n\":\"%s\"}".formatted(id).getBytes(StandardCharsets.UTF_8);
        return new OutboxMessage(topic, key, id, "io.jifen.test", TIME, data);
    }

    private void append(OutboxMessage message) throws SQLException {
        try (Connection connection = database.getConnection()) {
            outbox.append(connection, List.of(message));
        }
    }

    private long waiting() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return OutboxSql.count(connection);
        }
    }

    private void awaitEmptyOutbox() {
        await().untilAsserted(() -> assertThat(waiting()).isZero());
    }

    /** At least once, and nothing else. */
    private void awaitReceived(Set<String> ids) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            consumer.poll(Duration.ofMillis(200)).forEach(received::add);
            Set<String> distinct = new HashSet<>();
            received.forEach(record -> distinct.add(header(record, "ce_id")));
            assertThat(distinct).isEqualTo(ids);
        });
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
