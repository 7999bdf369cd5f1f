package io.jifen.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion;
import io.jifen.ledger.Companion.Plan;
import io.jifen.ledger.Ladder;
import io.jifen.ledger.Operation;
import io.jifen.ledger.PostingResult;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a batch of exchanges makes of the shelf. */
class ShelfTest {

    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final Ladder LADDER =
            new Ladder(List.of(new Ladder.Rung("NORMAL", "Normal", 0), new Ladder.Rung("VIP1", "VIP 1", 1000)));

    private final AtomicLong numbers = new AtomicLong(1000);

    @Test
    void many_exchanges_of_one_goods_item_are_one_change_of_its_stock() {
        // Given
        Shelf shelf = shelf(goods(GoodsKind.VIRTUAL, 10, 0, null));

        // When
        for (int i = 0; i < 7; i++) {
            accept(shelf, buy(1), account(i, "NORMAL"));
        }

        // Then
        assertThat(shelf.changed.values()).singleElement().satisfies(left -> {
            assertThat(left.stock()).isEqualTo(3);
            assertThat(left.sold()).isEqualTo(7);
        });
        assertThat(shelf.made).hasSize(7);
    }

    @Test
    void what_the_batch_took_before_is_gone() {
        // Given
        Shelf shelf = shelf(goods(GoodsKind.VIRTUAL, 3, 0, null));
        accept(shelf, buy(2), account(1, "NORMAL"));

        // When / Then
        assertThat(refusal(shelf, buy(2), account(2, "NORMAL"))).isEqualTo("out-of-stock");
        accept(shelf, buy(1), account(2, "NORMAL"));
        assertThat(refusal(shelf, buy(1), account(3, "NORMAL"))).isEqualTo("out-of-stock");
    }

    @Test
    void a_plan_that_the_ledger_refuses_takes_nothing() {
        // Given
        Shelf shelf = shelf(goods(GoodsKind.VIRTUAL, 1, 0, null));

        // When: decided, and not accepted
        assertThat(shelf.decide(buy(1), given(account(1, "NORMAL")))).isInstanceOf(Plan.Go.class);

        // Then
        accept(shelf, buy(1), account(2, "NORMAL"));
        assertThat(shelf.made).hasSize(1);
    }

    @Test
    void a_users_limit_counts_what_the_batch_gave_before() {
        // Given: two had before, three are allowed
        Goods goods = goods(GoodsKind.VIRTUAL, 10, 3, null);
        Shelf shelf = new Shelf(
                Map.of("g", goods),
                Map.of(),
                Map.of(new ExchangeSql.OfUser(1, "g"), 2L),
                Map.of(),
                LADDER,
                ShelfTest::discount,
                NOW,
                numbers::incrementAndGet);

        // When / Then
        assertThat(refusal(shelf, buy(2), account(1, "NORMAL"))).isEqualTo("daily-limit-reached");
        accept(shelf, buy(1), account(1, "NORMAL"));
        assertThat(refusal(shelf, buy(1), account(1, "NORMAL"))).isEqualTo("daily-limit-reached");
        accept(shelf, buy(3), account(2, "NORMAL"));
    }

    @Test
    void a_level_required_is_a_lowest_one() {
        Shelf shelf = shelf(goods(GoodsKind.VIRTUAL, 10, 0, "VIP1"));

        assertThat(refusal(shelf, buy(1), account(1, "NORMAL"))).isEqualTo("illegal-state");
        accept(shelf, buy(1), account(2, "VIP1"));
    }

    @Test
    void a_level_is_spared_a_part_of_the_price_in_whole_points() {
        Shelf shelf = shelf(goods(GoodsKind.VIRTUAL, 100, 0, null));

        assertThat(cost(shelf, buy(20), account(1, "NORMAL"))).isEqualTo(200);
        assertThat(cost(shelf, buy(20), account(1, "VIP1"))).isEqualTo(190);
        assertThat(cost(shelf, buy(3), account(1, "VIP1"))).as("28.5").isEqualTo(29);
        assertThat(cost(shelf, buy(1), account(1, "VIP1"))).as("9.5").isEqualTo(10);
    }

