package io.jifen.lottery;

import io.jifen.exchange.Address;
import io.jifen.exchange.Exchanges;
import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion;
import io.jifen.ledger.Key;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.PostingResult;
import io.jifen.ledger.Target;
import io.jifen.lottery.LotterySql.UserOf;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Draws: takes the price, looks what the ticket wins, and pays it out, in one posting. */
@Singleton
class Draws implements Companion {

    static final String BIZ_TYPE = "LOTTERY";

    /** A wish to draw, with its ticket; what it wins is known when it is accepted. */
    private static final class Wish {
        private final Lottery lottery;
        private final long ticket;
        private final boolean lacksAddress;
        private final @Nullable Address address;
        private final @Nullable Posting question;
        private @Nullable Draw draw;
        private Exchanges.@Nullable Won goods;

        Wish(
                Lottery lottery,
                long ticket,
                boolean lacksAddress,
                @Nullable Address address,
                @Nullable Posting question) {
            this.lottery = lottery;
            this.ticket = ticket;
            this.lacksAddress = lacksAddress;
            this.address = address;
            this.question = question;
        }

        static Wish of(Posting posting) {
            if (posting.subject() instanceof Wish wish) {
                return wish;
            }
            throw new IllegalArgumentException("a posting that draws needs its ticket");
        }

        PrizeBody prize() {
            return lottery.prizeOf(ticket);
        }

        String stockKey() {
            return Stock.key(lottery.code(), prize().code());
        }
    }

    private final Exchanges exchanges;
    private final Time time;

    /** Made with the bean: one made while a native image is built would deal the same tickets in every pod. */
    private final SecureRandom random = new SecureRandom();

    Draws(Exchanges exchanges, Time time) {
        this.exchanges = exchanges;
        this.time = time;
    }

    /**
     * The posting that draws. Refused with {@code illegal-state} (closed), {@code daily-limit-reached}, {@code
     * out-of-stock} (there is nothing left to win), {@code insufficient-points}, {@code account-blocked}.
     *
     * @param ships whether a prize may have to be shipped
     * @param address where goods go, if some are to be shipped; without it {@code invalid-request}, unless the draw was
     *     made before
     */
    Posting draw(
            String userId, Lottery lottery, boolean ships, @Nullable Address address, Key key, byte[] contentHash) {
        Target target = new Target.User(userId, false);
        long ticket = lottery.ticket(random);
        String goodsId = lottery.prizeOf(ticket).goodsId();
        Posting question = goodsId == null ? null : exchanges.mayWin(target, List.of(goodsId));
        Wish wish = new Wish(lottery, ticket, ships && address == null, address, question);
        return Posting.decidedBy(this, wish, key, contentHash, target)
                .biz(BIZ_TYPE, lottery.code())
                .because(lottery.name())
                .startedByUser()
                .answering(result -> view(wish, result));
    }

    private static DrawView view(Wish wish, PostingResult result) {
        Draw draw = Objects.requireNonNull(wish.draw, "a draw is known when it is accepted");
        PrizeBody prize = wish.prize();
        return new DrawView(
                Long.toString(draw.id()),
                draw.lotteryCode(),
                result.userId(),
                draw.won()
                        ? new DrawView.Prize(
                                prize.code(), prize.shownName(), prize.kind(), prize.points(), prize.goodsId())
                        : null,
                wish.goods == null ? null : wish.goods.exchange(),
                draw.version(),
                draw.ticket(),
                wish.lottery.tickets(),
                draw.prizeCode(),
                draw.createdAt(),
                result);
    }

    // ---- as a companion ----

    /** Behind the goods: of one order, rooms go by their names. */
    @Override
    public int lockOrder() {
        return 30;
    }

    @Override
    public long takesAtMost(Posting posting) {
        return Wish.of(posting).lottery.pointsPrice();
    }

    @Override
    public Optional<Posting> question(Posting posting) {
        return Optional.ofNullable(Wish.of(posting).question);
    }

    @Override
    public Facts read(
            Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now)
            throws SQLException {
        TreeSet<String> keys = new TreeSet<>();
        TreeSet<UserOf> users = new TreeSet<>();
        for (Posting posting : postings) {
            Wish wish = Wish.of(posting);
            users.add(new UserOf(accounts.apply(posting).id(), wish.lottery.code()));
            if (wish.prize().kind() != PrizeBody.Kind.NOTHING) {
                keys.add(wish.stockKey());
            }
        }
        Map<String, Stock> stocks = LotterySql.lockStocks(connection, keys);
        // Of what no ticket of this batch stands for it is enough to know that there was some a moment ago.
        TreeSet<String> others = new TreeSet<>();
        TreeSet<String> goodsIds = new TreeSet<>();
        for (Posting posting : postings) {
            Lottery lottery = Wish.of(posting).lottery;
            lottery.winnable().forEach(prize -> others.add(Stock.key(lottery.code(), prize.code())));
            goodsIds.addAll(lottery.goodsIds());
        }
        others.removeAll(keys);
        stocks.putAll(LotterySql.stocks(connection, others));
        return new Urn(
                stocks,
                exchanges.stocks(connection, goodsIds),
                LotterySql.usages(connection, users),
                LocalDate.ofInstant(now, time.zone()),
                now);
    }

