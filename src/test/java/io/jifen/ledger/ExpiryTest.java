package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of a lot is gone with the day after its last, wherever that day begins. */
class ExpiryTest {

    private static final String BOB = "bob";

    private final PureLedger ledger = new PureLedger(BOB);

    @ParameterizedTest
    @CsvSource({
        // the zone, the last day, and the moment at which the next one begins
        "Asia/Shanghai,       2026-11-30, 2026-11-30T16:00:00Z",
        "UTC,                 2028-02-29, 2028-03-01T00:00:00Z",
        "Asia/Shanghai,       2027-02-28, 2027-02-28T16:00:00Z",
        "America/Los_Angeles, 2026-12-31, 2027-01-01T08:00:00Z",
        // clocks go forward, and back, on the day after and on the last day
        "Europe/Berlin,       2027-03-27, 2027-03-27T23:00:00Z",
        "Europe/Berlin,       2027-03-28, 2027-03-28T22:00:00Z",
        "Europe/Berlin,       2027-10-31, 2027-10-31T23:00:00Z",
        // midnight itself is left out
        "America/Havana,      2027-03-13, 2027-03-14T05:00:00Z",
        "Pacific/Apia,        2026-12-30, 2026-12-30T11:00:00Z"
    })
    void points_last_up_to_the_end_of_their_last_day(String zone, LocalDate lastDay, Instant end) {
        // Given
        ledger.zone = ZoneId.of(zone);
        ledger.accepted(BOB, PureLedger.grant(100, lastDay));

        // When
        ledger.now = end.minusMillis(1);
        ledger.accepted(BOB, new Operation.Spend(30));

        // Then
        ledger.now = end;
        assertThat(ledger.refused(BOB, new Operation.Spend(1)).code()).isEqualTo("insufficient-points");
        Entry expire = ledger.entries(BOB).getLast();
        assertThat(expire.type()).isEqualTo(EntryType.EXPIRE);
        assertThat(expire.points()).as("what was left, not what was granted").isEqualTo(-70);
        assertThat(expire.occurredAt()).isEqualTo(end);
        assertThat(ledger.violations(BOB)).isEmpty();
    }

    @Test
    void each_day_expires_once_earliest_first_and_never_again() {
        // Given
        LocalDate today = ledger.today();
        ledger.accepted(BOB, PureLedger.grant(10, today.plusDays(20)));
        ledger.accepted(BOB, PureLedger.grant(20, today.plusDays(5)));
        ledger.accepted(BOB, PureLedger.grant(40, today.plusDays(5)));
        ledger.accepted(BOB, PureLedger.grant(80, today.plusDays(30)));

        // When
        ledger.pass(Duration.ofDays(21));
        ledger.accepted(BOB, new Operation.Settle());
        ledger.accepted(BOB, new Operation.Settle());
        ledger.pass(Duration.ofDays(1));
        ledger.accepted(BOB, new Operation.Settle());

        // Then
        List<Entry> expired = ledger.entries(BOB).stream()
                .filter(entry -> entry.type() == EntryType.EXPIRE)
                .toList();
        assertThat(expired).extracting(Entry::points).containsExactly(-60L, -10L);
        assertThat(expired).extracting(Entry::expiresOn).containsExactly(today.plusDays(5), today.plusDays(20));
        assertThat(ledger.account(BOB).totalExpired).isEqualTo(70);
        assertThat(ledger.violations(BOB)).isEmpty();
    }

    @Test
    void spends_take_what_expires_first_whenever_it_was_granted() {
        // Given
        LocalDate today = ledger.today();
        ledger.accepted(BOB, PureLedger.grant(50, today.plusDays(30)));
        ledger.accepted(BOB, PureLedger.grant(50, today.plusDays(3)));
        ledger.accepted(BOB, new Operation.Spend(40));

        // When
        ledger.pass(Duration.ofDays(4));
        ledger.accepted(BOB, new Operation.Settle());

        // Then
        assertThat(ledger.account(BOB).totalExpired).isEqualTo(10);
        assertThat(ledger.account(BOB).available).isEqualTo(50);
    }

    @Test
    void points_come_back_with_a_new_day_at_most_what_expired() {
        // Given
        ledger.accepted(BOB, PureLedger.grant(50, ledger.today()));
        ledger.pass(Duration.ofDays(1));

        // When
        assertThat(ledger.refused(
                                BOB, new Operation.Reinstate(51, ledger.today().plusDays(9)))
                        .code())
                .isEqualTo("insufficient-points");
        assertThat(ledger.refused(BOB, new Operation.Reinstate(5, ledger.today().minusDays(1)))
                        .code())
                .isEqualTo("invalid-request");
        ledger.accepted(BOB, new Operation.Reinstate(20, ledger.today()));

        // Then
        assertThat(ledger.account(BOB).available).isEqualTo(20);
        assertThat(ledger.account(BOB).totalExpired).isEqualTo(30);
        ledger.pass(Duration.ofDays(1));
        ledger.accepted(BOB, new Operation.Settle());
        assertThat(ledger.account(BOB).available).isZero();
        assertThat(ledger.account(BOB).totalExpired).isEqualTo(50);
        assertThat(ledger.violations(BOB)).isEmpty();
    }
}
