package io.jifen.ledger;

import static io.jifen.ledger.PureLedger.ZONE;
import static io.jifen.ledger.PureLedger.grant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.jifen.platform.Problem;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens where frozen points, expiry, clawback and refund meet: every cell of the room's table. */
class PostingMatrixTest {

    private final PureLedger ledger = new PureLedger("bob", "eve");
    private final LocalDate today = ledger.today();
    private final LocalDate soon = today.plusDays(10);
    private final LocalDate later = today.plusDays(100);

    @AfterEach
    void invariants_hold() {
        assertThat(ledger.violations("bob")).isEmpty();
        assertThat(ledger.violations("eve")).isEmpty();
    }

    // ---- holds ----

    @Test
    void a_hold_counts_against_the_balance() {
        // Given
        ledger.accepted("bob", grant(100, soon));
        hold(70, Duration.ofHours(1));

        // When
        Problem refused = ledger.refused("bob", new Operation.Spend(31));
        Problem held = ledger.refused("bob", new Operation.Hold(31, ledger.now.plusSeconds(60)));

        // Then
        assertThat(refused.figures()).containsEntry("available", 30L);
        assertThat(held.figures()).containsEntry("available", 30L).containsEntry("required", 31L);
        assertThat(bob().frozen).isEqualTo(70);
    }

    @Test
    void a_partial_capture_takes_the_earliest_lots_and_gives_back_the_rest() {
        // Given
        ledger.accepted("bob", grant(50, soon));
        ledger.accepted("bob", grant(50, later));
        long hold = hold(80, Duration.ofHours(1));

        // When
        PostingResult captured = ledger.accepted("bob", new Operation.Capture(hold, 60L));

        // Then
        assertThat(captured.points()).isEqualTo(-60);
        assertThat(last(2))
                .extracting(Entry::type, Entry::points, Entry::frozenChange)
                .containsExactly(tuple(EntryType.CAPTURE, 0L, -60L), tuple(EntryType.RELEASE, 20L, -20L));
        assertThat(bob().lots).containsExactly(entry(later, 40L));
        assertThat(bob().totalConsumed).isEqualTo(60);
    }

    @Test
    void a_hold_ends_once() {
        // Given
        ledger.accepted("bob", grant(100, soon));
        long hold = hold(70, Duration.ofHours(1));
        ledger.accepted("bob", new Operation.Capture(hold, null));

        // When
        Problem twice = ledger.refused("bob", new Operation.Capture(hold, null));
        Problem released = ledger.refused("bob", new Operation.Release(hold));

        // Then
        assertThat(twice.code()).isEqualTo("illegal-state");
        assertThat(twice.figures()).containsEntry("state", "CAPTURED");
        assertThat(released.figures()).containsEntry("state", "CAPTURED");
    }

    @Test
    void more_than_the_hold_is_not_captured() {
        // Given
        ledger.accepted("bob", grant(100, soon));
        long hold = hold(70, Duration.ofHours(1));

        // When
        Problem refused = ledger.refused("bob", new Operation.Capture(hold, 71L));

        // Then
        assertThat(refused.code()).isEqualTo("insufficient-points");
        assertThat(ledger.hold(hold).status()).isEqualTo(HoldState.Status.OPEN);
    }

    @Test
    void from_its_expiry_on_a_hold_is_released_and_can_not_be_captured() {
        // Given
        ledger.accepted("bob", grant(100, soon));
        long hold = hold(70, Duration.ofHours(1));
        ledger.pass(Duration.ofHours(1));

        // When
        Problem refused = ledger.refused("bob", new Operation.Capture(hold, null));

        // Then
        assertThat(refused.figures()).containsEntry("state", "EXPIRED");
        assertThat(bob().available).isEqualTo(100);
        assertThat(bob().frozen).isZero();
    }

    @Test
    void a_moment_before_its_expiry_a_hold_can_be_captured() {
        // Given
        ledger.accepted("bob", grant(100, soon));
        long hold = hold(70, Duration.ofHours(1));
        ledger.pass(Duration.ofHours(1).minusMillis(1));

        // When
        PostingResult captured = ledger.accepted("bob", new Operation.Capture(hold, null));

        // Then
        assertThat(captured.points()).isEqualTo(-70);
    }

