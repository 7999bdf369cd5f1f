package io.jifen.exchange;

import io.jifen.exchange.ExchangeSql.OfUser;
import io.jifen.exchange.GoodsSql.Coupon;
import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion.Given;
import io.jifen.ledger.Companion.Plan;
import io.jifen.ledger.Ladder;
import io.jifen.ledger.Operation;
import io.jifen.ledger.PostingResult;
import io.jifen.platform.Points;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The goods of one batch as the exchanges decided so far have left them. Pure: it is filled and emptied by others. */
final class Shelf {

    final TreeMap<String, Goods> changed = new TreeMap<>();
    final List<Exchange> made = new ArrayList<>();
    final Map<Long, Address> addresses = new TreeMap<>();
    final TreeMap<Long, Exchange> ended = new TreeMap<>();

    /** Wishes by the exchange they ended, for what is found out when it is written. */
    final TreeMap<Long, Wish.End> endings = new TreeMap<>();

    /** By the coupon's id, the exchange that has it. */
    final TreeMap<Long, Long> taken = new TreeMap<>();

    private final Map<String, Goods> goods;
    private final Map<String, Deque<Coupon>> coupons;
    private final Map<OfUser, Long> had;
    private final Map<Long, ExchangeStatus> states;
    private final Ladder ladder;
    private final Function<String, BigDecimal> discounts;
    private final Instant now;
    private final LongSupplier ids;

    /**
     * What is known of the goods.
     *
     * @param coupons enough of them for all wishes, or all there are
     * @param had how many users with a limit have had
     * @param states of the exchanges that may be ended
     * @param discounts by the code of a level, the part of a price that it is spared: 0 to less than 1
     */
    Shelf(
            Map<String, Goods> goods,
            Map<String, List<Coupon>> coupons,
            Map<OfUser, Long> had,
            Map<Long, ExchangeStatus> states,
            Ladder ladder,
            Function<String, BigDecimal> discounts,
            Instant now,
            LongSupplier ids) {
        this.goods = new HashMap<>(goods);
        this.coupons = new HashMap<>();
        coupons.forEach((id, codes) -> this.coupons.put(id, new ArrayDeque<>(codes)));
        this.had = new HashMap<>(had);
        this.states = new HashMap<>(states);
        this.ladder = ladder;
        this.discounts = discounts;
        this.now = now;
        this.ids = ids;
    }

    Plan decide(Wish wish, Given given) {
        return switch (wish) {
            case Wish.Buy buy -> buy(buy, given.account());
            case Wish.Win win -> win(win, given.account());
            case Wish.End end -> end(end);
            case Wish.MayWin open -> throw new IllegalArgumentException("which goods are won has to be said");
        };
    }

    private Plan buy(Wish.Buy wish, AccountView account) {
        Goods wanted = goods.get(wish.goodsId);
        if (wanted == null) {
            return new Plan.Refuse(Problem.of(ProblemCode.NOT_FOUND, "There are no goods of this id."));
        }
        Optional<Problem> problem = problem(wish, wanted, account);
        if (problem.isPresent()) {
            return new Plan.Refuse(problem.get());
        }
        long cost = cost(wanted.pointsPrice() * wish.quantity(), discounts.apply(account.level()));
        return new Plan.Go(new Operation.Spend(cost), result -> {
            had.merge(new OfUser(account.id(), wish.goodsId), (long) wish.quantity(), Long::sum);
            take(wish, wish.address, cost, account, result);
        });
    }

    /** Of what is spared, a part of a point is none: so a price never becomes 0. */
    private static long cost(long price, BigDecimal discount) {
        return price - BigDecimal.valueOf(price).multiply(discount).longValue();
    }

    private Optional<Problem> problem(Wish.Buy wish, Goods wanted, AccountView account) {
        String notOnSale = wanted.notOnSale(now);
        if (notOnSale != null) {
            return Optional.of(Problem.of(ProblemCode.ILLEGAL_STATE, "The goods are not on sale.")
                    .with("state", notOnSale));
        }
        if (isBelow(account.level(), wanted.requiredLevel())) {
            return Optional.of(Problem.of(ProblemCode.ILLEGAL_STATE, "The goods are for a higher level.")
                    .with("state", "LEVEL_TOO_LOW")
                    .with("level", account.level())
                    .with("requiredLevel", wanted.requiredLevel()));
        }
        long already = had.getOrDefault(new OfUser(account.id(), wish.goodsId), 0L);
        if (wanted.perUserLimit() > 0 && already + wish.quantity() > wanted.perUserLimit()) {
            return Optional.of(Problem.of(ProblemCode.DAILY_LIMIT_REACHED, "The user may have no more of these goods.")
                    .with("limit", wanted.perUserLimit())
                    .with("used", already));
        }
        if (wanted.stock() < wish.quantity()) {
            return Optional.of(outOfStock(wanted));
        }
        return wanted.pointsPrice() > Points.MAX / wish.quantity()
                ? Optional.of(Problem.invalid("quantity", "so many cost more points than a posting can have"))
                : Optional.empty();
    }

