package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.ledger.LevelChange.Cause;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Levels: by all points ever earned, or by those of a period. Levels begin at 0, 1,000 and 5,000. */
class RanksTest {

    private static final String BOB = "bob";
    private static final LocalDate FAR = LocalDate.of(2090, 12, 31);

    private final PureLedger ledger = new PureLedger(BOB);

    @Test
    void a_level_is_reached_in_the_posting_that_reaches_its_points() {
        // When
        earn(999);
        PostingResult result = earn(1);

        // Then
        assertThat(result.level()).isEqualTo("VIP1");
        assertThat(ledger.levelChanges()).singleElement().satisfies(change -> {
            assertThat(change.from()).isEqualTo("NORMAL");
            assertThat(change.to()).isEqualTo("VIP1");
            assertThat(change.cause()).isEqualTo(Cause.REACHED);
            assertThat(change.levelBasis()).isEqualTo(1000);
            assertThat(change.validUntil()).isNull();
        });
    }

    @Test
    void one_posting_may_pass_a_level() {
        assertThat(earn(6000).level()).isEqualTo("VIP2");
        assertThat(ledger.levelChanges()).extracting(LevelChange::to).containsExactly("VIP2");
    }

    @Test
    void a_clawback_lowers_the_basis_and_leaves_the_level() {
        // Given
        earnByOrder(1200);

        // When
        refundOrder();

        // Then
        assertThat(ledger.account(BOB).levelBasis).isZero();
        assertThat(ledger.account(BOB).levelCode).isEqualTo("VIP1");
        assertThat(ledger.account(BOB).totalEarned).isEqualTo(1200);
    }

    @Test
    void a_clawback_takes_the_level_where_it_is_set_so() {
        // Given
        ledger.ladder = new Ladder(PureLedger.LADDER.rungs(), new Ladder.Terms(true, null, 0));
        earnByOrder(1200);

        // When
        refundOrder();

        // Then
        assertThat(ledger.account(BOB).levelCode).isEqualTo("NORMAL");
        assertThat(ledger.levelChanges()).extracting(LevelChange::cause).containsExactly(Cause.REACHED, Cause.CLAWBACK);
    }

    @Test
    void a_spend_lowers_nothing() {
        // Given
        ledger.ladder = new Ladder(PureLedger.LADDER.rungs(), new Ladder.Terms(true, null, 0));
        earn(1200);

        // When
        ledger.accepted(BOB, new Operation.Spend(1200));

        // Then
        assertThat(ledger.account(BOB).levelCode).isEqualTo("VIP1");
    }

    @Test
    void an_edited_ladder_ranks_anew_up_and_down() {
        // Given
        earn(1200);

        // When
        ledger.ladder = ladder(1500);
        rank();

        // Then
        assertThat(ledger.account(BOB).levelCode).isEqualTo("NORMAL");
        ledger.ladder = ladder(1100);
        rank();
        assertThat(ledger.account(BOB).levelCode).isEqualTo("VIP1");
        assertThat(ledger.levelChanges())
                .extracting(LevelChange::cause)
                .containsExactly(Cause.REACHED, Cause.LADDER, Cause.LADDER);
    }

    @Test
    void ranking_again_changes_nothing() {
        // Given
        earn(1200);
        int changes = ledger.levelChanges().size();

        // When
        rank();
        rank();

        // Then
        assertThat(ledger.levelChanges()).hasSize(changes);
    }

    @Test
    void a_level_of_a_period_is_sure_for_one() {
        // Given
        byPeriod();

        // When
        earn(1000);

        // Then
        assertThat(ledger.account(BOB).levelUntil).isEqualTo(ledger.today().plusYears(1));
    }

    @Test
    void what_leaves_the_period_counts_no_more_and_the_level_stays_for_its_own() {
        // Given
        byPeriod();
        earn(600);
        passTo(ledger.today().plusMonths(6));
        earn(500);
        assertThat(ledger.account(BOB).levelCode).isEqualTo("VIP1");
        LocalDate until = ledger.today().plusYears(1);

        // When
        passTo(ledger.today().plusMonths(7));
        rank();

        // Then
        assertThat(ledger.account(BOB).levelBasis).isEqualTo(500);
        assertThat(ledger.account(BOB).levelCode).isEqualTo("VIP1");
        assertThat(ledger.account(BOB).levelUntil).isEqualTo(until);
    }

    @Test
    void the_first_day_of_the_period_counts_and_the_one_before_does_not() {
        // Given
        byPeriod();
        LocalDate earned = ledger.today();
        earn(700);

        // When
        passTo(earned.plusYears(1));
        rank();
        assertThat(ledger.account(BOB).levelBasis).isEqualTo(700);
        passTo(earned.plusYears(1).plusDays(1));
        rank();

        // Then
        assertThat(ledger.account(BOB).levelBasis).isZero();
    }

    @Test
    void a_level_earned_again_is_renewed() {
        // Given
        byPeriod();
        LocalDate reached = ledger.today();
        earn(1000);
        passTo(reached.plusMonths(11));
        earn(1000);

        // When
        passTo(reached.plusYears(1).plusDays(1));
        rank();

        // Then
        assertThat(ledger.account(BOB).levelCode).isEqualTo("VIP1");
        assertThat(ledger.account(BOB).levelUntil).isEqualTo(ledger.today().plusYears(1));
        assertThat(ledger.levelChanges()).hasSize(1);
    }

