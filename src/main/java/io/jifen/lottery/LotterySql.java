package io.jifen.lottery;

import io.jifen.platform.Json;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The room's SQL. */
final class LotterySql {

    /** Whose draws of which lottery. */
    record UserOf(long accountId, String lotteryCode) implements Comparable<UserOf> {
        @Override
        public int compareTo(UserOf other) {
            int order = Long.compare(accountId, other.accountId);
            return order == 0 ? lotteryCode.compareTo(other.lotteryCode) : order;
        }
    }

    private static final String VERSIONS_BEFORE =
            "SELECT body FROM lottery_version WHERE code = ? AND version < ? ORDER BY version DESC LIMIT ?";

    private static final String NEWEST_AFTER = """
            SELECT v.body FROM lottery_version v
              JOIN (SELECT code, MAX(version) AS version FROM lottery_version WHERE code > ? GROUP BY code
                     ORDER BY code LIMIT ?) newest
                ON newest.code = v.code AND newest.version = v.version
            ORDER BY v.code""";

    private static final String INSERT_VERSION = "INSERT INTO lottery_version (code, version, body) VALUES (?, ?, ?)";

    private static final String STOCKS = "SELECT prize_key, stock, drawn, stock_set FROM prize WHERE prize_key IN (%s)";

    private static final String LOCK_STOCKS = STOCKS + " ORDER BY prize_key FOR UPDATE";

    private static final String INSERT_STOCK =
            "INSERT INTO prize (prize_key, stock, drawn, stocked, stock_set) VALUES (?, ?, 0, ?, ?)";

    /** What is put in by hand; NULL stays NULL: there is no limit. */
    private static final String SET_STOCK =
            "UPDATE prize SET stock = ?, stocked = ? + drawn, stock_set = ? WHERE prize_key = ?";

    private static final String TAKE = "UPDATE prize SET stock = ?, drawn = ? WHERE prize_key = ?";

    private static final String USAGES = """
            SELECT account_id, lottery_code, day, times_of_day, times FROM lottery_usage
            WHERE (account_id, lottery_code) IN (%s)""";

    private static final String PUT_USAGE = """
            INSERT INTO lottery_usage (account_id, lottery_code, day, times_of_day, times) VALUES (?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE day = VALUES(day), times_of_day = VALUES(times_of_day), times = VALUES(times)""";

    private static final String INSERT_DRAW = """
            INSERT INTO draw (id, account_id, lottery_code, version, ticket, prize_code, won, points_price, points_won,
                              created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private LotterySql() {}

    static List<LotteryBody> versionsBefore(Connection connection, Json json, String code, int version, int limit)
            throws SQLException {
        return Sql.list(connection, VERSIONS_BEFORE, row -> body(row, json), code, version, limit);
    }

    static List<LotteryBody> newestAfter(Connection connection, Json json, String code, int limit) throws SQLException {
        return Sql.list(connection, NEWEST_AFTER, row -> body(row, json), code, limit);
    }

    static void insertVersion(Connection connection, String code, int version, String body) throws SQLException {
        Sql.update(connection, INSERT_VERSION, code, version, body);
    }

    static Map<String, Stock> stocks(Connection connection, Collection<String> keys) throws SQLException {
        return byKey(Sql.listIn(connection, STOCKS, LotterySql::stock, keys));
    }

    static Map<String, Stock> lockStocks(Connection connection, Collection<String> keys) throws SQLException {
        return byKey(Sql.listIn(connection, LOCK_STOCKS, LotterySql::stock, keys));
    }

    static void insertStocks(Connection connection, Collection<Stock> stocks) throws SQLException {
        Sql.batch(connection, INSERT_STOCK, stocks, stock ->
                new Object[] {stock.key(), stock.stock(), stock.stock(), stock.set()});
    }

    static void setStocks(Connection connection, Collection<Stock> stocks) throws SQLException {
        Sql.batch(connection, SET_STOCK, stocks, stock ->
                new Object[] {stock.stock(), stock.stock(), stock.set(), stock.key()});
    }

    /** As a batch leaves them; the caller holds the locks. */
    static void take(Connection connection, Collection<Stock> stocks) throws SQLException {
        Sql.batch(connection, TAKE, stocks, stock -> new Object[] {stock.stock(), stock.drawn(), stock.key()});
    }

    static Map<UserOf, Usage> usages(Connection connection, Collection<UserOf> keys) throws SQLException {
        Map<UserOf, Usage> usages = new HashMap<>();
        Sql.listIn(
                connection,
                USAGES,
                row -> usages.put(
                        new UserOf(row.getLong("account_id"), row.getString("lottery_code")),
                        new Usage(Sql.someDay(row, "day"), row.getInt("times_of_day"), row.getInt("times"))),
                keys.stream()
                        .map(key -> List.of(key.accountId(), key.lotteryCode()))
                        .toList());
        return usages;
    }

    static void putUsages(Connection connection, Map<UserOf, Usage> usages) throws SQLException {
        Sql.batch(connection, PUT_USAGE, usages.entrySet(), one -> new Object[] {
            one.getKey().accountId(),
            one.getKey().lotteryCode(),
            one.getValue().day(),
            one.getValue().timesOfDay(),
            one.getValue().times()
        });
    }

    static void insertDraws(Connection connection, Collection<Draw> draws) throws SQLException {
        Sql.batch(connection, INSERT_DRAW, draws, draw -> new Object[] {
            draw.id(),
            draw.accountId(),
            draw.lotteryCode(),
            draw.version(),
            draw.ticket(),
            draw.prizeCode(),
            draw.won(),
            draw.pointsPrice(),
            draw.pointsWon(),
            draw.createdAt()
        });
    }

    private static LotteryBody body(ResultSet row, Json json) throws SQLException {
        return json.parse(row.getString("body"), LotteryBody.class);
    }

    private static Map<String, Stock> byKey(List<Stock> stocks) {
        Map<String, Stock> byKey = new HashMap<>();
        stocks.forEach(stock -> byKey.put(stock.key(), stock));
        return byKey;
    }

    private static Stock stock(ResultSet row) throws SQLException {
        return new Stock(
                row.getString("prize_key"),
                Sql.number(row, "stock"),
                row.getLong("drawn"),
                Sql.number(row, "stock_set"));
    }
}
