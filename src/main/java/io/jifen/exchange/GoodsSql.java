package io.jifen.exchange;

import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** SQL of goods and of coupons' codes. */
final class GoodsSql {

    /** How a list of goods is sorted, and what it shows. */
    enum Order {
        NEWEST,
        PRICE_ASC,
        PRICE_DESC
    }

    /**
     * Which goods a list shows.
     *
     * @param onSaleAt only those that can be had then; null: all
     */
    record Filter(
            @Nullable GoodsKind kind,
            Goods.@Nullable Status status,
            @Nullable Long maxPrice,
            @Nullable Instant onSaleAt) {}

    /** A code that nobody has yet. */
    record Coupon(long id, String code) {}

    private static final String COLUMNS = """
            SELECT goods_id, place, name, kind, points_price, stock, sold, stock_set, per_user_limit, required_level,
                   on_sale_from, on_sale_to, status, version, updated_by, updated_at
            FROM goods
            """;

    private static final String FIND = COLUMNS + "WHERE goods_id IN (%s)";

    /** By key and in its order, alone in its statement: what depends on the goods is read after it. */
    private static final String LOCK = COLUMNS + "WHERE goods_id IN (%s) ORDER BY goods_id FOR UPDATE";

    private static final String INSERT = """
            INSERT INTO goods (goods_id, place, name, kind, points_price, stock, sold, stocked, stock_set,
                               per_user_limit, required_level, on_sale_from, on_sale_to, status, version, updated_by,
                               updated_at)
            VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String EDIT = """
            UPDATE goods SET name = ?, points_price = ?, stock = ?, stocked = ? + sold, stock_set = ?,
                   per_user_limit = ?, required_level = ?, on_sale_from = ?, on_sale_to = ?, status = ?, version = ?,
                   updated_by = ?, updated_at = ?
            WHERE goods_id = ?""";

    private static final String SELL = "UPDATE goods SET stock = ?, sold = ? WHERE goods_id = ?";

    private static final String INSERT_VERSION = "INSERT INTO goods_version (goods_id, version, body) VALUES (?, ?, ?)";

    private static final String VERSIONS_BEFORE =
            "SELECT version, body FROM goods_version WHERE goods_id = ? AND version < ? ORDER BY version DESC LIMIT ?";

    private static final String FREE_CODES =
            "SELECT id, code FROM coupon_code WHERE goods_id = ? AND exchange_id IS NULL ORDER BY id LIMIT ?";

    private static final String KNOWN_CODES = "SELECT code FROM coupon_code WHERE code IN (%s) AND goods_id = ?";

    private static final String INSERT_CODE = "INSERT INTO coupon_code (id, goods_id, code) VALUES (?, ?, ?)";

    private static final String TAKE_CODE = "UPDATE coupon_code SET exchange_id = ? WHERE id = ?";

    private GoodsSql() {}

    static Map<String, Goods> find(Connection connection, Collection<String> ids) throws SQLException {
        return byId(Sql.listIn(connection, FIND, GoodsSql::goods, ids));
    }

    static Optional<Goods> find(Connection connection, String id) throws SQLException {
        return Optional.ofNullable(find(connection, List.of(id)).get(id));
    }

    static Map<String, Goods> lock(Connection connection, Collection<String> ids) throws SQLException {
        return byId(Sql.listIn(connection, LOCK, GoodsSql::goods, ids));
    }

    /**
     * A page of goods behind a place; all values are marks, what is put together are the conditions there are.
     *
     * @param after the last goods shown; null: from the start
     */
    static List<Goods> list(Connection connection, Filter filter, Order order, @Nullable After after, int limit)
            throws SQLException {
        StringBuilder sql = new StringBuilder(COLUMNS).append("WHERE TRUE");
        List<Object> arguments = new ArrayList<>();
        if (filter.kind() != null) {
            add(sql, arguments, "kind = ?", filter.kind());
        }
        if (filter.status() != null) {
            add(sql, arguments, "status = ?", filter.status());
        }
        if (filter.maxPrice() != null) {
            add(sql, arguments, "points_price <= ?", filter.maxPrice());
        }
        if (filter.onSaleAt() != null) {
            add(sql, arguments, "(on_sale_from IS NULL OR on_sale_from <= ?)", filter.onSaleAt());
            add(sql, arguments, "(on_sale_to IS NULL OR on_sale_to > ?)", filter.onSaleAt());
        }
        if (after != null) {
            switch (order) {
                case NEWEST -> add(sql, arguments, "place < ?", after.place());
                case PRICE_ASC ->
                    add(
                            sql,
                            arguments,
                            "(points_price > ? OR (points_price = ? AND place > ?))",
                            after.price(),
                            after.price(),
                            after.place());
                case PRICE_DESC ->
                    add(
                            sql,
                            arguments,
                            "(points_price < ? OR (points_price = ? AND place < ?))",
                            after.price(),
                            after.price(),
                            after.place());
            }
        }
        sql.append(
                switch (order) {
                    case NEWEST -> " ORDER BY place DESC";
                    case PRICE_ASC -> " ORDER BY points_price, place";
                    case PRICE_DESC -> " ORDER BY points_price DESC, place DESC";
                });
        arguments.add(limit);
        return Sql.list(connection, sql.append(" LIMIT ?").toString(), GoodsSql::goods, arguments);
    }

    /** Where a list of goods goes on. */
    record After(long price, long place) {}

    static void insert(Connection connection, Goods goods) throws SQLException {
        Sql.update(
                connection,
                INSERT,
                goods.goodsId(),
                goods.place(),
                goods.name(),
                goods.kind(),
                goods.pointsPrice(),
                goods.stock(),
                goods.stock(),
                goods.stockSet(),
                goods.perUserLimit(),
                goods.requiredLevel(),
                goods.onSaleFrom(),
                goods.onSaleTo(),
                goods.status(),
                goods.version(),
                goods.updatedBy(),
                goods.updatedAt());
    }

    /** Everything but what exchanges change; the caller holds the lock. */
    static void edit(Connection connection, Goods goods) throws SQLException {
        Sql.update(
                connection,
                EDIT,
                goods.name(),
                goods.pointsPrice(),
                goods.stock(),
                goods.stock(),
                goods.stockSet(),
                goods.perUserLimit(),
                goods.requiredLevel(),
                goods.onSaleFrom(),
                goods.onSaleTo(),
                goods.status(),
                goods.version(),
                goods.updatedBy(),
                goods.updatedAt(),
                goods.goodsId());
    }

    /** The stock as a batch leaves it, once for each of the goods; the caller holds the locks. */
    static void sell(Connection connection, Collection<Goods> changed) throws SQLException {
        Sql.batch(connection, SELL, changed, goods -> new Object[] {goods.stock(), goods.sold(), goods.goodsId()});
    }

    static void insertVersion(Connection connection, String goodsId, int version, String body) throws SQLException {
        Sql.update(connection, INSERT_VERSION, goodsId, version, body);
    }

    static <T> List<T> versionsBefore(Connection connection, String goodsId, int version, int limit, Sql.Row<T> row)
            throws SQLException {
        return Sql.list(connection, VERSIONS_BEFORE, row, goodsId, version, limit);
    }

    /** Only for who holds the lock of the goods: nobody else takes codes then. */
    static List<Coupon> freeCodes(Connection connection, String goodsId, long number) throws SQLException {
        return Sql.list(
                connection, FREE_CODES, row -> new Coupon(row.getLong("id"), row.getString("code")), goodsId, number);
    }

    /** Of these codes, those that the goods have already. */
    static List<String> knownCodes(Connection connection, String goodsId, Collection<String> codes)
            throws SQLException {
        return Sql.listIn(connection, KNOWN_CODES, row -> row.getString(1), codes, goodsId);
    }

    static void insertCodes(Connection connection, String goodsId, Collection<String> codes, Ids ids)
            throws SQLException {
        Sql.batch(connection, INSERT_CODE, codes, code -> new Object[] {ids.next(), goodsId, code});
    }

    /** By the coupon's id, the exchange that has it. */
    static void takeCodes(Connection connection, Map<Long, Long> exchanges) throws SQLException {
        Sql.batch(
                connection, TAKE_CODE, exchanges.entrySet(), taken -> new Object[] {taken.getValue(), taken.getKey()});
    }

    private static void add(StringBuilder sql, List<Object> arguments, String condition, Object... values) {
        sql.append(" AND ").append(condition);
        arguments.addAll(List.of(values));
    }

    private static Map<String, Goods> byId(List<Goods> found) {
        Map<String, Goods> goods = new HashMap<>();
        found.forEach(one -> goods.put(one.goodsId(), one));
        return goods;
    }

    private static Goods goods(ResultSet row) throws SQLException {
        return new Goods(
                row.getString("goods_id"),
                row.getLong("place"),
                row.getString("name"),
                GoodsKind.valueOf(row.getString("kind")),
                row.getLong("points_price"),
                row.getLong("stock"),
                row.getLong("sold"),
                Sql.number(row, "stock_set"),
                row.getInt("per_user_limit"),
                row.getString("required_level"),
                Sql.instant(row, "on_sale_from"),
                Sql.instant(row, "on_sale_to"),
                Goods.Status.valueOf(row.getString("status")),
                row.getInt("version"),
                row.getString("updated_by"),
                Sql.someInstant(row, "updated_at"));
    }
}
