package io.jifen.warehouse;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The SQL of table {@code shipping_order}. */
final class ShippingSql {

    private static final String COLUMNS = "id, exchange_id, message_id, type, goods_id, quantity, address, status,"
            + " waybill_no, tries, carrier_may_have_it, tracking, tracked_at, updated_at";

    /** An exchange has one order, whoever asks for it and how often. */
    private static final String INSERT = """
            INSERT INTO shipping_order (id, exchange_id, message_id, type, goods_id, quantity, address, status, tries,
                                        next_try_at, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)
            ON DUPLICATE KEY UPDATE id = id""";

    private static final String OF_EXCHANGES = "SELECT " + COLUMNS + " FROM shipping_order WHERE exchange_id IN (%s)";

    /** The one that waits longest, of those that nobody else is at; nobody waits. */
    private static final String CLAIM = "SELECT " + COLUMNS + " FROM shipping_order"
            + " WHERE status = ? AND next_try_at <= ? ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED";

    /** Before the carrier is called: who dies now leaves behind that it may have the parcel. */
    private static final String TRIED = """
            UPDATE shipping_order SET tries = ?, next_try_at = ?, carrier_may_have_it = TRUE WHERE id = ?""";

    /** After a call in vain; nothing if somebody else has claimed the order since. */
    private static final String IN_VAIN = """
            UPDATE shipping_order SET tries = ?, carrier_may_have_it = ? WHERE id = ? AND status = ? AND tries = ?""";

    private static final String LOCK_TO_CANCEL = """
            SELECT exchange_id FROM shipping_order
            WHERE exchange_id IN (%s) AND status = 'SHIPPING_REQUESTED' AND NOT carrier_may_have_it
            ORDER BY exchange_id FOR UPDATE""";

    private static final String CANCEL = """
            UPDATE shipping_order SET status = 'CANCELLED', address = NULL, updated_at = ?
            WHERE exchange_id IN (%s) AND status = 'SHIPPING_REQUESTED'""";

    /** Once: of two waybills the first counts. */
    private static final String SHIPPED = """
            UPDATE shipping_order
            SET status = 'SHIPPED', waybill_no = ?, address = NULL, tries = 0, next_try_at = ?, updated_at = ?
            WHERE id = ? AND status = 'SHIPPING_REQUESTED'""";

    private static final String FAILED = """
            UPDATE shipping_order SET status = 'FAILED', address = NULL, updated_at = ?
            WHERE id = ? AND status = 'SHIPPING_REQUESTED'""";

    private static final String DELIVERED = """
            UPDATE shipping_order SET status = 'DELIVERED', updated_at = ? WHERE id = ? AND status = 'SHIPPED'""";

    /** Whoever changes the row is the one to ask. */
    private static final String ASK = """
            UPDATE shipping_order SET asked_at = ?
            WHERE id = ? AND status = 'SHIPPED' AND (asked_at IS NULL OR asked_at <= ?)""";

    /** That it has arrived is the last word: a slower answer comes too late. */
    private static final String TRACKED = """
            UPDATE shipping_order SET tracking = ?, tracked_at = ?, asked_at = ?
            WHERE id = ? AND status = 'SHIPPED'""";

    private static final String OLDEST_WAITING = """
            SELECT MIN(created_at) AS oldest FROM
                (SELECT created_at FROM shipping_order WHERE status = 'SHIPPING_REQUESTED' LIMIT 100000) waiting""";

    private ShippingSql() {}

    static void insert(Connection connection, List<ShippingOrder> orders, Instant now) throws SQLException {
        Sql.batch(connection, INSERT, orders, order -> new Object[] {
            order.id(),
            order.exchangeId(),
            order.messageId(),
            order.type(),
            order.goodsId(),
            order.quantity(),
            order.address(),
            order.status(),
            now,
            now,
            now
        });
    }

    static List<ShippingOrder> ofExchanges(Connection connection, Collection<Long> exchangeIds) throws SQLException {
        return Sql.listIn(connection, OF_EXCHANGES, ShippingSql::read, exchangeIds);
    }

    static Optional<ShippingOrder> claim(Connection connection, ShippingOrder.Status status, Instant now)
            throws SQLException {
        return Sql.first(connection, CLAIM, ShippingSql::read, status, now);
    }

    static void tried(Connection connection, long id, int tries, Instant nextTryAt) throws SQLException {
        Sql.update(connection, TRIED, tries, nextTryAt, id);
    }

    /**
     * After a claim that came to nothing.
     *
     * @param claimed the order as it was when it was claimed
     */
    static void inVain(Connection connection, ShippingOrder claimed, int tries, boolean carrierMayHaveIt)
            throws SQLException {
        Sql.update(connection, IN_VAIN, tries, carrierMayHaveIt, claimed.id(), claimed.status(), claimed.tries() + 1);
    }

    /** Ends the orders of these exchanges that the carrier can't have; answers with their exchanges. */
    static Set<Long> cancel(Connection connection, SortedSet<Long> exchangeIds, Instant now) throws SQLException {
        Set<Long> found =
                new TreeSet<>(Sql.listIn(connection, LOCK_TO_CANCEL, row -> row.getLong("exchange_id"), exchangeIds));
        if (!found.isEmpty()) {
            List<Object> arguments = new ArrayList<>();
            arguments.add(now);
            arguments.addAll(found);
            Sql.update(connection, CANCEL.formatted(Sql.marks(found.size())), arguments);
        }
        return found;
    }

    static boolean shipped(Connection connection, long id, String waybillNo, Instant followAt, Instant now)
            throws SQLException {
        return Sql.update(connection, SHIPPED, waybillNo, followAt, now, id) == 1;
    }

    static boolean failed(Connection connection, long id, Instant now) throws SQLException {
        return Sql.update(connection, FAILED, now, id) == 1;
    }

    static boolean delivered(Connection connection, long id, Instant now) throws SQLException {
        return Sql.update(connection, DELIVERED, now, id) == 1;
    }

    static boolean ask(Connection connection, long id, Instant now, Instant lastAskedUpTo) throws SQLException {
        return Sql.update(connection, ASK, now, id, lastAskedUpTo) == 1;
    }

    static void tracked(Connection connection, long id, String tracking, Instant now) throws SQLException {
        Sql.update(connection, TRACKED, tracking, now, now, id);
    }

    static Optional<Instant> oldestWaiting(Connection connection) throws SQLException {
        return Sql.list(connection, OLDEST_WAITING, row -> Optional.ofNullable(Sql.instant(row, "oldest")))
                .getFirst();
    }

    private static ShippingOrder read(ResultSet row) throws SQLException {
        return new ShippingOrder(
                row.getLong("id"),
                row.getLong("exchange_id"),
                row.getLong("message_id"),
                row.getInt("type"),
                row.getString("goods_id"),
                row.getInt("quantity"),
                row.getString("address"),
                ShippingOrder.Status.valueOf(row.getString("status")),
                row.getString("waybill_no"),
                row.getInt("tries"),
                row.getBoolean("carrier_may_have_it"),
                row.getString("tracking"),
                Sql.instant(row, "tracked_at"),
                Sql.someInstant(row, "updated_at"));
    }
}
