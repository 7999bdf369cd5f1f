package io.jifen.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BalanceHashTest {

    private static final KnownBalance BALANCE =
            new KnownBalance("alice", 80, 20, 3, "VIP1", Instant.parse("2026-12-31T16:00:00Z"));

    @Test
    void what_was_written_is_read() {
        // When
        List<String> values = BalanceHash.values(BALANCE);

        // Then
        assertThat(values).containsExactly("80", "20", "3", "VIP1", "1798732800000");
        assertThat(BalanceHash.read("alice", values)).contains(BALANCE);
    }

    @Test
    void never_is_empty() {
        // Given
        KnownBalance forEver = new KnownBalance("alice", 80, 20, 3, "VIP1", null);

        // When
        List<String> values = BalanceHash.values(forEver);

        // Then
        assertThat(values).endsWith("");
        assertThat(BalanceHash.read("alice", values)).contains(forEver);
    }

    @Test
    void a_hash_that_is_not_there_says_nothing() {
        assertThat(BalanceHash.read("alice", Arrays.asList(null, null, null, null, null)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void a_hash_that_lacks_a_field_says_nothing(int field) {
        // Given
        List<String> values = new ArrayList<>(BalanceHash.values(BALANCE));
        values.set(field, null);

        // Then
        assertThat(BalanceHash.read("alice", values)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "0, abc", "0, ''", "0, -5", "0, +5", "0, 1.5", "0, 1e3", "0, ٣", "0, 1234567890123456789",
                "1, x", "1, ''", "2, ' 3'", "2, ''", "2, 1234567890123456", "4, soon", "4, -1", "4, 1234567890123456"
            })
    void a_field_that_is_no_number_of_ours_makes_the_hash_say_nothing(int field, String junk) {
        // Given
        List<String> values = new ArrayList<>(BalanceHash.values(BALANCE));
        values.set(field, junk);

        // Then
        assertThat(BalanceHash.read("alice", values)).isEmpty();
    }
}