    // ---- a draw ----

    @Test
    void what_a_draw_wins_does_not_pay_for_it_and_comes_with_it() {
        // Given
        ledger.accepted("bob", grant(10, soon));
        Operation.Line won = new Operation.Line(50, later, null, null);

        // When
        Problem refused = ledger.refused("bob", new Operation.SpendAndGrant(11, List.of(won)));
        PostingResult drawn = ledger.accepted("bob", new Operation.SpendAndGrant(10, List.of(won)));

        // Then
        assertThat(refused.code()).isEqualTo("insufficient-points");
        assertThat(drawn.type()).isEqualTo(EntryType.SPEND);
        assertThat(drawn.points()).isEqualTo(-10);
        assertThat(last(2)).extracting(Entry::type).containsExactly(EntryType.SPEND, EntryType.GRANT);
        assertThat(bob().lots).containsExactly(entry(later, 50L));
        assertThat(bob().totalConsumed).isEqualTo(10);
        assertThat(bob().totalEarned).isEqualTo(60);
        assertThat(bob().levelBasis).isEqualTo(60);
    }

    // ---- frozen × expiry ----

    @Test
    void held_points_do_not_expire_and_can_be_captured_after_their_day() {
        // Given
        ledger.accepted("bob", grant(100, soon));
        long hold = hold(70, Duration.ofDays(60));
        ledger.pass(Duration.ofDays(30));

        // When
        ledger.accepted("bob", new Operation.Capture(hold, null));

        // Then
        assertThat(bob().totalExpired).isEqualTo(30);
        assertThat(bob().totalConsumed).isEqualTo(70);
        assertThat(bob().available).isZero();
    }

    @Test
    void points_released_after_their_day_expire_in_the_same_posting_at_the_moment_of_release() {
        // Given
        ledger.accepted("bob", grant(100, soon));
        long hold = hold(70, Duration.ofDays(60));
        ledger.pass(Duration.ofDays(30));

        // When
        PostingResult released = ledger.accepted("bob", new Operation.Release(hold));

        // Then
        assertThat(released.entries())
                .extracting(PostingResult.EntryLine::type, PostingResult.EntryLine::points)
                .containsExactly(tuple(EntryType.RELEASE, 70L), tuple(EntryType.EXPIRE, -70L));
        assertThat(last(1).getFirst().occurredAt()).isEqualTo(ledger.now);
        assertThat(released.afterBalance()).isZero();
    }

    @Test
    void a_hold_that_timed_out_after_its_lot_expires_what_it_gives_back() {
        // Given
        ledger.accepted("bob", grant(100, soon));
        hold(70, Duration.ofDays(20));
        ledger.pass(Duration.ofDays(30));

        // When
        ledger.accepted("bob", new Operation.Settle());

        // Then
        assertThat(ledger.entries("bob").subList(2, 5))
                .extracting(Entry::type, Entry::points)
                .containsExactly(
                        tuple(EntryType.EXPIRE, -30L), tuple(EntryType.RELEASE, 70L), tuple(EntryType.EXPIRE, -70L));
        assertThat(bob().totalExpired).isEqualTo(100);
    }

    @Test
    void a_spend_takes_nothing_of_a_hold_that_timed_out_after_its_lot() {
        // Given
        ledger.accepted("bob", grant(100, soon));
        hold(100, Duration.ofDays(20));
        ledger.pass(Duration.ofDays(30));

        // When
        Problem refused = ledger.refused("bob", new Operation.Spend(1));

        // Then
        assertThat(refused.figures()).containsEntry("available", 0L);
        assertThat(bob().totalExpired).isEqualTo(100);
    }

    // ---- refund ----

    @Test
    void a_refund_goes_back_in_reverse_order_of_taking() {
        // Given
        ledger.accepted("bob", grant(50, soon));
        ledger.accepted("bob", grant(50, later));
        PostingResult spend = ledger.accepted("bob", new Operation.Spend(80));

        // When
        refund(spend, 40L);

        // Then: 30 came from later, and go back first
        assertThat(bob().lots).containsExactly(entry(soon, 10L), entry(later, 50L));
        assertThat(bob().totalConsumed).isEqualTo(40);
    }

