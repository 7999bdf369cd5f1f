package io.jifen.lottery;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.exchange.Exchanges;
import io.jifen.exchange.GoodsKind;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The lotteries there are, and their edits: each makes a version, and sets what is left of the prizes under their lock. */
@Singleton
class Lotteries {

    private static final int NEWEST = Integer.MAX_VALUE;

    private final DataSource database;
    private final Exchanges exchanges;
    private final Audit audit;
    private final Json json;

    Lotteries(DataSource database, Exchanges exchanges, Audit audit, Json json) {
        this.database = database;
        this.exchanges = exchanges;
        this.audit = audit;
        this.json = json;
    }

    /** The newest version, as it was said. */
    LotteryBody require(String code) throws SQLException {
        return versionsBefore(code, NEWEST, 1).getFirst();
    }

    List<LotteryBody> versionsBefore(String code, int version, int limit) throws SQLException {
        try (Connection connection = database.getConnection()) {
            List<LotteryBody> found = LotterySql.versionsBefore(connection, json, code, version, limit);
            if (found.isEmpty() && version == NEWEST) {
                throw new ProblemException(ProblemCode.NOT_FOUND, "There is no lottery of this code.");
            }
            return found;
        }
    }

    List<LotteryBody> newestAfter(String code, int limit) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return LotterySql.newestAfter(connection, json, code, limit);
        }
    }

    /** The same with what is left of each prize, and the odds of now: 0 where nothing is left. */
    LotteryBody asItStands(LotteryBody body, boolean forAdmins) throws SQLException {
        Lottery lottery = Lottery.of(body);
        Set<String> there = exchanges.inStock(lottery.goodsIds());
        try (Connection connection = database.getConnection()) {
            Map<String, Stock> stocks = LotterySql.stocks(connection, keys(body));
            List<PrizeBody> prizes = new ArrayList<>();
            List<PrizeBody> out = new ArrayList<>();
            for (PrizeBody prize : body.prizes()) {
                Stock stock = stocks.get(Stock.key(lottery.code(), prize.code()));
                boolean any = (stock == null || stock.isThere())
                        && (prize.goodsId() == null || there.contains(prize.goodsId()));
                if (!any) {
                    out.add(prize);
                }
                prizes.add(prize.shown(stock, any ? lottery.odds(prize) : BigDecimal.ZERO));
            }
            return body.shown(prizes, lottery.oddsOfNoPrize(out), forAdmins);
        }
    }

    @Transactional(rollbackOn = SQLException.class)
    LotteryBody make(LotteryBody body, String by) throws SQLException {
        check(body);
        String code = Objects.requireNonNull(body.code());
        try {
            LotteryBody made = body.version(code, 1, by);
            return save(made, act(by, "MAKE", code).to(made));
        } catch (SQLIntegrityConstraintViolationException e) {
            throw new ProblemException(
                    Problem.of(ProblemCode.ILLEGAL_STATE, code + " is there already; edit it by PUT.")
                            .with("state", "EXISTS"));
        }
    }

    @Transactional(rollbackOn = SQLException.class)
    LotteryBody edit(String code, LotteryBody body, String by) throws SQLException {
        check(body);
        for (int i = 0; i < body.prizes().size(); i++) {
            if (body.prizes().get(i).addStock() != null && body.version() == null) {
                throw invalid("version", "is required with addStock");
            }
        }
        LotteryBody old = require(code);
        int before = Objects.requireNonNull(old.version());
        if (body.version() != null && body.version() != before) {
            throw edited();
        }
        try {
            LotteryBody next = body.version(code, before + 1, by);
            return save(next, act(by, "EDIT", code).from(old).to(next));
        } catch (SQLIntegrityConstraintViolationException e) {
            throw edited();
        }
    }

    private static ProblemException edited() {
        return new ProblemException(
                Problem.of(ProblemCode.ILLEGAL_STATE, "Somebody else has edited the lottery; look at it again.")
                        .with("state", "EDITED"));
    }

    private Act act(String by, String action, String code) {
        return audit.act(by, action, "LOTTERY", code);
    }

    private LotteryBody save(LotteryBody body, Act act) throws SQLException {
        String code = Objects.requireNonNull(body.code());
        try (Connection connection = database.getConnection()) {
            LotterySql.insertVersion(connection, code, Objects.requireNonNull(body.version()), json.text(body));
            Map<String, Stock> known = LotterySql.lockStocks(connection, keys(body));
            Map<String, Stock> fresh = new TreeMap<>();
            Map<String, Stock> changed = new TreeMap<>();
            for (int i = 0; i < body.prizes().size(); i++) {
                PrizeBody prize = body.prizes().get(i);
                if (prize.kind() == PrizeBody.Kind.NOTHING) {
                    continue;
                }
                String key = Stock.key(code, prize.code());
                Stock before = known.get(key);
                if (before == null) {
                    if (prize.addStock() != null) {
                        throw invalid("prizes[" + i + "].addStock", "the prize is new; say stock");
                    }
                    fresh.put(key, new Stock(key, prize.stock(), 0, prize.stock()));
                } else {
                    changed.put(key, edited(before, prize, "prizes[" + i + "]."));
                }
            }
            LotterySql.insertStocks(connection, fresh.values());
            LotterySql.setStocks(connection, changed.values());
            audit.record(connection, act);
        }
        return body;
    }

    /** A number said again is no wish to fill up: the same edit twice is the same edit. */
    private static Stock edited(Stock before, PrizeBody prize, String field) {
        Long said = prize.stock();
        Long left = before.stock();
        if (prize.addStock() != null) {
            if (left == null) {
                throw invalid(field + "addStock", "there is no end of it");
            }
            return before.filled(within(left + prize.addStock(), field + "addStock"), before.set());
        }
        if (said == null || prize.drawn() == null) {
            return Objects.equals(before.set(), said) ? before : before.filled(said, said);
        }
        return before.filled(within(said + prize.drawn() - before.drawn(), field + "stock"), said);
    }

    private static long within(long stock, String field) {
        if (stock < 0 || stock > PrizeBody.STOCK_MAX) {
            throw invalid(field, "must leave 0 to " + PrizeBody.STOCK_MAX + " besides what was won; not " + stock);
        }
        return stock;
    }

    private static List<String> keys(LotteryBody body) {
        String code = Objects.requireNonNull(body.code());
        return body.prizes().stream()
                .map(prize -> Stock.key(code, prize.code()))
                .toList();
    }

    private void check(LotteryBody body) throws SQLException {
        if (body.from() != null && body.to() != null && !body.to().isAfter(body.from())) {
            throw invalid("to", "must be after from");
        }
        List<String> goodsIds = body.prizes().stream()
                .map(PrizeBody::goodsId)
                .filter(Objects::nonNull)
                .toList();
        Map<String, GoodsKind> kinds = exchanges.kinds(goodsIds);
        Set<String> codes = new HashSet<>();
        for (int i = 0; i < body.prizes().size(); i++) {
            PrizeBody prize = body.prizes().get(i);
            String field = "prizes[" + i + "].";
            if (!codes.add(prize.code())) {
                throw invalid(field + "code", "must not be there twice");
            }
            requireOnly(PrizeBody.Kind.POINTS, prize, prize.points(), field + "points");
            requireOnly(PrizeBody.Kind.GOODS, prize, prize.goodsId(), field + "goodsId");
            if (prize.goodsId() != null && !kinds.containsKey(prize.goodsId())) {
                throw invalid(field + "goodsId", "there are no such goods");
            }
            if (prize.kind() == PrizeBody.Kind.NOTHING && prize.stock() != null) {
                throw invalid(field + "stock", "there is no end of nothing");
            }
            if (prize.addStock() != null && (prize.stock() != null || prize.kind() == PrizeBody.Kind.NOTHING)) {
                throw invalid(field + "addStock", "is instead of stock, and not for nothing");
            }
        }
    }

    private static void requireOnly(PrizeBody.Kind kind, PrizeBody prize, @Nullable Object value, String field) {
        if ((prize.kind() == kind) != (value != null)) {
            throw invalid(field, value == null ? "is required for " + kind : "is only for " + kind);
        }
    }

    private static ProblemException invalid(String field, String message) {
        return new ProblemException(Problem.invalid(field, message));
    }
}
