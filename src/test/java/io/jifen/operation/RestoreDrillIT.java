package io.jifen.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jifen.services.AppProcess;
import io.jifen.services.MariaDbTools;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drill of docs/operations.md: dump, lose, restore, replay. On a database and a topic of its own. */
class RestoreDrillIT {

    private static final String DATABASE = "jifen_drill";
    private static final int USERS = 10;
    private static final int EVENTS = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String topic = "drill." + run;

    @Test
    void what_a_dump_does_not_have_comes_back_from_kafka(@TempDir Path folder) throws Exception {
        try (Admin broker = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()));
                var sender = new KafkaProducer<>(
                        // See KafkaSender: the topic has just been made.
                        Map.of("bootstrap.servers", TestServices.kafka(), "max.in.flight.requests.per.connection", "1"),
                        new StringSerializer(),
                        new StringSerializer())) {
            broker.createTopics(List.of(new NewTopic(topic, 3, (short) 1)))
                    .all()
                    .get();
            createDatabase();
            Path dump = folder.resolve("dump.sql");
            Map<String, JsonNode> before;
            Instant dumped;

            // Given: a dump that is taken while events are applied, and more events, and a spend, after it
            try (AppProcess pod = AppProcess.start(settings())) {
                send(sender, 0);
                await().atMost(PATIENCE)
                        .until(() -> account(pod, 0).path("version").asLong() > 0);
                dumped = Instant.now();
                MariaDbTools.dump(DATABASE, dump);
                send(sender, 1);
                awaitApplied(pod);
                assertThat(spend(pod).statusCode()).isEqualTo(201);
                before = accounts(pod);

                // When: all is lost
                pod.kill();
            }
            createDatabase();

            // And: the dump comes back, Redis forgets what it knows better, consumers begin before the dump
            MariaDbTools.restore(DATABASE, dump);
            forgetBalances();
            rewind(broker, dumped.minusSeconds(60));
            try (AppProcess pod = AppProcess.start(settings())) {

                // Then: every event has had its effect once, whether or not the dump had it
                awaitApplied(pod);
                assertThat(points(accounts(pod))).isNotEqualTo(points(before));

                // And: what was posted over HTTP since comes back when its caller sends it again
                assertThat(spend(pod).statusCode()).isEqualTo(201);
                assertThat(spend(pod).statusCode()).isEqualTo(200);
                assertThat(points(accounts(pod))).isEqualTo(points(before));
                for (int i = 0; i < USERS; i++) {
                    assertThat(get(pod, "/accounts/" + user(i) + "/balance").path("available"))
                            .isEqualTo(account(pod, i).path("available"));
                }
                JsonNode books = get(pod, "/trial-balance");
                assertThat(books.path("violations")).as(books.toString()).isEmpty();
                assertThat(books.path("balanced").asBoolean()).isTrue();
            }
        }
    }

    /** Its consumers are a group of their own; what a pod publishes goes where all others' goes, and is not asked for. */
    private Map<String, String> settings() {
        return Map.of(
                "quarkus.datasource.jdbc.url",
                jdbcUrl(DATABASE),
                "jifen.roles",
                "api,consumer",
                "mp.messaging.incoming.events.topic",
                topic,
                "mp.messaging.incoming.events.group.id",
                topic);
    }

    private static String jdbcUrl(String database) {
        return TestServices.jdbcUrl().replaceFirst("/[^/?]*(\\?|$)", "/" + database + "$1");
    }

    /** Anew, and empty. */
    private static void createDatabase() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        TestServices.jdbcUrl(), TestServices.jdbcUser(), TestServices.jdbcPassword());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + DATABASE);
            statement.execute("CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4");
        }
    }

    /** Orders, some of which are spent again. */
    private void send(KafkaProducer<String, String> sender, int part) {
        for (int i = 0; i < EVENTS; i++) {
            String key = "d-" + run + "-" + part + "-" + i;
            String event = i % 4 == 3
                    ? "{\"traceId\":\"%s\",\"userId\":\"%s\",\"bizType\":\"CUP\",\"bizNo\":\"%1$s\",\"action\":\"sub\",\"points\":%3$d}"
                    : "{\"traceId\":\"%s\",\"userId\":\"%s\",\"bizType\":\"ORDER\",\"bizNo\":\"%1$s\",\"amount\":%3$d}";
            sender.send(new ProducerRecord<>(topic, user(i), event.formatted(key, user(i), 1 + i % 7)));
        }
        sender.flush();
    }

    /** The last event of each user's; a user's events are in one partition, in order. */
    private void awaitApplied(AppProcess pod) {
        for (int part = 0; part < 2; part++) {
            for (int i = EVENTS - USERS; i < EVENTS; i++) {
                String path = "/requests/d-" + run + "-" + part + "-" + i;
                await().atMost(PATIENCE)
                        .until(() -> get(pod, path).path("status").asText().matches("POSTED|REFUSED"));
            }
        }
    }

    private HttpResponse<String> spend(AppProcess pod) {
        return pod.post("/api/v1/deductions", Tokens.service(), """
                {"traceId":"s-%s","userId":"%s","points":3,"bizType":"CUP","bizNo":"s"}""".formatted(run, user(0)));
    }

    /** Back to a moment before the dump: what the dump has is found by its key, and changes nothing. */
    private void rewind(Admin broker, Instant to) throws Exception {
        Map<TopicPartition, OffsetSpec> at = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> begins = new HashMap<>();
        for (int partition = 0; partition < 3; partition++) {
            at.put(new TopicPartition(topic, partition), OffsetSpec.forTimestamp(to.toEpochMilli()));
        }
        Map<TopicPartition, ListOffsetsResultInfo> found =
                broker.listOffsets(at).all().get();
        found.forEach(
                (partition, offset) -> begins.put(partition, new OffsetAndMetadata(Math.max(0, offset.offset()))));
        // A pod that was killed is a member until the broker misses it.
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            broker.alterConsumerGroupOffsets(topic, begins).all().get();
            return true;
        });
    }

    /** {@code redis-cli flushall}: what it has is of a history that has not happened. */
    private static void forgetBalances() {
        String address = TestServices.redis();
        try (Socket socket = new Socket(
                address.substring(0, address.indexOf(':')),
                Integer.parseInt(address.substring(address.indexOf(':') + 1)))) {
            OutputStream out = socket.getOutputStream();
            out.write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(new String(socket.getInputStream().readNBytes(3), StandardCharsets.US_ASCII))
                    .isEqualTo("+OK");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, JsonNode> accounts(AppProcess pod) {
        Map<String, JsonNode> accounts = new TreeMap<>();
        for (int i = 0; i < USERS; i++) {
            accounts.put(user(i), account(pod, i));
        }
        return accounts;
    }

    /** All that users see of them, and how many entries made it so. */
    private static Map<String, String> points(Map<String, JsonNode> accounts) {
        Map<String, String> points = new TreeMap<>();
        accounts.forEach((user, account) -> points.put(
                user,
                account.path("available") + " " + account.path("totalEarned") + " " + account.path("totalConsumed")
                        + " " + account.path("version")));
        return points;
    }

    private JsonNode account(AppProcess pod, int i) {
        return get(pod, "/accounts/" + user(i));
    }

    private String user(int i) {
        return "drill-" + run + "-" + i % USERS;
    }

    private static JsonNode get(AppProcess pod, String path) {
        try {
            return JSON.readTree(pod.get("/api/v1" + path, Tokens.admin()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