    @Test
    void refunds_together_are_never_more_than_the_spend() {
        // Given
        ledger.accepted("bob", grant(50, soon));
        PostingResult spend = ledger.accepted("bob", new Operation.Spend(50));
        refund(spend, 20L);

        // When
        Problem tooMuch = ledger.refused("bob", new Operation.Refund(no(spend), 31L));
        refund(spend, null);
        Problem again = ledger.refused("bob", new Operation.Refund(no(spend), null));

        // Then
        assertThat(tooMuch.figures()).containsEntry("available", 30L);
        assertThat(again.code()).isEqualTo("illegal-state");
        assertThat(bob().available).isEqualTo(50);
    }

    @Test
    void a_capture_is_refunded_like_a_spend() {
        // Given
        ledger.accepted("bob", grant(50, soon));
        long hold = hold(50, Duration.ofHours(1));
        PostingResult captured = ledger.accepted("bob", new Operation.Capture(hold, 30L));

        // When
        PostingResult refunded = refund(captured, null);

        // Then
        assertThat(refunded.points()).isEqualTo(30);
        assertThat(bob().lots).containsExactly(entry(soon, 50L));
    }

    @Test
    void a_refund_to_a_lot_past_its_day_gets_days_of_grace() {
        // Given
        ledger.accepted("bob", grant(50, soon));
        PostingResult spend = ledger.accepted("bob", new Operation.Spend(50));
        ledger.pass(Duration.ofDays(30));

        // When
        PostingResult refunded = refund(spend, null);

        // Then
        LocalDate grace = ledger.today().plusDays(7);
        assertThat(bob().lots).containsExactly(entry(grace, 50L));
        assertThat(refunded.expireAt())
                .isEqualTo(grace.plusDays(1).atStartOfDay(PureLedger.ZONE).toInstant());
    }

    @Test
    void without_grace_a_refund_to_a_lot_past_its_day_expires_at_once() {
        // Given
        ledger.graceDays = 0;
        ledger.accepted("bob", grant(50, soon));
        PostingResult spend = ledger.accepted("bob", new Operation.Spend(50));
        ledger.pass(Duration.ofDays(30));

        // When
        PostingResult refunded = refund(spend, null);

        // Then
        assertThat(refunded.entries())
                .extracting(PostingResult.EntryLine::type)
                .containsExactly(EntryType.REFUND, EntryType.EXPIRE);
        assertThat(refunded.expireAt()).isNull();
        assertThat(bob().available).isZero();
        assertThat(bob().totalExpired).isEqualTo(50);
    }

    // ---- clawback ----

    @Test
    void a_clawback_is_pro_rata_and_rounds_up_over_all_refunds_not_each() {
        // Given: 10 points for 100.00
        order("o-1", 10, ClawbackPolicy.ARREARS);

        // When: three refunds of 33.33, then the last cent
        List<Long> taken = Stream.of("33.33", "33.33", "33.33", "0.01")
                .map(amount -> -refundOrder("o-1", amount).points())
                .toList();

        // Then: 10 × 0.3333 is 4, twice that 7 in all, thrice 10
        assertThat(taken).containsExactly(4L, 3L, 3L, 0L);
        assertThat(bob().available).isZero();
        assertThat(refundOrder("o-1", "50.00").points()).isZero();
        assertThat(bob().levelBasis).isZero();
        assertThat(bob().totalEarned).isEqualTo(10);
    }

    @Test
    void a_clawback_takes_the_grants_own_lot_before_the_earliest() {
        // Given
        ledger.accepted("bob", grant(50, soon));
        order("o-1", 10, ClawbackPolicy.ARREARS);

        // When
        refundOrder("o-1", "50.00");

        // Then
        assertThat(bob().lots).containsExactly(entry(soon, 50L), entry(later, 5L));
    }

