package io.jifen.risk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From where accounts are used: nobody's list grows for ever. */
class OriginsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final long BOB = 1;

    @Test
    void a_device_counts_an_account_once() {
        Origins origins = new Origins(Map.of(), Map.of(phone(0).hash(), 3L));

        assertThat(origins.accountsOn(phone(0), BOB)).isEqualTo(4);
        origins.used(BOB, phone(0), NOW);
        origins.used(BOB, phone(0), NOW.plusSeconds(1));

        assertThat(origins.accountsOn(phone(0), BOB)).isEqualTo(4);
        assertThat(origins.accountsOn(phone(0), 2)).isEqualTo(5);
        assertThat(origins.of(BOB)).hasSize(1);
    }

    @Test
    void when_it_was_first_seen_stays() {
        Origins origins = new Origins(Map.of(), Map.of());

        origins.used(BOB, phone(0), NOW);
        origins.used(BOB, phone(0), NOW.plus(Duration.ofDays(2)));

        assertThat(origins.of(BOB)).singleElement().satisfies(seen -> {
            assertThat(seen.firstSeen()).isEqualTo(NOW);
            assertThat(seen.lastSeen()).isEqualTo(NOW.plus(Duration.ofDays(2)));
        });
    }

    @Test
    void of_too_many_devices_the_one_not_used_for_longest_is_forgotten() {
        Origins origins = new Origins(Map.of(), Map.of());

        for (int i = 0; i <= Origins.MOST_OF_ACCOUNT; i++) {
            origins.used(BOB, phone(i), NOW.plusSeconds(i));
        }

        assertThat(origins.of(BOB))
                .hasSize(Origins.MOST_OF_ACCOUNT)
                .extracting(Circumstances.Seen::value)
                .doesNotContain(phone(0).hash())
                .contains(phone(Origins.MOST_OF_ACCOUNT).hash());
    }

    @Test
    void a_terminal_in_a_shop_is_nobodys_own() {
        Origins origins = new Origins(Map.of(), Map.of(phone(0).hash(), (long) Origins.MOST_ON_DEVICE));

        origins.used(BOB, phone(0), NOW);

        assertThat(origins.of(BOB)).isEmpty();
    }

    @Test
    void where_a_service_is_says_nothing_of_the_user() {
        Origins origins = new Origins(Map.of(), Map.of());

        origins.used(BOB, new Origin("192.0.2.1", null, false), NOW);

        assertThat(origins.of(BOB)).isEmpty();
    }

    private static Origin phone(int number) {
        return new Origin("192.0.2.1", "phone-" + number, true);
    }
}
