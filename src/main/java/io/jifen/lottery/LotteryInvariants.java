package io.jifen.lottery;

import io.jifen.ledger.Invariants;
import jakarta.inject.Singleton;
import java.util.List;

/** What prizes, draws, spends and grants must say of each other. */
@Singleton
class LotteryInvariants implements Invariants {

    private static final String STOCK_AND_DRAWN_ARE_STOCKED = """
            SELECT 'prize-stock-and-drawn-equal-stocked' AS invariant, NULL AS user_id, stocked AS expected,
                   stock + drawn AS actual, CONCAT('prize ', prize_key, ': ever put in; stock and drawn') AS detail
              FROM prize
             WHERE stock IS NOT NULL AND stock + drawn <> stocked
             ORDER BY prize_key
             LIMIT ?
            """;

    private static final String DRAWN_IS_WON = """
            SELECT 'drawn-equals-draws' AS invariant, NULL AS user_id, COALESCE(d.draws, 0) AS expected,
                   p.drawn AS actual, CONCAT('prize ', p.prize_key, ': draws that won it; drawn') AS detail
              FROM prize p
              LEFT JOIN (SELECT CONCAT(lottery_code, '/', prize_code) AS prize_key, COUNT(*) AS draws FROM draw
                          WHERE won GROUP BY lottery_code, prize_code) d
                ON d.prize_key = p.prize_key
             WHERE p.drawn <> COALESCE(d.draws, 0)
             ORDER BY p.prize_key
             LIMIT ?
            """;

    /** Of a prize that could not be shipped the price is given back. */
    private static final String DRAWS_ARE_PAID = """
            SELECT 'draw-has-its-spend' AS invariant, a.user_id,
                   CASE WHEN e.status = 'FAILED' THEN 0 ELSE d.points_price END AS expected,
                   COALESCE(s.points - s.refunded, -1) AS actual, CONCAT('draw ', d.id, ': its price; its spend') AS detail
              FROM draw d
              LEFT JOIN spend s ON s.transaction_no = d.id AND s.account_id = d.account_id
              LEFT JOIN exchange e ON e.id = d.id
              LEFT JOIN account a ON a.id = d.account_id
             WHERE CASE WHEN e.status = 'FAILED' THEN 0 ELSE d.points_price END <> COALESCE(s.points - s.refunded, -1)
             ORDER BY d.id
             LIMIT ?
            """;

    private static final String WON_POINTS_ARE_GRANTED = """
            SELECT 'draw-has-its-grant' AS invariant, a.user_id, d.points_won AS expected,
                   COALESCE(g.points, 0) AS actual, CONCAT('draw ', d.id, ': points won; granted') AS detail
              FROM draw d
              LEFT JOIN (SELECT transaction_no, SUM(points) AS points FROM entry
                          WHERE type = 'GRANT' AND biz_type = 'LOTTERY' GROUP BY transaction_no) g
                ON g.transaction_no = d.id
              LEFT JOIN account a ON a.id = d.account_id
             WHERE d.points_won <> COALESCE(g.points, 0)
             ORDER BY d.id
             LIMIT ?
            """;

    /** Goods that were won have the number of their draw. */
    private static final String WON_GOODS_ARE_DRAWN = """
            SELECT 'won-exchange-has-its-draw' AS invariant, a.user_id, 1 AS expected, 0 AS actual,
                   CONCAT('exchange ', e.id, ': the draw that won it') AS detail
              FROM exchange e
              LEFT JOIN draw d ON d.id = e.id AND d.account_id = e.account_id AND d.won AND d.points_won = 0
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.points_cost = 0 AND d.id IS NULL
             ORDER BY e.id
             LIMIT ?
            """;

    @Override
    public List<String> questions() {
        return List.of(
                STOCK_AND_DRAWN_ARE_STOCKED, DRAWN_IS_WON, DRAWS_ARE_PAID, WON_POINTS_ARE_GRANTED, WON_GOODS_ARE_DRAWN);
    }
}
