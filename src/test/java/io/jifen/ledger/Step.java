package io.jifen.ledger;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** One step of a random life of two accounts: a posting of one of them, or time that passes. */
sealed interface Step {

    /** Which of the two accounts. */
    record Grant(int who, long points, int validDays) implements Step {}

    record Order(int who, int no, int amount, long points, ClawbackPolicy policy, int pendingDays) implements Step {}

    record OrderRefund(int who, int no, int amount) implements Step {}

    record Spend(int who, long points) implements Step {}

    record Hold(int who, long points, int hours) implements Step {}

    /** {@code which}: of the holds so far, counted round; {@code points}: 0 is all. */
    record Capture(int which, long points) implements Step {}

    record Release(int which) implements Step {}

    record Refund(int which, long points) implements Step {}

    record Transfer(int who, long points) implements Step {}

    record Adjust(int who, long points) implements Step {}

    record Reinstate(int who, long points) implements Step {}

    record Activate(int who) implements Step {}

    record Settle(int who) implements Step {}

    record Pass(int hours) implements Step {

        Duration time() {
            return Duration.ofHours(hours);
        }
    }

    static Arbitrary<List<Step>> lives() {
        return Arbitraries.frequencyOf(List.of(
                        tuple(
                                4,
                                Combinators.combine(
                                                who(),
                                                points(),
                                                Arbitraries.integers().between(0, 40))
                                        .as(Grant::new)),
                        tuple(
                                3,
                                Combinators.combine(
                                                who(),
                                                orderNo(),
                                                Arbitraries.integers().between(1, 100),
                                                points(),
                                                Arbitraries.of(ClawbackPolicy.class),
                                                Arbitraries.of(0, 0, 3))
                                        .as(Order::new)),
                        tuple(
                                3,
                                Combinators.combine(
                                                who(),
                                                orderNo(),
                                                Arbitraries.integers().between(1, 60))
                                        .as(OrderRefund::new)),
                        tuple(4, Combinators.combine(who(), points()).as(Spend::new)),
                        tuple(
                                3,
                                Combinators.combine(
                                                who(),
                                                points(),
                                                Arbitraries.integers().between(1, 200))
                                        .as(Hold::new)),
                        tuple(2, Combinators.combine(which(), part()).as(Capture::new)),
                        tuple(2, which().map(Release::new)),
                        tuple(3, Combinators.combine(which(), part()).as(Refund::new)),
                        tuple(2, Combinators.combine(who(), points()).as(Transfer::new)),
                        tuple(
                                2,
                                Combinators.combine(
                                                who(),
                                                Arbitraries.longs()
                                                        .between(-60, 60)
                                                        .filter(p -> p != 0))
                                        .as(Adjust::new)),
                        tuple(1, Combinators.combine(who(), points()).as(Reinstate::new)),
                        tuple(1, who().map(Activate::new)),
                        tuple(1, who().map(Settle::new)),
                        tuple(5, Arbitraries.integers().between(1, 400).map(Pass::new))))
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }

    private static Tuple.Tuple2<Integer, Arbitrary<Step>> tuple(int weight, Arbitrary<? extends Step> steps) {
        return Tuple.of(weight, steps.map(step -> step));
    }

    private static Arbitrary<Integer> who() {
        return Arbitraries.integers().between(0, 1);
    }

    private static Arbitrary<Integer> orderNo() {
        return Arbitraries.integers().between(0, 3);
    }

    private static Arbitrary<Integer> which() {
        return Arbitraries.integers().between(0, 5);
    }

    private static Arbitrary<Long> points() {
        return Arbitraries.longs().between(1, 100);
    }

    private static Arbitrary<Long> part() {
        return Arbitraries.longs().between(0, 60);
    }

    /** Cents of an order, as money. */
    static BigDecimal money(int amount) {
        return BigDecimal.valueOf(amount).movePointLeft(1).setScale(2);
    }
}
