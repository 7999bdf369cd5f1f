package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without any broker. */
class KafkaSenderTest {

    private static final KafkaSenderConfig CONFIG = new SmallRyeConfigBuilder()
            .withConverter(Duration.class, 1, new DurationConverter())
            .withConverter(MemorySize.class, 1, new MemorySizeConverter())
            .withDefaultValue("jifen.kafka.patience", "2s")
            .withDefaultValue("jifen.kafka.bytes-max", "2K")
            .withMapping(KafkaSenderConfig.class)
            .build()
            .getConfigMapping(KafkaSenderConfig.class);

    private KafkaSender sender = sender("127.0.0.1:1");

    @AfterEach
    void close() throws Exception {
        sender.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:1", "no-such-broker.invalid:9092"})
    void a_broker_that_is_not_there_is_unavailable_and_the_caller_is_not_held_up(String broker) throws Exception {
        // Given
        sender.close();
        sender = sender(broker);

        // When
        CompletableFuture<Void> sent = send(10);

        // Then
        assertThat(sent).isNotDone();
        assertThatThrownBy(sent::join).hasCauseInstanceOf(BrokerUnavailableException.class);
    }

    @Test
    void more_than_may_wait_is_refused_at_once() {
        // Given
        CompletableFuture<Void> waiting = send(1200);

        // When
        CompletableFuture<Void> oneTooMany = send(1200);

        // Then
        assertThat(waiting).isNotDone();
        assertThat(oneTooMany).isCompletedExceptionally();
        assertThatThrownBy(oneTooMany::join).hasCauseInstanceOf(BrokerUnavailableException.class);
    }

    @Test
    void what_failed_makes_room_for_the_next() {
        // Given
        assertThatThrownBy(send(1200)::join).hasCauseInstanceOf(BrokerUnavailableException.class);

        // Then: refused by time, not for lack of room
        await().until(() -> !send(1200).isDone());
    }

    private CompletableFuture<Void> send(int bytes) {
        return sender.send("topic", "key", new byte[bytes], Map.of()).toCompletableFuture();
    }

    private static KafkaSender sender(String broker) {
        return new KafkaSender(Map.of("bootstrap.servers", broker), CONFIG, new Soundness(), Traces.off());
    }
}
