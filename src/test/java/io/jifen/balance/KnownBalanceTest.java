package io.jifen.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.ledger.Lot;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownBalanceTest {

    private static final Instant MIDNIGHT = Instant.parse("2026-12-31T16:00:00Z");

    @Test
    void holds_until_the_moment_the_next_points_expire() {
        // Given
        KnownBalance balance = at(3, MIDNIGHT);

        // Then
        assertThat(balance.holdsAt(MIDNIGHT.minusMillis(1))).isTrue();
        assertThat(balance.holdsAt(MIDNIGHT)).isFalse();
    }

    @Test
    void holds_for_ever_where_nothing_expires() {
        assertThat(at(3, null).holdsAt(Instant.MAX)).isTrue();
    }

    @Test
    void points_expire_when_their_last_day_ends_in_the_program_s_zone() {
        assertThat(KnownBalance.expiry(LocalDate.of(2026, 12, 31), ZoneId.of("Asia/Shanghai")))
                .isEqualTo(MIDNIGHT);
    }

    @Test
    void what_has_no_last_day_never_expires() {
        assertThat(KnownBalance.expiry(null, ZoneId.of("Asia/Shanghai"))).isNull();
        assertThat(KnownBalance.expiry(Lot.NEVER, ZoneId.of("Asia/Shanghai"))).isNull();
    }

    @Test
    void newer_is_a_higher_version_or_the_same_one_with_a_later_expiry() {
        assertThat(at(4, MIDNIGHT).isNewerThan(at(3, null))).isTrue();
        assertThat(at(3, null).isNewerThan(at(4, MIDNIGHT))).isFalse();
        assertThat(at(3, MIDNIGHT.plusMillis(1)).isNewerThan(at(3, MIDNIGHT))).isTrue();
        assertThat(at(3, null).isNewerThan(at(3, MIDNIGHT))).isTrue();
        assertThat(at(3, MIDNIGHT).isNewerThan(at(3, null))).isFalse();
        assertThat(at(3, MIDNIGHT).isNewerThan(at(3, MIDNIGHT))).isFalse();
        assertThat(at(3, null).isNewerThan(at(3, null))).isFalse();
    }

    private static KnownBalance at(long version, @Nullable Instant nextExpiry) {
        return new KnownBalance("alice", 80, 20, version, "NORMAL", nextExpiry);
    }
}