    @Test
    void each_coupon_is_given_out_once() {
        // Given
        Shelf shelf = new Shelf(
                Map.of("g", goods(GoodsKind.COUPON, 3, 0, null)),
                Map.of(
                        "g",
                        List.of(new GoodsSql.Coupon(1, "A"), new GoodsSql.Coupon(2, "B"), new GoodsSql.Coupon(3, "C"))),
                Map.of(),
                Map.of(),
                LADDER,
                ShelfTest::discount,
                NOW,
                numbers::incrementAndGet);

        // When
        Wish.Buy two = buy(2);
        accept(shelf, two, account(1, "NORMAL"));
        Wish.Win one = new Wish.Win("g", null);
        accept(shelf, one, account(2, "NORMAL"));

        // Then
        assertThat(two.made().codes()).containsExactly("A", "B");
        assertThat(one.made().codes()).containsExactly("C");
        assertThat(one.made().status()).isEqualTo(ExchangeStatus.DELIVERED);
        assertThat(shelf.taken.keySet()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void an_exchange_is_called_off_once_and_its_goods_can_be_had_again() {
        // Given
        Exchange before = new Exchange(5, 1, "u1", "g", 2, 20, ExchangeStatus.CREATED, 77L, null, List.of(), NOW);
        Shelf shelf = new Shelf(
                Map.of("g", goods(GoodsKind.PHYSICAL, 0, 0, null)),
                Map.of(),
                Map.of(),
                Map.of(5L, ExchangeStatus.CREATED),
                LADDER,
                ShelfTest::discount,
                NOW,
                numbers::incrementAndGet);

        // When
        accept(shelf, new Wish.End(before, ExchangeStatus.CANCELLED), account(1, "NORMAL"));

        // Then
        assertThat(shelf.changed.get("g").stock()).isEqualTo(2);
        assertThat(refusal(shelf, new Wish.End(before, ExchangeStatus.CANCELLED), account(1, "NORMAL")))
                .isEqualTo("illegal-state");
        assertThat(refusal(shelf, new Wish.End(before, ExchangeStatus.FAILED), account(1, "NORMAL")))
                .isEqualTo("illegal-state");
        assertThat(shelf.ended).hasSize(1);
    }

    @Test
    void every_step_leads_on_and_none_back() {
        for (ExchangeStatus to : ExchangeStatus.values()) {
            assertThat(to.from()).allSatisfy(from -> assertThat(from).isLessThan(to));
            assertThat(to.from())
                    .doesNotContain(ExchangeStatus.DELIVERED, ExchangeStatus.CANCELLED, ExchangeStatus.FAILED);
        }
        assertThat(ExchangeStatus.CANCELLED.from()).doesNotContain(ExchangeStatus.SHIPPED);
    }

    private Shelf shelf(Goods goods) {
        return new Shelf(
                Map.of("g", goods),
                Map.of(),
                Map.of(),
                Map.of(),
                LADDER,
                ShelfTest::discount,
                NOW,
                numbers::incrementAndGet);
    }

    private static BigDecimal discount(String level) {
        return level.equals("VIP1") ? new BigDecimal("0.05") : BigDecimal.ZERO;
    }

    private static Goods goods(GoodsKind kind, long stock, int limit, String level) {
        return new Goods(
                "g", 1, "Goods", kind, 10, stock, 0, stock, limit, level, null, null, Goods.Status.ON_SALE, 1, "", NOW);
    }

    private static Wish.Buy buy(int quantity) {
        return new Wish.Buy("g", quantity, null, 10L * quantity);
    }

    private void accept(Shelf shelf, Wish wish, AccountView account) {
        Plan plan = shelf.decide(wish, given(account));
        assertThat(plan).isInstanceOf(Plan.Go.class);
        ((Plan.Go) plan).accepted().accept(result(numbers.incrementAndGet(), account));
    }

    /** What the posting takes, and what the exchange says it cost. */
    private long cost(Shelf shelf, Wish.Buy wish, AccountView account) {
        Plan.Go plan = (Plan.Go) shelf.decide(wish, given(account));
        plan.accepted().accept(result(numbers.incrementAndGet(), account));
        assertThat(plan.operation()).isEqualTo(new Operation.Spend(wish.made().pointsCost()));
        return wish.made().pointsCost();
    }

    private static String refusal(Shelf shelf, Wish wish, AccountView account) {
        Plan plan = shelf.decide(wish, given(account));
        assertThat(plan).isInstanceOf(Plan.Refuse.class);
        return ((Plan.Refuse) plan).problem().code();
    }

    private static Companion.Given given(AccountView account) {
        return new Companion.Given(
                account, rule -> null, NOW, question -> new Plan.Go(new Operation.None(), result -> {}));
    }

    private static AccountView account(long id, String level) {
        return new AccountView(id, "u" + id, false, 100, 0, 0, 0, level, 1, null);
    }

    private static PostingResult result(long number, AccountView account) {
        return new PostingResult(
                Long.toString(number),
                null,
                account.userId(),
                null,
                null,
                null,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                account.level(),
                1,
                null,
                null,
                0,
                List.of());
    }
}
