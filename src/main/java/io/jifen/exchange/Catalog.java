package io.jifen.exchange;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.level.Levels;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The goods there are, and their edits. An edit holds the lock of its goods, so it overwrites nothing that is sold. */
@Singleton
public class Catalog {

    private final DataSource database;
    private final Levels levels;
    private final Audit audit;
    private final Ids ids;
    private final Time time;
    private final Json json;

    Catalog(DataSource database, Levels levels, Audit audit, Ids ids, Time time, Json json) {
        this.database = database;
        this.levels = levels;
        this.audit = audit;
        this.ids = ids;
        this.time = time;
        this.json = json;
    }

    /**
     * Makes goods.
     *
     * @throws ProblemException {@code invalid-request}; {@code illegal-state} if there are goods of this id
     */
    @Transactional(rollbackOn = SQLException.class)
    public GoodsBody make(GoodsBody body, String by) throws SQLException {
        check(body);
        if (body.addStock() != null) {
            throw new ProblemException(Problem.invalid("addStock", "is for edits; say stock"));
        }
        long place = ids.next();
        String id = body.goodsId() == null ? Long.toString(place) : body.goodsId();
        long stock = body.kind() == GoodsKind.COUPON || body.stock() == null ? 0 : body.stock();
        Goods goods = body.goods(id, place, 1, by, time.now()).stocked(stock, body.stock());
        try (Connection connection = database.getConnection()) {
            GoodsSql.insert(connection, goods);
            keep(connection, goods);
            audit.record(connection, act(by, "MAKE", id).to(GoodsBody.of(goods, true)));
        } catch (SQLIntegrityConstraintViolationException e) {
            throw new ProblemException(
                    Problem.of(ProblemCode.ILLEGAL_STATE, "There are goods of this id; edit them by PUT.")
                            .with("state", "EXISTS"));
        }
        return GoodsBody.of(goods, true);
    }

    /** Replaces what is said of goods; the stock only where the body says another number than the edit before. */
    @Transactional(rollbackOn = SQLException.class)
    GoodsBody edit(String id, GoodsBody body, String by) throws SQLException {
        check(body);
        try (Connection connection = database.getConnection()) {
            Goods before = lock(connection, id);
            if (body.kind() != before.kind()) {
                throw new ProblemException(Problem.invalid("kind", "can't be changed: it is " + before.kind()));
            }
            if (body.version() != null && body.version() != before.version()) {
                throw new ProblemException(
                        Problem.of(ProblemCode.ILLEGAL_STATE, "Somebody else has edited the goods; look at them again.")
                                .with("state", "EDITED")
                                .with("version", before.version()));
            }
            Goods after = body.goods(id, before.place(), before.version() + 1, by, time.now())
                    .taking(before.sold())
                    .stocked(stock(body, before), body.stock() == null ? before.stockSet() : body.stock());
            GoodsSql.edit(connection, after);
            keep(connection, after);
            audit.record(
                    connection,
                    act(by, "EDIT", id).from(GoodsBody.of(before, true)).to(GoodsBody.of(after, true)));
            return GoodsBody.of(after, true);
        }
    }

    /** A number said again is no wish to fill up the shelf: the same edit twice is the same edit. */
    private static long stock(GoodsBody body, Goods before) {
        Long said = body.stock();
        if (body.addStock() != null) {
            return added(body, body.addStock(), before);
        }
        if (said == null || before.kind() == GoodsKind.COUPON) {
            return before.stock();
        }
        if (body.sold() == null) {
            return said.equals(before.stockSet()) ? before.stock() : said;
        }
        long stock = said + body.sold() - before.sold();
        if (stock < 0) {
            throw new ProblemException(
                    Problem.invalid("stock", "is less than what was sold meanwhile; sold are " + before.sold()));
        }
        return stock;
    }