    private final class Urn implements Facts {
        private final Map<String, Stock> stocks;
        private final Map<String, Long> goodsLeft;
        private final Map<UserOf, Usage> usages;
        private final LocalDate today;
        private final Instant now;
        private final TreeMap<String, Stock> taken = new TreeMap<>();
        private final TreeMap<UserOf, Usage> used = new TreeMap<>();
        private final List<Draw> draws = new ArrayList<>();

        Urn(
                Map<String, Stock> stocks,
                Map<String, Long> goodsLeft,
                Map<UserOf, Usage> usages,
                LocalDate today,
                Instant now) {
            this.stocks = stocks;
            this.goodsLeft = goodsLeft;
            this.usages = usages;
            this.today = today;
            this.now = now;
        }

        @Override
        public Plan decide(Posting posting, Given given) {
            Wish wish = Wish.of(posting);
            Lottery lottery = wish.lottery;
            if (wish.lacksAddress) {
                return new Plan.Refuse(Problem.invalid("address", "is required: a prize may have to be shipped"));
            }
            String closed = lottery.closed(now);
            if (closed != null) {
                return new Plan.Refuse(Problem.of(ProblemCode.ILLEGAL_STATE, "There are no draws at this time.")
                        .with("state", closed));
            }
            UserOf user = new UserOf(given.account().id(), lottery.code());
            Usage usage = usages.getOrDefault(user, Usage.NONE);
            if (lottery.dailyLimit() > 0 && usage.timesOn(today) >= lottery.dailyLimit()) {
                return limit("The user has made all draws of today.", lottery.dailyLimit(), usage.timesOn(today));
            }
            if (lottery.perUserLimit() > 0 && usage.times() >= lottery.perUserLimit()) {
                return limit("The user has made all draws.", lottery.perUserLimit(), usage.times());
            }
            return pick(wish, given, user, usage.oneMore(today));
        }

        private Plan pick(Wish wish, Given given, UserOf user, Usage after) {
            PrizeBody prize = wish.prize();
            Stock stock = stocks.get(wish.stockKey());
            boolean there = stock != null && stock.isThere(); // of nothing there is no stock
            wish.goods = null;
            Consumer<PostingResult> goodsWon = result -> {};
            if (there && prize.goodsId() != null) {
                Exchanges.Won won = exchanges.won(prize.goodsId(), wish.address);
                Posting question = Objects.requireNonNull(wish.question, "goods are asked for");
                switch (given.ask().apply(won.ask(question))) {
                    case Plan.Refuse none -> {
                        there = false; // none of the goods is left
                        goodsLeft.put(prize.goodsId(), 0L);
                    }
                    case Plan.Go go -> {
                        goodsWon = go.accepted();
                        wish.goods = won;
                    }
                }
            }
            if (!there && !canWin(wish.lottery)) {
                return new Plan.Refuse(Problem.of(ProblemCode.OUT_OF_STOCK, "There is nothing left to win.")
                        .with("stock", 0));
            }
            long points = there && prize.points() != null ? prize.points() : 0;
            boolean won = there;
            Consumer<PostingResult> paidOut = goodsWon;
            return new Plan.Go(operation(wish.lottery, points), result -> {
                paidOut.accept(result);
                if (won) {
                    Stock left = Objects.requireNonNull(stock).oneLess();
                    stocks.put(left.key(), left);
                    taken.put(left.key(), left);
                    if (prize.goodsId() != null) {
                        goodsLeft.merge(prize.goodsId(), -1L, Long::sum);
                    }
                }
                usages.put(user, after);
                used.put(user, after);
                wish.draw = new Draw(
                        Long.parseLong(result.transactionNo()),
                        user.accountId(),
                        wish.lottery.code(),
                        wish.lottery.version(),
                        wish.ticket,
                        prize.code(),
                        won,
                        wish.lottery.pointsPrice(),
                        points,
                        now);
                draws.add(wish.draw);
            });
        }

        /** Whether some ticket still wins; where none ever could, everybody was told. */
        private boolean canWin(Lottery lottery) {
            List<PrizeBody> winnable = lottery.winnable();
            return winnable.isEmpty()
                    || winnable.stream()
                            .anyMatch(prize -> stocks.get(Stock.key(lottery.code(), prize.code())) instanceof Stock left
                                    && left.isThere()
                                    && (prize.goodsId() == null || goodsLeft.getOrDefault(prize.goodsId(), 0L) > 0));
        }

        private Operation operation(Lottery lottery, long points) {
            return points == 0
                    ? new Operation.Spend(lottery.pointsPrice())
                    : new Operation.SpendAndGrant(
                            lottery.pointsPrice(),
                            List.of(new Operation.Line(
                                    points, lottery.validity().lastDay(today), null, null)));
        }

        private static Plan limit(String detail, int limit, int used) {
            return new Plan.Refuse(Problem.of(ProblemCode.DAILY_LIMIT_REACHED, detail)
                    .with("limit", limit)
                    .with("used", used));
        }

        @Override
        public void write(Connection connection) throws SQLException {
            LotterySql.take(connection, taken.values());
            LotterySql.putUsages(connection, used);
            LotterySql.insertDraws(connection, draws);
        }
    }
}
