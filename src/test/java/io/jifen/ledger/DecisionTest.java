package io.jifen.ledger;

import static io.jifen.ledger.PureLedger.grant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of postings and their entries, and the rules behind it. */
class DecisionTest {

    private final PureLedger ledger = new PureLedger("bob");
    private final LocalDate today = ledger.today();
    private final LocalDate soon = today.plusDays(10);
    private final LocalDate later = today.plusDays(100);

    @AfterEach
    void invariants_hold() {
        assertThat(ledger.violations("bob")).isEmpty();
    }

    @Test
    void a_grant_puts_points_into_a_lot_and_counts_as_earned() {
        // When
        PostingResult result = ledger.accepted("bob", grant(100, soon));

        // Then
        assertThat(result.points()).isEqualTo(100);
        assertThat(result.expireAt())
                .isEqualTo(soon.plusDays(1).atStartOfDay(PureLedger.ZONE).toInstant());
        assertThat(ledger.entries("bob"))
                .extracting(Entry::type, Entry::points, Entry::beforeBalance, Entry::afterBalance)
                .containsExactly(tuple(EntryType.GRANT, 100L, 0L, 100L));
        AccountState bob = ledger.account("bob");
        assertThat(bob.totalEarned).isEqualTo(100);
        assertThat(bob.levelBasis).isEqualTo(100);
        assertThat(bob.nextExpiresOn).isEqualTo(soon);
    }

    @Test
    void a_spend_takes_from_the_earliest_lot_first_and_from_never_expiring_ones_last() {
        // Given
        ledger.accepted("bob", grant(30, Lot.NEVER));
        ledger.accepted("bob", grant(30, later));
        ledger.accepted("bob", grant(30, soon));

        // When
        ledger.accepted("bob", new Operation.Spend(70));

        // Then
        AccountState bob = ledger.account("bob");
        assertThat(bob.lots).containsExactly(entry(Lot.NEVER, 20L));
        assertThat(bob.totalConsumed).isEqualTo(70);
        assertThat(bob.nextExpiresOn).isNull();
    }

    @Test
    void a_spend_above_the_balance_is_refused_and_changes_nothing() {
        // Given
        ledger.accepted("bob", grant(30, soon));

        // When
        var problem = ledger.refused("bob", new Operation.Spend(31));

        // Then
        assertThat(problem.code()).isEqualTo("insufficient-points");
        assertThat(problem.figures()).containsEntry("available", 30L).containsEntry("required", 31L);
        assertThat(ledger.account("bob").available).isEqualTo(30);
        assertThat(ledger.entries("bob")).hasSize(1);
    }

    @Test
    void a_lot_is_usable_on_its_last_day_and_gone_with_the_next() {
        // Given
        ledger.accepted("bob", grant(30, soon));
        ledger.accepted("bob", grant(5, later));
        ledger.now = soon.plusDays(1).atStartOfDay(PureLedger.ZONE).toInstant().minusMillis(1);

        // When
        ledger.accepted("bob", new Operation.Spend(10));
        ledger.pass(Duration.ofMillis(1));
        var problem = ledger.refused("bob", new Operation.Spend(20));

        // Then
        assertThat(problem.figures()).containsEntry("available", 5L);
        Entry expired = ledger.entries("bob").getLast();
        assertThat(expired.type()).isEqualTo(EntryType.EXPIRE);
        assertThat(expired.points()).isEqualTo(-20);
        assertThat(expired.occurredAt()).isEqualTo(ledger.now);
        assertThat(ledger.account("bob").totalExpired).isEqualTo(20);
    }

    @Test
    void each_past_lot_expires_once_at_the_moment_it_ran_out() {
        // Given
        ledger.accepted("bob", grant(30, soon));
        ledger.accepted("bob", grant(20, soon.plusDays(1)));
        ledger.pass(Duration.ofDays(50));

        // When
        ledger.accepted("bob", new Operation.Settle());
        ledger.accepted("bob", new Operation.Settle());

        // Then
        Instant firstGone = soon.plusDays(1).atStartOfDay(PureLedger.ZONE).toInstant();
        assertThat(ledger.entries("bob").subList(2, 4))
                .extracting(Entry::type, Entry::points, Entry::occurredAt)
                .containsExactly(
                        tuple(EntryType.EXPIRE, -30L, firstGone),
                        tuple(EntryType.EXPIRE, -20L, firstGone.plus(Duration.ofDays(1))));
        assertThat(ledger.entries("bob")).hasSize(4);
    }

    @Test
    void an_inflow_repays_arrears_first() {
        // Given
        AccountState owing = ledger.account("bob");
        owing.arrears = 40;

        // When
        PostingResult result = ledger.accepted("bob", grant(100, soon));

        // Then
        assertThat(ledger.entries("bob"))
                .extracting(Entry::type, Entry::points, Entry::arrearsChange)
                .containsExactly(tuple(EntryType.GRANT, 100L, 0L), tuple(EntryType.ARREARS_REPAID, -40L, -40L));
        assertThat(result.points()).isEqualTo(100);
        assertThat(result.afterBalance()).isEqualTo(60);
        owing = ledger.account("bob");
        assertThat(owing.lots).containsExactly(entry(soon, 60L));
        owing.arrears -= 40; // the test began with arrears that no entry explains
    }