    private static long added(GoodsBody body, long more, Goods before) {
        if (body.stock() != null) {
            throw new ProblemException(Problem.invalid("addStock", "is instead of stock"));
        }
        if (body.version() == null) {
            throw new ProblemException(Problem.invalid("version", "is required with addStock"));
        }
        if (before.kind() == GoodsKind.COUPON) {
            throw new ProblemException(
                    Problem.invalid("addStock", "is not for coupons: they are filled up with codes"));
        }
        long stock = before.stock() + more;
        if (stock < 0 || stock > GoodsBody.STOCK_MAX) {
            throw new ProblemException(Problem.invalid(
                    "addStock", "must leave 0 to " + GoodsBody.STOCK_MAX + "; there are " + before.stock()));
        }
        return stock;
    }

    /**
     * Adds codes to the pool of a coupon: all of them, or none.
     *
     * @return the codes that nobody has yet
     * @throws ProblemException {@code invalid-request}, naming the first code that is there twice
     */
    @Transactional(rollbackOn = SQLException.class)
    public long addCodes(String id, List<String> codes, String by) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Goods goods = lock(connection, id);
            if (goods.kind() != GoodsKind.COUPON) {
                throw new ProblemException(
                        Problem.of(ProblemCode.ILLEGAL_STATE, "Only goods of kind COUPON have codes.")
                                .with("state", goods.kind().name()));
            }
            refuseDuplicates(codes, new HashSet<>(GoodsSql.knownCodes(connection, id, codes)));
            GoodsSql.insertCodes(connection, id, codes, ids);
            Goods filled = goods.stocked(goods.stock() + codes.size(), goods.stockSet());
            GoodsSql.edit(connection, filled);
            audit.record(
                    connection,
                    act(by, "ADD_CODES", id)
                            .from(Map.of("stock", goods.stock()))
                            .to(Map.of("stock", filled.stock())));
            return filled.stock();
        }
    }

    /** The codes themselves stay out of the message, and so out of logs. */
    private static void refuseDuplicates(List<String> codes, Set<String> known) {
        for (int i = 0; i < codes.size(); i++) {
            if (!known.add(codes.get(i))) {
                throw new ProblemException(Problem.invalid("codes[" + i + "]", "is there already"));
            }
        }
    }

    Optional<Goods> find(String id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return GoodsSql.find(connection, id);
        }
    }

    Goods require(String id) throws SQLException {
        return find(id).orElseThrow(Catalog::notFound);
    }

    List<Goods> list(GoodsSql.Filter filter, GoodsSql.Order order, GoodsSql.@Nullable After after, int limit)
            throws SQLException {
        try (Connection connection = database.getConnection()) {
            return GoodsSql.list(connection, filter, order, after, limit);
        }
    }

    List<GoodsBody> versionsBefore(String id, int version, int limit) throws SQLException {
        require(id);
        try (Connection connection = database.getConnection()) {
            return GoodsSql.versionsBefore(
                    connection, id, version, limit, row -> json.parse(row.getString("body"), GoodsBody.class));
        }
    }

    static ProblemException notFound() {
        return new ProblemException(ProblemCode.NOT_FOUND, "There are no goods of this id.");
    }

    private static Goods lock(Connection connection, String id) throws SQLException {
        return Optional.ofNullable(GoodsSql.lock(connection, List.of(id)).get(id))
                .orElseThrow(Catalog::notFound);
    }

    private Act act(String by, String action, String id) {
        return audit.act(by, action, "GOODS", id);
    }

    private void keep(Connection connection, Goods goods) throws SQLException {
        GoodsSql.insertVersion(connection, goods.goodsId(), goods.version(), json.text(GoodsBody.of(goods, true)));
    }

    private void check(GoodsBody body) {
        if (body.onSaleFrom() != null
                && body.onSaleTo() != null
                && !body.onSaleTo().isAfter(body.onSaleFrom())) {
            throw new ProblemException(Problem.invalid("onSaleTo", "must be after onSaleFrom"));
        }
        String level = body.requiredLevel();
        if (level != null
                && levels.ladder().rungs().stream()
                        .noneMatch(rung -> rung.code().equals(level))) {
            throw new ProblemException(Problem.invalid("requiredLevel", "there is no such level"));
        }
    }
}
