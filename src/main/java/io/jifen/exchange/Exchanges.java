package io.jifen.exchange;

import io.jifen.exchange.ExchangeSql.OfUser;
import io.jifen.exchange.GoodsSql.Coupon;
import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion;
import io.jifen.ledger.Key;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.level.Levels;
import io.jifen.outbox.Messages;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.warehouse.Withdrawal;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The room's door: postings that exchange points for goods, give goods away, or put them back. */
@Singleton
public class Exchanges implements Companion {

    static final String BIZ_TYPE = "EXCHANGE";

    /** Goods that a posting has won; which exchange that made is known when it is accepted. */
    public static final class Won {
        private final Wish.Win wish;

        private Won(Wish.Win wish) {
            this.wish = wish;
        }

        /** The question of {@link Exchanges#mayWin}, about these goods. */
        public Posting ask(Posting question) {
            return question.withSubject(wish);
        }

        public ExchangeView exchange() {
            return ExchangeView.of(wish.made(), null);
        }
    }

    private static final String RACE = "40001";
    private static final int RACE_CODE = 1213;

    private final Levels levels;
    private final Messages messages;
    private final Withdrawal warehouse;
    private final Ids ids;
    private final Json json;
    private final DataSource database;

    Exchanges(Levels levels, Messages messages, Withdrawal warehouse, Ids ids, Json json, DataSource database) {
        this.levels = levels;
        this.messages = messages;
        this.warehouse = warehouse;
        this.ids = ids;
        this.json = json;
        this.database = database;
    }

    /**
     * The posting that pays for goods and gets them. Refused with {@code out-of-stock}, {@code daily-limit-reached},
     * {@code illegal-state} (not on sale, level too low), {@code insufficient-points}, {@code account-blocked}.
     */
    Posting buy(String userId, Goods goods, int quantity, @Nullable Address address, Key key, byte[] contentHash) {
        Wish.Buy wish = new Wish.Buy(goods.goodsId(), quantity, address, cost(goods, quantity));
        return Posting.decidedBy(this, wish, key, contentHash, new Target.User(userId, false))
                .biz(BIZ_TYPE, goods.goodsId())
                .because(goods.name())
                .startedByUser()
                .answering(result -> ExchangeView.of(wish.made(), result));
    }

    /** The posting that puts back what an exchange took: points to the same lots, goods to the shelf. Once. */
    Posting end(Exchange exchange, ExchangeStatus how, Key key, byte[] contentHash) {
        Wish.End wish = new Wish.End(exchange, how);
        return Posting.of(key, contentHash, new Target.User(exchange.userId(), false), wish.back())
                .ifAllowedBy(this, wish)
                .biz(BIZ_TYPE, exchange.goodsId())
                .answering(result -> ExchangeView.of(wish.made(), result));
    }

    /**
     * What another companion asks that may give one of these goods away; it then asks about {@link #won} of them. The
     * exchange gets the number of the posting that it is decided with.
     */
    public Posting mayWin(Target target, Collection<String> goodsIds) {
        return Posting.decidedBy(this, new Wish.MayWin(List.copyOf(goodsIds)), null, new byte[0], target);
    }

    /** One of these goods, for nothing; {@code address} where they are shipped. */
    public Won won(String goodsId, @Nullable Address address) {
        return new Won(new Wish.Win(goodsId, address));
    }

    /** Of these goods, those that there are, and what sort they are. */
    public Map<String, GoodsKind> kinds(Collection<String> goodsIds) throws SQLException {
        Map<String, GoodsKind> kinds = new HashMap<>();
        try (Connection connection = database.getConnection()) {
            GoodsSql.find(connection, goodsIds).forEach((id, goods) -> kinds.put(id, goods.kind()));
        }
        return kinds;
    }

    /** How many there are of these goods, as the transaction sees them; nobody is kept from taking some. */
    public Map<String, Long> stocks(Connection connection, Collection<String> goodsIds) throws SQLException {
        Map<String, Long> stocks = new HashMap<>();
        GoodsSql.find(connection, goodsIds).forEach((id, goods) -> stocks.put(id, goods.stock()));
        return stocks;
    }

    /** Of these goods, those of which there are some. */
    public Set<String> inStock(Collection<String> goodsIds) throws SQLException {
        Set<String> there = new TreeSet<>();
        try (Connection connection = database.getConnection()) {
            GoodsSql.find(connection, goodsIds).forEach((id, goods) -> {
                if (goods.stock() > 0) {
                    there.add(id);
                }
            });
        }
        return there;
    }

    /** To be called after the commit: what is for the warehouse goes out at once. */
    public void committed() {
        messages.wake();
    }

    /** At most: a level may be spared a part of it. What would not fit the number is refused when it is decided. */
    private static long cost(Goods goods, int quantity) {
        return goods.pointsPrice() * quantity;
    }

    // ---- as a companion ----

    @Override
    public int lockOrder() {
        return 30;
    }

    @Override
    public long takesAtMost(Posting posting) {
        return Wish.of(posting) instanceof Wish.Buy buy ? buy.takesAtMost : 0;
    }

