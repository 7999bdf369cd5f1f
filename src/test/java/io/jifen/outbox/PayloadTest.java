package io.jifen.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PayloadTest {

    private static final Instant TIME = Instant.parse("2026-11-22T08:00:00.123Z");

    @Test
    void what_was_written_is_read() throws Exception {
        // Given
        List<OutboxMessage> messages = List.of(message("1", "{\"reason\":\"生日\\n🎂\"}"), message("2", ""));

        // When
        List<byte[]> rows = Payload.encode(messages);

        // Then
        assertThat(rows).hasSize(1);
        assertThat(Payload.decode(rows.getFirst())).usingRecursiveComparison().isEqualTo(messages);
    }

    @Test
    void a_batch_of_usual_size_is_one_row() {
        // Given
        List<OutboxMessage> messages = Collections.nCopies(512, message("1", "x".repeat(900)));

        // When
        List<byte[]> rows = Payload.encode(messages);

        // Then
        assertThat(rows).hasSize(1);
    }

    @Test
    void more_than_a_row_takes_goes_into_several_in_order() throws Exception {
        // Given
        List<OutboxMessage> messages =
                List.of(message("1", "a".repeat(700_000)), message("2", "b".repeat(700_000)), message("3", "c"));

        // When
        List<byte[]> rows = Payload.encode(messages);

        // Then
        assertThat(rows).hasSize(2);
        assertThat(Payload.decode(rows.get(0))).extracting(OutboxMessage::id).containsExactly("1", "2");
        assertThat(Payload.decode(rows.get(1))).extracting(OutboxMessage::id).containsExactly("3");
    }

    @Test
    void no_messages_are_no_row() {
        // When
        List<byte[]> rows = Payload.encode(List.of());

        // Then
        assertThat(rows).isEmpty();
    }

    @Test
    void what_is_cut_off_is_not_read() {
        // Given
        byte[] row = Payload.encode(List.of(message("1", "{\"points\":10}"))).getFirst();

        // When
        for (int length = 0; length < row.length; length++) {
            byte[] cut = Arrays.copyOf(row, length);

            // Then: only the bare form byte is a whole payload, of no messages
            if (length != 1) {
                assertThatThrownBy(() -> Payload.decode(cut)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void another_form_is_not_read() {
        // Given
        byte[] row = Payload.encode(List.of(message("1", "{}"))).getFirst();
        row[0] = 2;

        // Then
        assertThatThrownBy(() -> Payload.decode(row)).isInstanceOf(IOException.class);
    }

    private static OutboxMessage message(String id, String data) {
        return new OutboxMessage(
                "points.balance-changed",
                "alice",
                id,
                "io.jifen.balance-changed",
                TIME,
                data.getBytes(StandardCharsets.UTF_8));
    }
}