    @Test
    void what_was_spent_is_owed_and_the_next_inflow_repays_it() {
        // Given
        order("o-1", 10, ClawbackPolicy.ARREARS);
        ledger.accepted("bob", new Operation.Spend(8));

        // When
        PostingResult clawback = refundOrder("o-1", "100.00");
        ledger.accepted("bob", grant(5, soon));

        // Then
        assertThat(clawback.arrears()).isEqualTo(8);
        assertThat(clawback.points()).isEqualTo(-10);
        assertThat(bob().arrears).isEqualTo(3);
        assertThat(bob().available).isZero();
    }

    @Test
    void within_balance_writes_off_what_is_not_there() {
        // Given
        order("o-1", 10, ClawbackPolicy.WITHIN_BALANCE);
        ledger.accepted("bob", new Operation.Spend(8));

        // When
        PostingResult clawback = refundOrder("o-1", "100.00");

        // Then
        assertThat(clawback.writtenOff()).isEqualTo(8);
        assertThat(clawback.arrears()).isZero();
        assertThat(bob().available).isZero();
    }

    @Test
    void pending_only_touches_nothing_that_is_active() {
        // Given
        order("o-1", 10, ClawbackPolicy.PENDING_ONLY);

        // When
        PostingResult clawback = refundOrder("o-1", "100.00");

        // Then
        assertThat(clawback.writtenOff()).isEqualTo(10);
        assertThat(clawback.entries()).isEmpty();
        assertThat(bob().available).isEqualTo(10);
    }

    @Test
    void pending_points_are_clawed_back_first_and_were_never_earned() {
        // Given
        pendingOrder("o-1", 10);

        // When
        PostingResult clawback = refundOrder("o-1", "40.00");

        // Then
        assertThat(clawback.entries())
                .extracting(PostingResult.EntryLine::pendingChange)
                .containsExactly(-4L);
        assertThat(bob().pending).isEqualTo(6);
        assertThat(bob().levelBasis).isZero();
    }

    @Test
    void arrears_stop_at_their_limit() {
        // Given
        ledger.arrearsLimit = 3;
        order("o-1", 10, ClawbackPolicy.ARREARS);
        ledger.accepted("bob", new Operation.Spend(10));

        // When
        PostingResult clawback = refundOrder("o-1", "100.00");

        // Then
        assertThat(clawback.arrears()).isEqualTo(3);
        assertThat(clawback.writtenOff()).isEqualTo(7);
    }

    @Test
    void a_refund_before_its_order_is_netted_when_the_order_comes() {
        // Given
        PostingResult early = refundOrder("o-1", "30.00");

        // When
        PostingResult granted = order("o-1", 10, ClawbackPolicy.ARREARS);

        // Then
        assertThat(early.entries()).isEmpty();
        assertThat(granted.points()).isEqualTo(10);
        assertThat(granted.afterBalance()).isEqualTo(7);
    }

    // ---- frozen × clawback ----

    @Test
    void a_clawback_never_touches_frozen_points() {
        // Given
        order("o-1", 10, ClawbackPolicy.ARREARS);
        long hold = hold(6, Duration.ofHours(1));

        // When
        PostingResult clawback = refundOrder("o-1", "100.00");

        // Then
        assertThat(clawback.frozen()).isEqualTo(6);
        assertThat(clawback.arrears()).isEqualTo(6);
        ledger.accepted("bob", new Operation.Capture(hold, null));
        assertThat(bob().frozen).isZero();
    }

    @Test
    void a_release_repays_what_is_owed() {
        // Given
        order("o-1", 10, ClawbackPolicy.ARREARS);
        long hold = hold(10, Duration.ofHours(1));
        refundOrder("o-1", "60.00");

        // When
        ledger.accepted("bob", new Operation.Release(hold));

        // Then
        assertThat(bob().arrears).isZero();
        assertThat(bob().available).isEqualTo(4);
    }

    // ---- expiry × clawback ----

    @Test
    void a_clawback_after_the_grant_expired_takes_other_points_or_is_owed() {
        // Given
        order("o-1", 10, ClawbackPolicy.ARREARS);
        ledger.pass(Duration.ofDays(101));
        ledger.accepted("bob", grant(4, ledger.today().plusDays(5)));

        // When
        PostingResult clawback = refundOrder("o-1", "100.00");

        // Then
        assertThat(bob().totalExpired).isEqualTo(10);
        assertThat(clawback.afterBalance()).isZero();
        assertThat(clawback.arrears()).isEqualTo(6);
    }

