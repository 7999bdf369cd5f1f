package io.jifen.exchange;

import io.jifen.ledger.Invariants;
import jakarta.inject.Singleton;
import java.util.List;

/** What goods, codes, exchanges, spends, messages and shipping orders must say of each other. */
@Singleton
class ExchangeInvariants implements Invariants {

    private static final String STOCK_AND_SOLD_ARE_STOCKED = """
            SELECT 'stock-and-sold-equal-stocked' AS invariant, NULL AS user_id, stocked AS expected,
                   stock + sold AS actual, CONCAT('goods ', goods_id, ': ever put in; stock and sold') AS detail
              FROM goods
             WHERE stock + sold <> stocked OR stock < 0
             ORDER BY goods_id
             LIMIT ?
            """;

    private static final String SOLD_IS_EXCHANGED = """
            SELECT 'sold-equals-exchanges' AS invariant, NULL AS user_id, COALESCE(e.quantity, 0) AS expected,
                   g.sold AS actual, CONCAT('goods ', g.goods_id, ': in exchanges; sold') AS detail
              FROM goods g
              LEFT JOIN (SELECT goods_id, SUM(quantity) AS quantity FROM exchange
                          WHERE status NOT IN ('CANCELLED', 'FAILED') GROUP BY goods_id) e
                ON e.goods_id = g.goods_id
             WHERE g.sold <> COALESCE(e.quantity, 0)
             ORDER BY g.goods_id
             LIMIT ?
            """;

    private static final String FREE_CODES_ARE_STOCK = """
            SELECT 'free-codes-equal-stock' AS invariant, NULL AS user_id, COALESCE(c.codes, 0) AS expected,
                   g.stock AS actual, CONCAT('coupon ', g.goods_id, ': codes nobody has; stock') AS detail
              FROM goods g
              LEFT JOIN (SELECT goods_id, COUNT(*) AS codes FROM coupon_code WHERE exchange_id IS NULL
                          GROUP BY goods_id) c
                ON c.goods_id = g.goods_id
             WHERE g.kind = 'COUPON' AND g.stock <> COALESCE(c.codes, 0)
             ORDER BY g.goods_id
             LIMIT ?
            """;

    private static final String COUPONS_HAVE_THEIR_CODES = """
            SELECT 'exchange-has-its-codes' AS invariant, a.user_id, e.quantity AS expected,
                   COALESCE(c.codes, 0) AS actual, CONCAT('exchange ', e.id, ': coupons; codes') AS detail
              FROM exchange e
              JOIN goods g ON g.goods_id = e.goods_id AND g.kind = 'COUPON'
              LEFT JOIN account a ON a.id = e.account_id
              LEFT JOIN (SELECT exchange_id, COUNT(*) AS codes FROM coupon_code WHERE exchange_id IS NOT NULL
                          GROUP BY exchange_id) c
                ON c.exchange_id = e.id
             WHERE e.quantity <> COALESCE(c.codes, 0)
             ORDER BY e.id
             LIMIT ?
            """;

    /** An exchange that was paid for has the number of its one spend. */
    private static final String EXCHANGES_ARE_PAID = """
            SELECT 'exchange-has-its-spend' AS invariant, a.user_id, e.points_cost AS expected,
                   COALESCE(s.points, 0) AS actual, CONCAT('exchange ', e.id, ': its cost; its spend') AS detail
              FROM exchange e
              LEFT JOIN spend s ON s.transaction_no = e.id AND s.account_id = e.account_id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.points_cost > 0 AND e.points_cost <> COALESCE(s.points, 0)
             ORDER BY e.id
             LIMIT ?
            """;