    @Override
    public Facts read(
            Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now)
            throws SQLException {
        TreeMap<String, Integer> wanted = new TreeMap<>();
        TreeSet<Long> ending = new TreeSet<>();
        for (Posting posting : postings) {
            Wish wish = Wish.of(posting);
            wish.goodsIds().forEach(id -> wanted.merge(id, wish.quantity(), Integer::sum));
            if (wish instanceof Wish.End end) {
                ending.add(end.before.id());
            }
        }
        Map<String, Goods> goods = GoodsSql.lock(connection, wanted.keySet());
        askAgainWhereDearer(postings, goods);
        Map<String, List<Coupon>> coupons = new HashMap<>();
        Set<OfUser> limited = new LinkedHashSet<>();
        for (Map.Entry<String, Integer> one : wanted.entrySet()) {
            Goods found = goods.get(one.getKey());
            if (found != null && found.kind() == GoodsKind.COUPON && one.getValue() > 0) {
                coupons.put(one.getKey(), GoodsSql.freeCodes(connection, one.getKey(), one.getValue()));
            }
        }
        for (Posting posting : postings) {
            if (Wish.of(posting) instanceof Wish.Buy buy
                    && goods.get(buy.goodsId) instanceof Goods found
                    && found.perUserLimit() > 0) {
                limited.add(new OfUser(accounts.apply(posting).id(), buy.goodsId));
            }
        }
        Map<OfUser, Long> had = ExchangeSql.had(connection, limited);
        Map<Long, ExchangeStatus> states = ExchangeSql.lock(connection, ending);
        return new Reckoned(
                new Shelf(
                        goods,
                        coupons,
                        had,
                        states,
                        levels.ladder(),
                        level -> levels.privileges(level).exchangeDiscount(),
                        now,
                        ids::next),
                now);
    }

    /** The account's lots were read for a lower price: roll back, and read them for this one. */
    private static void askAgainWhereDearer(List<Posting> postings, Map<String, Goods> goods) throws SQLException {
        boolean dearer = false;
        for (Posting posting : postings) {
            if (Wish.of(posting) instanceof Wish.Buy buy && goods.get(buy.goodsId) instanceof Goods found) {
                long cost = cost(found, buy.quantity());
                dearer |= cost > buy.takesAtMost;
                buy.takesAtMost = Math.max(buy.takesAtMost, cost);
            }
        }
        if (dearer) {
            throw new SQLException("the price was raised meanwhile", RACE, RACE_CODE);
        }
    }

    private final class Reckoned implements Facts {

        private final Shelf shelf;
        private final Instant now;

        Reckoned(Shelf shelf, Instant now) {
            this.shelf = shelf;
            this.now = now;
        }

        @Override
        public Plan decide(Posting posting, Given given) {
            return shelf.decide(Wish.of(posting), given);
        }

        @Override
        public void write(Connection connection) throws SQLException {
            GoodsSql.sell(connection, shelf.changed.values());
            GoodsSql.takeCodes(connection, shelf.taken);
            ExchangeSql.insert(connection, shelf.made);
            List<Messages.Message> requests = new ArrayList<>();
            for (Exchange exchange : shelf.made) {
                Address address = shelf.addresses.get(exchange.id());
                if (address != null && exchange.messageId() != null) {
                    requests.add(request(exchange, exchange.messageId(), address));
                }
            }
            if (!requests.isEmpty()) {
                messages.append(connection, requests);
            }
            ExchangeSql.putStatus(connection, shelf.ended.values(), now);
            withdraw(connection);
        }

        private Messages.Message request(Exchange exchange, long messageId, Address address) {
            String id = Long.toString(exchange.id());
            ShippingRequest request = new ShippingRequest(
                    Long.toString(messageId),
                    id,
                    ShippingRequest.EXCHANGE,
                    exchange.goodsId(),
                    exchange.quantity(),
                    address);
            return new Messages.Message(messageId, ShippingRequest.TOPIC, id, json.bytes(request));
        }

        /**
         * Takes back the messages of what was called off, or, where the warehouse has confirmed them, its orders. What
         * can't be taken back any more was a race with the carrier, and it is lost: roll back, and decide again with that
         * known.
         */
        private void withdraw(Connection connection) throws SQLException {
            TreeMap<Long, Exchange> byMessage = new TreeMap<>();
            for (Exchange ended : shelf.ended.values()) {
                if (ended.status() == ExchangeStatus.CANCELLED && ended.messageId() != null) {
                    byMessage.put(ended.messageId(), ended);
                }
            }
            if (byMessage.isEmpty()) {
                return;
            }
            byMessage.keySet().removeAll(messages.withdraw(connection, byMessage.keySet()));
            TreeSet<Long> confirmed = new TreeSet<>();
            byMessage.values().forEach(ended -> confirmed.add(ended.id()));
            confirmed.removeAll(warehouse.withdraw(connection, confirmed));
            confirmed.forEach(id -> Objects.requireNonNull(shelf.endings.get(id)).tooLate = true);
            if (!confirmed.isEmpty()) {
                throw new SQLException("the carrier was faster", RACE, RACE_CODE);
            }
        }
    }
}
