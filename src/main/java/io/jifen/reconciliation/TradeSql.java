package io.jifen.reconciliation;

import java.util.List;

/**
 * Exchanges against their spends, messages and shipping orders, in the columns of {@link io.jifen.ledger.Violation}. The
 * marks of each are the ids between which the exchanges (or what should have one) were made, and a limit of answers.
 */
final class TradeSql {

    private static final String EXCHANGES_ARE_PAID = """
            SELECT 'exchange-has-its-spend' AS invariant, a.user_id, e.points_cost AS expected,
                   COALESCE(s.points, 0) AS actual, CONCAT('exchange ', e.id, ': its cost; its spend') AS detail
              FROM exchange e
              LEFT JOIN spend s ON s.transaction_no = e.id AND s.account_id = e.account_id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.id > ? AND e.id < ? AND e.points_cost > 0 AND e.points_cost <> COALESCE(s.points, 0)
             ORDER BY e.id
             LIMIT ?
            """;

    /** What is bound was paid for something of another room: an exchange, or a draw. */
    private static final String BOUND_SPENDS_BOUGHT_SOMETHING = """
            SELECT 'spend-has-its-exchange' AS invariant, a.user_id, 1 AS expected, 0 AS actual,
                   CONCAT('spend ', s.transaction_no, ': an exchange or a draw; there is none') AS detail
              FROM spend s
              LEFT JOIN exchange e ON e.id = s.transaction_no
              LEFT JOIN draw d ON d.id = s.transaction_no
              LEFT JOIN account a ON a.id = s.account_id
             WHERE s.transaction_no > ? AND s.transaction_no < ? AND s.bound AND e.id IS NULL AND d.id IS NULL
             ORDER BY s.transaction_no
             LIMIT ?
            """;

    private static final String ENDED_EXCHANGES_ARE_REFUNDED = """
            SELECT 'ended-exchange-is-refunded' AS invariant, a.user_id,
                   CASE WHEN e.status IN ('CANCELLED', 'FAILED') THEN e.points_cost ELSE 0 END AS expected,
                   s.refunded AS actual,
                   CONCAT('exchange ', e.id, ', ', e.status, ': to be refunded; refunded') AS detail
              FROM exchange e
              JOIN spend s ON s.transaction_no = e.id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.id > ? AND e.id < ? AND e.points_cost > 0
               AND s.refunded <> CASE WHEN e.status IN ('CANCELLED', 'FAILED') THEN e.points_cost ELSE 0 END
             ORDER BY e.id
             LIMIT ?
            """;

    /** Those that were settled long ago are removed; of what waits for the warehouse there has to be one. */
    private static final String SHIPPED_EXCHANGES_HAVE_MESSAGES = """
            SELECT 'exchange-has-its-message' AS invariant, a.user_id, 1 AS expected, 0 AS actual,
                   CONCAT('exchange ', e.id, ': the message ', e.message_id, ' to the warehouse') AS detail
              FROM exchange e
              LEFT JOIN outbox_message m ON m.id = e.message_id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.id > ? AND e.id < ? AND e.status = 'CREATED' AND e.message_id IS NOT NULL AND m.id IS NULL
             ORDER BY e.id
             LIMIT ?
            """;

    private static final String CONFIRMED_MESSAGES_HAVE_ORDERS = """
            SELECT 'confirmed-message-has-its-order' AS invariant, a.user_id, 1 AS expected, 0 AS actual,
                   CONCAT('exchange ', e.id, ', message ', m.id, ' is confirmed: a shipping order; there is none')
                       AS detail
              FROM exchange e
              JOIN outbox_message m ON m.id = e.message_id AND m.state = 'CONFIRMED'
              LEFT JOIN shipping_order o ON o.exchange_id = e.id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.id > ? AND e.id < ? AND o.id IS NULL
             ORDER BY e.id
             LIMIT ?
            """;

    private static final String SHIPPED_EXCHANGES_HAVE_ORDERS = """
            SELECT 'shipped-exchange-has-its-order' AS invariant, a.user_id, 1 AS expected,
                   CASE WHEN o.id IS NULL THEN 0 ELSE 2 END AS actual,
                   CONCAT('exchange ', e.id, ', ', e.status, ': a shipping order (1) of the same waybill; none (0), or'
                          ' one of another (2)') AS detail
              FROM exchange e
              LEFT JOIN shipping_order o ON o.exchange_id = e.id
              LEFT JOIN account a ON a.id = e.account_id
             WHERE e.id > ? AND e.id < ? AND e.message_id IS NOT NULL AND e.status IN ('SHIPPED', 'DELIVERED')
               AND (o.id IS NULL OR COALESCE(o.waybill_no, '') <> COALESCE(e.waybill_no, ''))
             ORDER BY e.id
             LIMIT ?
            """;

    /** An order of type 2 is of an exchange. */
    private static final String ORDERS_HAVE_EXCHANGES = """
            SELECT 'shipping-order-has-its-exchange' AS invariant, NULL AS user_id, 1 AS expected, 0 AS actual,
                   CONCAT('shipping order ', o.id, ': the exchange ', o.exchange_id) AS detail
              FROM shipping_order o
              LEFT JOIN exchange e ON e.id = o.exchange_id
             WHERE o.id > ? AND o.id < ? AND o.type = 2 AND e.id IS NULL
             ORDER BY o.id
             LIMIT ?
            """;

    static final List<String> PAID =
            List.of(EXCHANGES_ARE_PAID, BOUND_SPENDS_BOUGHT_SOMETHING, ENDED_EXCHANGES_ARE_REFUNDED);

    static final List<String> SENT = List.of(
            SHIPPED_EXCHANGES_HAVE_MESSAGES,
            CONFIRMED_MESSAGES_HAVE_ORDERS,
            SHIPPED_EXCHANGES_HAVE_ORDERS,
            ORDERS_HAVE_EXCHANGES);

    private TradeSql() {}
}
