package io.jifen.exchange;

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

/** SQL of exchanges. */
final class ExchangeSql {

    /** Which goods of which account. */
    record OfUser(long accountId, String goodsId) {}

    private static final String COLUMNS = """
            SELECT e.id, e.account_id, a.user_id, e.goods_id, e.quantity, e.points_cost, e.status, e.message_id,
                   e.waybill_no, e.created_at
            FROM exchange e JOIN account a ON a.id = e.account_id
            """;

    private static final String FIND = COLUMNS + "WHERE e.id = ?";

    private static final String OF_ACCOUNT = COLUMNS + "WHERE e.account_id = ? AND e.id < ? ORDER BY e.id DESC LIMIT ?";

    private static final String OF_ACCOUNT_IN =
            COLUMNS + "WHERE e.account_id = ? AND e.id < ? AND e.status = ? ORDER BY e.id DESC LIMIT ?";

    /** By key and in its order, alone in its statement. */
    private static final String LOCK = "SELECT id, status FROM exchange WHERE id IN (%s) ORDER BY id FOR UPDATE";

    /** Few: whoever has a limit can't have more. Prizes don't count. */
    private static final String HAD = """
            SELECT account_id, goods_id, SUM(quantity) AS quantity FROM exchange
            WHERE (account_id, goods_id) IN (%s) AND points_cost > 0 AND status NOT IN ('CANCELLED', 'FAILED')
            GROUP BY account_id, goods_id""";

    private static final String INSERT = """
            INSERT INTO exchange (id, account_id, goods_id, quantity, points_cost, status, message_id, created_at,
                                  updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String PUT_STATUS = "UPDATE exchange SET status = ?, updated_at = ? WHERE id = ?";

    /** Does nothing where the step is not a legal one. */
    private static final String MOVE = """
            UPDATE exchange SET status = ?, waybill_no = COALESCE(?, waybill_no), updated_at = ?
            WHERE status IN (%s) AND id = ?""";

    private static final String CODES =
            "SELECT exchange_id, code FROM coupon_code WHERE exchange_id IN (%s) ORDER BY id";

    private ExchangeSql() {}

    static Optional<Exchange> find(Connection connection, long id) throws SQLException {
        return withCodes(connection, Sql.list(connection, FIND, ExchangeSql::exchange, id)).stream()
                .findFirst();
    }

    static List<Exchange> ofAccount(
            Connection connection, long accountId, long before, @Nullable ExchangeStatus status, int limit)
            throws SQLException {
        List<Exchange> found = status == null
                ? Sql.list(connection, OF_ACCOUNT, ExchangeSql::exchange, accountId, before, limit)
                : Sql.list(connection, OF_ACCOUNT_IN, ExchangeSql::exchange, accountId, before, status, limit);
        return withCodes(connection, found);
    }

    static Map<Long, ExchangeStatus> lock(Connection connection, Collection<Long> ids) throws SQLException {
        Map<Long, ExchangeStatus> states = new HashMap<>();
        Sql.listIn(
                connection,
                LOCK,
                row -> states.put(row.getLong("id"), ExchangeStatus.valueOf(row.getString("status"))),
                ids);
        return states;
    }

    static Map<OfUser, Long> had(Connection connection, Collection<OfUser> keys) throws SQLException {
        Map<OfUser, Long> had = new HashMap<>();
        Sql.listIn(
                connection,
                HAD,
                row -> had.put(
                        new OfUser(row.getLong("account_id"), row.getString("goods_id")), row.getLong("quantity")),
                keys.stream()
                        .map(key -> List.of(key.accountId(), key.goodsId()))
                        .toList());
        return had;
    }

    static void insert(Connection connection, Collection<Exchange> made) throws SQLException {
        Sql.batch(connection, INSERT, made, exchange -> new Object[] {
            exchange.id(),
            exchange.accountId(),
            exchange.goodsId(),
            exchange.quantity(),
            exchange.pointsCost(),
            exchange.status(),
            exchange.messageId(),
            exchange.createdAt(),
            exchange.createdAt()
        });
    }

    /** The caller holds the locks. */
    static void putStatus(Connection connection, Collection<Exchange> ended, Instant now) throws SQLException {
        Sql.batch(connection, PUT_STATUS, ended, one -> new Object[] {one.status(), now, one.id()});
    }

    /** Whether the step was a legal one. */
    static boolean move(Connection connection, long id, ExchangeStatus to, @Nullable String waybillNo, Instant now)
            throws SQLException {
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(to);
        arguments.add(waybillNo);
        arguments.add(now);
        arguments.addAll(to.from());
        arguments.add(id);
        return Sql.update(connection, MOVE.formatted(Sql.marks(to.from().size())), arguments) > 0;
    }

    private static List<Exchange> withCodes(Connection connection, List<Exchange> exchanges) throws SQLException {
        Map<Long, List<String>> codes = new HashMap<>();
        Sql.listIn(
                connection,
                CODES,
                row -> codes.computeIfAbsent(row.getLong("exchange_id"), missing -> new ArrayList<>())
                        .add(row.getString("code")),
                exchanges.stream().map(Exchange::id).toList());
        return exchanges.stream()
                .map(one -> one.with(codes.getOrDefault(one.id(), List.of())))
                .toList();
    }

    private static Exchange exchange(ResultSet row) throws SQLException {
        return new Exchange(
                row.getLong("id"),
                row.getLong("account_id"),
                row.getString("user_id"),
                row.getString("goods_id"),
                row.getInt("quantity"),
                row.getLong("points_cost"),
                ExchangeStatus.valueOf(row.getString("status")),
                Sql.number(row, "message_id"),
                row.getString("waybill_no"),
                List.of(),
                Sql.someInstant(row, "created_at"));
    }
}