    private boolean isBelow(String level, @Nullable String required) {
        return required != null && ladder.minPointsOf(level) < ladder.minPointsOf(required);
    }

    /** A prize needs no more than to be there: who may win it, others have decided. */
    private Plan win(Wish.Win wish, AccountView account) {
        Goods wanted = goods.get(wish.goodsId);
        if (wanted == null || wanted.stock() < 1) {
            return new Plan.Refuse(
                    wanted == null
                            ? Problem.of(ProblemCode.NOT_FOUND, "There are no goods of this id.")
                            : outOfStock(wanted));
        }
        return new Plan.Go(new Operation.None(), result -> take(wish, wish.address, 0, account, result));
    }

    private void take(Wish wish, @Nullable Address address, long cost, AccountView account, PostingResult result) {
        Goods left = put(goods(wish.goodsIds().getFirst()).taking(wish.quantity()));
        long id = Long.parseLong(result.transactionNo());
        boolean shipped = left.kind() == GoodsKind.PHYSICAL;
        Exchange exchange = new Exchange(
                id,
                account.id(),
                account.userId(),
                left.goodsId(),
                wish.quantity(),
                cost,
                shipped ? ExchangeStatus.CREATED : ExchangeStatus.DELIVERED,
                shipped ? ids.getAsLong() : null,
                null,
                left.kind() == GoodsKind.COUPON ? codes(left, wish.quantity(), id) : List.of(),
                now);
        if (shipped) {
            if (address == null) {
                throw new IllegalStateException("what is shipped goes to an address");
            }
            addresses.put(id, address);
        }
        made.add(exchange);
        wish.exchange = exchange;
    }

    private List<String> codes(Goods coupon, int quantity, long exchangeId) {
        Deque<Coupon> free = coupons.getOrDefault(coupon.goodsId(), new ArrayDeque<>());
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < quantity; i++) {
            Coupon next = free.remove(); // the stock counts the free codes: there is one
            taken.put(next.id(), exchangeId);
            codes.add(next.code());
        }
        return codes;
    }

    /** Points to their lots, goods to the shelf. For a prize that can't be shipped it is the draw's price. */
    private Plan end(Wish.End wish) {
        Exchange before = wish.before;
        ExchangeStatus state = states.getOrDefault(before.id(), before.status());
        if (!wish.how.from().contains(state) || wish.tooLate) {
            return new Plan.Refuse(Problem.of(
                            ProblemCode.ILLEGAL_STATE,
                            wish.tooLate
                                    ? "The exchange can't be called off any more: the carrier may have it."
                                    : "The exchange can't be called off any more.")
                    .with("state", state.name()));
        }
        if (wish.how == ExchangeStatus.CANCELLED && before.isWon()) {
            return new Plan.Refuse(Problem.of(ProblemCode.ILLEGAL_STATE, "A prize can't be given back.")
                    .with("state", "WON"));
        }
        return new Plan.Go(wish.back(), result -> {
            put(goods(before.goodsId()).taking(-before.quantity()));
            had.computeIfPresent(
                    new OfUser(before.accountId(), before.goodsId()), (key, number) -> number - before.quantity());
            Exchange after = before.in(wish.how);
            states.put(before.id(), wish.how);
            ended.put(before.id(), after);
            endings.put(before.id(), wish);
            wish.exchange = after;
        });
    }

    private Goods goods(String id) {
        Goods known = goods.get(id);
        if (known == null) {
            throw new IllegalArgumentException("goods " + id + " are not among the facts of this batch");
        }
        return known;
    }

    private Goods put(Goods after) {
        goods.put(after.goodsId(), after);
        changed.put(after.goodsId(), after);
        return after;
    }

    private static Problem outOfStock(Goods goods) {
        return Problem.of(ProblemCode.OUT_OF_STOCK, "There are not so many of these goods left.")
                .with("stock", goods.stock());
    }
}
