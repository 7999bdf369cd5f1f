package io.jifen.ledger;

import static io.jifen.ledger.PureLedger.grant;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Points that made an order cheaper come back with its refunds, in whatever parts, to the point. */
class CashOffTest {

    @Property(tries = 300)
    void parts_come_to_what_their_sum_comes_to_and_the_last_one_to_all(
            @ForAll @LongRange(min = 1, max = 100_000) long points,
            @ForAll @LongRange(min = 1, max = 1_000_000) long cents,
            @ForAll @Size(min = 1, max = 8) List<@LongRange(min = 1, max = 400_000) Long> parts) {
        // Given
        PureLedger ledger = new PureLedger("bob");
        ledger.accepted("bob", grant(points, ledger.today().plusDays(100)));
        long hold = Long.parseLong(
                result(ledger, "hold", hold(ledger, points, cents)).transactionNo());
        result(ledger, "capture", new Operation.Capture(hold, null));

        long sum = 0;
        for (long part : parts) {
            // When
            sum += part;
            result(ledger, "refund-" + sum, refund(part));

            // Then
            assertThat(ledger.account("bob").available)
                    .isEqualTo(BigDecimal.valueOf(points)
                            .multiply(BigDecimal.valueOf(Math.min(sum, cents)))
                            .divide(BigDecimal.valueOf(cents), 0, RoundingMode.FLOOR)
                            .longValueExact());
        }
        result(ledger, "refund-rest", refund(cents));
        assertThat(ledger.account("bob").available).isEqualTo(points);
        assertThat(ledger.account("bob").totalConsumed).isZero();
        assertThat(ledger.violations("bob")).isEmpty();
    }

    @Property(tries = 100)
    void in_one_part_or_in_cents_it_is_the_same(
            @ForAll @LongRange(min = 1, max = 1000) long points, @ForAll @LongRange(min = 1, max = 40) long cents) {
        assertThat(afterRefunds(
                        points, 60, LongStream.generate(() -> 1).limit(cents).toArray()))
                .isEqualTo(afterRefunds(points, 60, cents));
    }

    /** What can happen to an order that was made cheaper by a hold. */
    private enum Step {
        EARNS,
        CAPTURES,
        REFUNDS_A_THIRD,
        REFUNDS_A_FIFTH
    }

    @ParameterizedTest(name = "the hold names the order''s amount: {0}")
    @ValueSource(booleans = {true, false})
    void whichever_of_order_capture_and_refunds_comes_last_all_is_netted(boolean named) {
        for (List<Step> order : orders(List.of(Step.values()))) {
            // Given
            PureLedger ledger = new PureLedger("bob");
            ledger.accepted("bob", grant(1000, ledger.today().plusDays(100)));
            BigDecimal whole = BigDecimal.valueOf(100);
            long hold = Long.parseLong(result(
                            ledger,
                            "hold",
                            new Operation.Hold(300, ledger.now.plus(Duration.ofHours(1)), named ? whole : null))
                    .transactionNo());

            // When
            for (Step step : order) {
                switch (step) {
                    case EARNS -> earn(ledger, 100, whole);
                    case CAPTURES -> result(ledger, "capture", new Operation.Capture(hold, null));
                    case REFUNDS_A_THIRD -> result(ledger, "third", refund(33_33));
                    case REFUNDS_A_FIFTH -> result(ledger, "fifth", refund(20_00));
                }
            }

            // Then: of 300 points 159.99 come back, of 100 earned 53.33 are taken back
            AccountState bob = ledger.account("bob");
            assertThat(bob.available).as("%s", order).isEqualTo(1000 - 300 + 100 + 159 - 54);
            assertThat(bob.arrears).as("%s", order).isZero();
            assertThat(bob.totalConsumed).as("%s", order).isEqualTo(300 - 159);
            assertThat(ledger.violations("bob")).as("%s", order).isEmpty();
        }
    }

    @Test
    void a_refund_that_only_gives_back_says_so() {
        // Given
        PureLedger ledger = new PureLedger("bob");
        ledger.accepted("bob", grant(100, ledger.today().plusDays(100)));
        long hold =
                Long.parseLong(result(ledger, "hold", hold(ledger, 100, 1000)).transactionNo());
        result(ledger, "capture", new Operation.Capture(hold, null));

        // When / Then
        PostingResult back = result(ledger, "refund-1", refund(500));
        assertThat(back.type()).isEqualTo(EntryType.REFUND);
        assertThat(back.points()).isEqualTo(50);

        // When / Then: it takes back as well, and says that
        earn(ledger, 10, BigDecimal.TEN);
        PostingResult both = result(ledger, "refund-2", refund(500));
        assertThat(both.type()).isEqualTo(EntryType.CLAWBACK);
        assertThat(both.points()).isEqualTo(-5);
        assertThat(ledger.account("bob").available).isEqualTo(100);
    }

    private static void earn(PureLedger ledger, long points, BigDecimal amount) {
        Operation.RuleRef rule = new Operation.RuleRef("ORDER", 1, true);
        Operation.Line line = new Operation.Line(points, ledger.today().plusDays(50), rule, amount);
        Posting posting = Posting.of(
                        new Key("", "earn"),
                        new byte[0],
                        new Target.User("bob", false),
                        new Operation.Grant(List.of(line)))
                .biz("ORDER", "o-1");
        assertThat(ledger.decide(posting)).isInstanceOf(Decision.Decided.Accepted.class);
    }

    private static <T> List<List<T>> orders(List<T> all) {
        if (all.isEmpty()) {
            return List.of(List.of());
        }
        List<List<T>> orders = new ArrayList<>();
        for (T first : all) {
            List<T> rest = new ArrayList<>(all);
            rest.remove(first);
            for (List<T> behind : orders(rest)) {
                List<T> order = new ArrayList<>(List.of(first));
                order.addAll(behind);
                orders.add(order);
            }
        }
        return orders;
    }

    private static long afterRefunds(long points, long cents, long... parts) {
        PureLedger ledger = new PureLedger("bob");
        ledger.accepted("bob", grant(points, ledger.today().plusDays(100)));
        long hold = Long.parseLong(
                result(ledger, "hold", hold(ledger, points, cents)).transactionNo());
        result(ledger, "capture", new Operation.Capture(hold, null));
        for (int i = 0; i < parts.length; i++) {
            result(ledger, "refund-" + i, refund(parts[i]));
        }
        return ledger.account("bob").available;
    }

    private static Operation.Hold hold(PureLedger ledger, long points, long cents) {
        return new Operation.Hold(points, ledger.now.plus(Duration.ofHours(1)), BigDecimal.valueOf(cents, 2));
    }

    private static Operation.OrderRefund refund(long cents) {
        return new Operation.OrderRefund("o-1", BigDecimal.valueOf(cents, 2));
    }

    private static PostingResult result(PureLedger ledger, String key, Operation operation) {
        Posting posting = Posting.of(new Key("", key), new byte[0], new Target.User("bob", false), operation)
                .biz(null, "o-1");
        return ((Decision.Decided.Accepted) ledger.decide(posting)).result();
    }
}