    // ---- refund × clawback ----

    @Test
    void a_refund_of_a_spend_repays_arrears_of_a_clawback() {
        // Given
        order("o-1", 10, ClawbackPolicy.ARREARS);
        PostingResult spend = ledger.accepted("bob", new Operation.Spend(10));
        refundOrder("o-1", "100.00");

        // When
        PostingResult refunded = refund(spend, null);

        // Then
        assertThat(refunded.arrears()).isZero();
        assertThat(refunded.afterBalance()).isZero();
        assertThat(refunded.entries())
                .extracting(PostingResult.EntryLine::type)
                .containsExactly(EntryType.REFUND, EntryType.ARREARS_REPAID);
    }

    // ---- frozen × expiry × clawback × refund ----

    @Test
    void all_four_at_once_leave_every_point_accounted_for() {
        // Given: an order's points are held; meanwhile the order is refunded and their day passes
        order("o-1", 100, ClawbackPolicy.ARREARS);
        long hold = hold(80, Duration.ofDays(365));
        refundOrder("o-1", "50.00");
        ledger.pass(Duration.ofDays(200));

        // When: part of the hold is captured and then refunded
        PostingResult captured = ledger.accepted("bob", new Operation.Capture(hold, 50L));
        refund(captured, null);

        // Then: 20 of 100 were taken back at once and 30 owed; the 30 released repaid them; 50 came back with grace
        AccountState bob = bob();
        assertThat(bob.arrears).isZero();
        assertThat(bob.available).isEqualTo(50);
        assertThat(bob.lots).containsExactly(entry(ledger.today().plusDays(7), 50L));
        assertThat(bob.totalExpired).isZero();
        assertThat(bob.totalConsumed).isZero();
    }

    // ---- transfer ----

    @Test
    void transferred_points_keep_their_days() {
        // Given
        ledger.accepted("bob", grant(50, soon));
        ledger.accepted("bob", grant(50, later));

        // When
        PostingResult sent = transfer("bob", "eve", 70);

        // Then
        assertThat(sent.userId()).isEqualTo("bob");
        assertThat(sent.afterBalance()).isEqualTo(30);
        assertThat(ledger.account("eve").lots).containsExactly(entry(soon, 50L), entry(later, 20L));
        assertThat(ledger.account("eve").totalEarned).isZero();
    }

    @Test
    void a_transfer_repays_the_receivers_arrears() {
        // Given
        order("o-1", 10, ClawbackPolicy.ARREARS);
        ledger.accepted("bob", new Operation.Spend(10));
        refundOrder("o-1", "100.00");
        ledger.accepted("eve", grant(50, soon));

        // When
        transfer("eve", "bob", 25);

        // Then
        assertThat(bob().arrears).isZero();
        assertThat(bob().available).isEqualTo(15);
    }

    @Test
    void daily_limits_of_transfers_refuse_and_say_what_is_used() {
        // Given
        ledger.accepted("bob", grant(50, soon));
        Operation.DailyLimit limit = new Operation.DailyLimit(2, 30);
        ledger.accepted("bob", new Operation.Transfer("eve", 20, limit));

        // When
        Problem points = ledger.refused("bob", new Operation.Transfer("eve", 11, limit));
        ledger.accepted("bob", new Operation.Transfer("eve", 10, limit));
        Problem times = ledger.refused("bob", new Operation.Transfer("eve", 1, new Operation.DailyLimit(2, 0)));

        // Then
        assertThat(points.code()).isEqualTo("daily-limit-reached");
        assertThat(points.figures()).containsEntry("used", 20L).containsEntry("limit", 30L);
        assertThat(times.figures()).containsEntry("used", 2L);
        ledger.pass(Duration.ofDays(1));
        ledger.accepted("bob", new Operation.Transfer("eve", 1, limit));
    }

    // ---- pending, reinstatement ----