    @Test
    void an_adjustment_down_takes_lots_like_a_spend_but_is_not_consumption() {
        // Given
        ledger.accepted("bob", grant(30, soon));

        // When
        PostingResult result = ledger.accepted("bob", new Operation.Adjust(-10, later));

        // Then
        assertThat(result.points()).isEqualTo(-10);
        assertThat(ledger.account("bob").totalConsumed).isZero();
        assertThat(ledger.refused("bob", new Operation.Adjust(-21, later)).code())
                .isEqualTo("insufficient-points");
    }

    @Test
    void an_adjustment_up_is_neither_earned_nor_level_basis() {
        // When
        ledger.accepted("bob", new Operation.Adjust(1000, later));

        // Then
        AccountState bob = ledger.account("bob");
        assertThat(bob.available).isEqualTo(1000);
        assertThat(bob.totalEarned).isZero();
        assertThat(bob.levelCode).isEqualTo("NORMAL");
    }

    @Test
    void a_level_is_reached_in_the_posting_that_earns_it() {
        // When
        PostingResult below = ledger.accepted("bob", grant(999, soon));
        PostingResult at = ledger.accepted("bob", grant(1, soon));

        // Then
        assertThat(below.level()).isEqualTo("NORMAL");
        assertThat(at.level()).isEqualTo("VIP1");
    }

    @Test
    void a_rule_grants_once_per_bizNo_and_names_the_first_transaction() {
        // Given
        Posting order = Posting.keyless(new Target.User("bob", false), PureLedger.grantBy("ORDER", 10, soon))
                .biz("ORDER", "o-1");
        PostingResult first = ((Decision.Decided.Accepted) ledger.decide(order)).result();

        // When
        var again = ((Decision.Decided.Refused) ledger.decide(order)).problem();

        // Then
        assertThat(again.code()).isEqualTo("already-granted");
        assertThat(again.figures()).containsEntry("transactionNo", first.transactionNo());
    }

    @Test
    void only_the_rules_that_have_not_granted_do() {
        // Given
        Target bob = new Target.User("bob", false);
        ledger.decide(
                Posting.keyless(bob, PureLedger.grantBy("ORDER", 10, soon)).biz("ORDER", "o-1"));
        Operation both = new Operation.Grant(List.of(
                new Operation.Line(10, soon, new Operation.RuleRef("ORDER", 1, true), BigDecimal.TEN),
                new Operation.Line(7, soon, new Operation.RuleRef("BONUS", 1, true), BigDecimal.TEN)));

        // When
        var decided = ledger.decide(Posting.keyless(bob, both).biz("ORDER", "o-1"));

        // Then
        assertThat(((Decision.Decided.Accepted) decided).result().points()).isEqualTo(7);
    }

    @Test
    void points_beyond_what_a_long_holds_are_an_error_not_a_negative_balance() {
        // Given
        ledger.accepted("bob", grant(Long.MAX_VALUE - 5, soon));

        // When / Then
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> ledger.decide("bob", grant(6, soon)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void an_opening_balance_explained_by_its_history_needs_no_adjustment() {
        // Given
        Instant then = Instant.parse("2024-04-28T00:00:00Z");
        List<Operation.Past> history =
                List.of(new Operation.Past(200, "sys_init", then), new Operation.Past(-50, "cup", then));

        // When
        ledger.accepted("bob", new Operation.Open(150, soon, 50, 1000, history));

        // Then
        assertThat(ledger.entries("bob"))
                .extracting(Entry::type, Entry::points, Entry::reason, Entry::occurredAt)
                .containsExactly(
                        tuple(EntryType.GRANT, 200L, "sys_init", then), tuple(EntryType.SPEND, -50L, "cup", then));
        AccountState bob = ledger.account("bob");
        assertThat(bob.lots).containsExactly(entry(soon, 150L));
        assertThat(bob.levelCode).isEqualTo("VIP1");
        assertThat(bob.totalConsumed).isEqualTo(50);
    }

    @Test
    void where_history_and_balance_differ_one_adjustment_says_so() {
        // Given: 30 spent before anything came in: an old line is missing
        List<Operation.Past> history =
                List.of(new Operation.Past(-30, "cup", ledger.now), new Operation.Past(100, "sys_init", ledger.now));

        // When
        ledger.accepted("bob", new Operation.Open(90, soon, 0, 0, history));

        // Then
        assertThat(ledger.entries("bob"))
                .extracting(Entry::type, Entry::points)
                .containsExactly(
                        tuple(EntryType.ADJUST, 30L),
                        tuple(EntryType.SPEND, -30L),
                        tuple(EntryType.GRANT, 100L),
                        tuple(EntryType.ADJUST, -10L));
    }

    @Test
    void history_that_comes_after_the_opening_leaves_the_balance() {
        // Given
        ledger.accepted("bob", new Operation.Open(90, soon, 0, 0, List.of()));

        // When
        ledger.accepted("bob", new Operation.AddHistory(List.of(new Operation.Past(100, "sys_init", ledger.now))));

        // Then
        assertThat(ledger.account("bob").available).isEqualTo(90);
        assertThat(ledger.entries("bob"))
                .extracting(Entry::type, Entry::points)
                .containsExactly(
                        tuple(EntryType.GRANT, 90L), tuple(EntryType.GRANT, 100L), tuple(EntryType.ADJUST, -100L));
    }
}