    private static final String ENDED_EXCHANGES_ARE_REFUNDED = """
            SELECT 'ended-exchange-is-refunded' AS invariant, a.user_id,
                   CASE WHEN e.status IN ('CANCELLED', 'FAILED') THEN e.points_cost ELSE 0 END AS expected,
                   s.refunded AS actual, CONCAT('exchange ', e.id, ', ', e.status, ': to be refunded; refunded') AS detail
              FROM exchange e
              JOIN spend s ON s.transaction_no = e.id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.points_cost > 0
               AND s.refunded <> CASE WHEN e.status IN ('CANCELLED', 'FAILED') THEN e.points_cost ELSE 0 END
             ORDER BY e.id
             LIMIT ?
            """;

    /** A message is confirmed by who does what it says: makes an order, or reports the exchange on. */
    private static final String CONFIRMED_MESSAGES_HAVE_THEIR_EFFECT = """
            SELECT 'confirmed-message-has-its-effect' AS invariant, a.user_id, 1 AS expected, 0 AS actual,
                   CONCAT('exchange ', e.id, ': its message is confirmed; its shipping orders') AS detail
              FROM exchange e
              JOIN outbox_message m ON m.id = e.message_id AND m.state = 'CONFIRMED'
              LEFT JOIN shipping_order o ON o.exchange_id = e.id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.status = 'CREATED' AND o.id IS NULL
             ORDER BY e.id
             LIMIT ?
            """;

    /** A message that was removed is not asked for: it was settled long ago. */
    private static final String SHIPPING_ORDERS_ARE_CONFIRMED = """
            SELECT 'shipping-order-has-its-confirmation' AS invariant, a.user_id, 1 AS expected, 0 AS actual,
                   CONCAT('exchange ', e.id, ' has a shipping order; its message is ', m.state) AS detail
              FROM exchange e
              JOIN shipping_order o ON o.exchange_id = e.id AND o.message_id = e.message_id
              JOIN outbox_message m ON m.id = e.message_id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE m.state <> 'CONFIRMED'
             ORDER BY e.id
             LIMIT ?
            """;

    private static final String ENDED_EXCHANGES_ARE_NOT_SHIPPED = """
            SELECT 'ended-exchange-is-not-shipped' AS invariant, a.user_id, 0 AS expected, 1 AS actual,
                   CONCAT('exchange ', e.id, ' is ', e.status, '; its shipping order is ', o.status) AS detail
              FROM exchange e
              JOIN shipping_order o ON o.exchange_id = e.id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.status IN ('CANCELLED', 'FAILED') AND o.status NOT IN ('CANCELLED', 'FAILED')
                OR o.status = 'CANCELLED' AND e.status <> 'CANCELLED'
             ORDER BY e.id
             LIMIT ?
            """;

    /** Where the warehouse is one that has no orders here, only it knows. */
    private static final String WAYBILLS_AGREE = """
            SELECT 'exchange-has-the-orders-waybill' AS invariant, a.user_id, 1 AS expected, 0 AS actual,
                   CONCAT('exchange ', e.id, ': ', COALESCE(e.waybill_no, 'none'), '; shipping order: ',
                          COALESCE(o.waybill_no, 'none')) AS detail
              FROM exchange e
              JOIN shipping_order o ON o.exchange_id = e.id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.status IN ('SHIPPED', 'DELIVERED') AND COALESCE(e.waybill_no, '') <> COALESCE(o.waybill_no, '')
             ORDER BY e.id
             LIMIT ?
            """;

    @Override
    public List<String> questions() {
        return List.of(
                STOCK_AND_SOLD_ARE_STOCKED,
                SOLD_IS_EXCHANGED,
                FREE_CODES_ARE_STOCK,
                COUPONS_HAVE_THEIR_CODES,
                EXCHANGES_ARE_PAID,
                ENDED_EXCHANGES_ARE_REFUNDED,
                CONFIRMED_MESSAGES_HAVE_THEIR_EFFECT,
                SHIPPING_ORDERS_ARE_CONFIRMED,
                ENDED_EXCHANGES_ARE_NOT_SHIPPED,
                WAYBILLS_AGREE);
    }
}