    @Test
    void pending_points_become_active_on_their_time_and_are_valid_from_then() {
        // Given
        pendingOrder("o-1", 10);
        Problem early = ledger.refused("bob", new Operation.Spend(1));
        ledger.pass(Duration.ofDays(7));

        // When
        ledger.accepted("bob", new Operation.Activate());

        // Then
        assertThat(early.code()).isEqualTo("insufficient-points");
        assertThat(bob().pending).isZero();
        assertThat(bob().available).isEqualTo(10);
        assertThat(bob().totalEarned).isEqualTo(10);
        assertThat(bob().nextExpiresOn).isEqualTo(today.plusDays(7 + 30));
        assertThat(ledger.accepted("bob", new Operation.Activate()).entries()).isEmpty();
    }

    @Test
    void a_clawback_after_activation_takes_the_grants_own_lot_first() {
        // Given: a lot that expires earlier, and the grant's, which expires 30 days after it became active
        pendingOrder("o-1", 10);
        ledger.pass(Duration.ofDays(7));
        ledger.accepted("bob", new Operation.Activate());
        LocalDate own = today.plusDays(7 + 30);
        ledger.accepted("bob", grant(5, own.minusDays(20)));

        // When
        refundOrder("o-1", "100.00");

        // Then
        assertThat(bob().lots).containsExactly(entry(own.minusDays(20), 5L));
    }

    @Test
    void expired_points_are_given_back_with_a_new_day_and_not_more_than_expired() {
        // Given
        ledger.accepted("bob", grant(50, soon));
        ledger.pass(Duration.ofDays(30));
        ledger.accepted("bob", new Operation.Settle());

        // When
        Problem tooMuch = ledger.refused("bob", new Operation.Reinstate(51, later));
        ledger.accepted("bob", new Operation.Reinstate(50, later));

        // Then
        assertThat(tooMuch.code()).isEqualTo("insufficient-points");
        assertThat(bob().available).isEqualTo(50);
        assertThat(bob().totalExpired).isZero();
    }

    // ---- helpers ----

    private AccountState bob() {
        return ledger.account("bob");
    }

    private List<Entry> last(int count) {
        List<Entry> entries = ledger.entries("bob");
        return entries.subList(entries.size() - count, entries.size());
    }

    private long hold(long points, Duration life) {
        return no(ledger.accepted("bob", new Operation.Hold(points, ledger.now.plus(life))));
    }

    private PostingResult refund(PostingResult spend, Long points) {
        return ledger.accepted("bob", new Operation.Refund(no(spend), points));
    }

    private PostingResult transfer(String from, String to, long points) {
        return ledger.accepted(from, new Operation.Transfer(to, points, new Operation.DailyLimit(0, 0)));
    }

    /** An order of 100.00 that earns so many points, good until {@code later}. */
    private PostingResult order(String orderNo, long points, ClawbackPolicy policy) {
        return earn(orderNo, new Operation.Line(points, later, rule(policy), new BigDecimal("100.00")));
    }

    private PostingResult pendingOrder(String orderNo, long points) {
        Instant activates = today.plusDays(7).atStartOfDay(ZONE).toInstant();
        return earn(
                orderNo,
                new Operation.Line(
                        points,
                        Lot.NEVER,
                        rule(ClawbackPolicy.ARREARS),
                        new BigDecimal("100.00"),
                        new Operation.Pending(activates, new Validity(30, false))));
    }

    private PostingResult earn(String orderNo, Operation.Line line) {
        Posting posting = Posting.keyless(new Target.User("bob", false), new Operation.Grant(List.of(line)))
                .biz("ORDER", orderNo);
        return ((Decision.Decided.Accepted) ledger.decide(posting)).result();
    }

    private static Operation.RuleRef rule(ClawbackPolicy policy) {
        return new Operation.RuleRef("ORDER", 1, true, policy);
    }

    private int refunds;

    private PostingResult refundOrder(String orderNo, String amount) {
        Posting posting = Posting.of(
                new Key("", "refund-" + refunds++),
                new byte[0],
                new Target.User("bob", false),
                new Operation.OrderRefund(orderNo, new BigDecimal(amount)));
        return ((Decision.Decided.Accepted) ledger.decide(posting)).result();
    }

    private static long no(PostingResult result) {
        return Long.parseLong(result.transactionNo());
    }
}