    @Test
    void a_level_is_lost_after_its_grace_unless_it_is_earned_in_it() {
        // Given
        byPeriod();
        LocalDate reached = ledger.today();
        earn(5000);

        // When
        passTo(reached.plusYears(1).plusDays(30));
        rank();

        // Then
        assertThat(ledger.account(BOB).levelCode).as("in grace").isEqualTo("VIP2");
        earn(1500);
        passTo(reached.plusYears(1).plusDays(31));
        rank();
        assertThat(ledger.account(BOB).levelCode).as("what the period earned").isEqualTo("VIP1");
        assertThat(ledger.account(BOB).levelUntil).isEqualTo(ledger.today().plusYears(1));
        assertThat(ledger.levelChanges().getLast().cause()).isEqualTo(Cause.PERIOD_ENDED);
    }

    @Test
    void grace_saves_a_level_that_is_earned_in_it() {
        // Given
        byPeriod();
        LocalDate reached = ledger.today();
        earn(1000);
        passTo(reached.plusYears(1).plusDays(10));
        rank();
        assertThat(ledger.account(BOB).levelBasis).isZero();

        // When
        earn(1000);
        passTo(ledger.today().plusDays(1));
        rank();

        // Then
        assertThat(ledger.account(BOB).levelCode).isEqualTo("VIP1");
        assertThat(ledger.account(BOB).levelUntil).isEqualTo(ledger.today().plusYears(1));
    }

    @Test
    void points_of_before_there_was_a_period_leave_it_one_day_too() {
        // Given
        ledger.accepted(BOB, PureLedger.grant(1200, FAR));
        ledger.account(BOB).earnedToday = 0; // nobody wrote down days then
        byPeriod();
        LocalDate changed = ledger.today();

        // When
        rank();
        rank();

        // Then
        assertThat(ledger.account(BOB).levelUntil).isEqualTo(changed.plusYears(1));
        passTo(changed.plusYears(1));
        rank();
        assertThat(ledger.account(BOB).levelBasis).isEqualTo(1200);
        passTo(changed.plusYears(1).plusDays(31));
        rank();
        assertThat(ledger.account(BOB).levelBasis).isZero();
        assertThat(ledger.account(BOB).levelCode).isEqualTo("NORMAL");
    }

    @Test
    void a_clawback_takes_no_level_that_its_points_had_not_brought() {
        // Given: a level that is sure, though its points have left the period
        ledger.ladder = new Ladder(PureLedger.LADDER.rungs(), new Ladder.Terms(true, Period.ofMonths(12), 30));
        LocalDate reached = ledger.today();
        earn(900);
        passTo(reached.plusDays(10));
        earnByOrder(200);
        passTo(reached.plusYears(1).plusDays(1));
        rank();
        assertThat(ledger.account(BOB).levelBasis).isEqualTo(200);
        assertThat(ledger.account(BOB).levelCode).isEqualTo("VIP1");

        // When
        refundOrder();

        // Then
        assertThat(ledger.account(BOB).levelCode).isEqualTo("VIP1");
    }

    @Test
    void a_clawback_counts_on_its_own_day_of_the_period() {
        // Given
        byPeriod();
        earnByOrder(800);
        passTo(ledger.today().plusDays(3));
        earn(300);

        // When
        refundOrder();
        ledger.commitEarned(BOB);

        // Then
        assertThat(ledger.account(BOB).levelBasis).isEqualTo(300);
    }

    private void byPeriod() {
        ledger.ladder = new Ladder(PureLedger.LADDER.rungs(), new Ladder.Terms(false, Period.ofMonths(12), 30));
    }

    private static Ladder ladder(long vip1) {
        return new Ladder(List.of(
                new Ladder.Rung("NORMAL", "Normal", 0),
                new Ladder.Rung("VIP1", "VIP 1", vip1),
                new Ladder.Rung("VIP2", "VIP 2", 5000)));
    }

    private PostingResult earn(long points) {
        PostingResult result = ledger.accepted(BOB, PureLedger.grant(points, FAR));
        ledger.commitEarned(BOB);
        return result;
    }

    private void earnByOrder(long points) {
        ledger.decide(Posting.of(
                        new Key("", "order"),
                        new byte[16],
                        new Target.User(BOB, false),
                        new Operation.Grant(List.of(new Operation.Line(
                                points, FAR, new Operation.RuleRef("ORDER", 1, true), BigDecimal.TEN))))
                .biz("ORDER", "o-1"));
        ledger.commitEarned(BOB);
    }

    private void refundOrder() {
        ledger.decide(Posting.of(
                new Key("", "refund"),
                new byte[16],
                new Target.User(BOB, false),
                new Operation.OrderRefund("o-1", BigDecimal.TEN)));
    }

    private void rank() {
        ledger.accepted(BOB, new Operation.Rank());
        ledger.commitEarned(BOB);
    }

    private void passTo(LocalDate day) {
        ledger.now = day.atTime(12, 0).toInstant(ZoneOffset.UTC);
    }
}
