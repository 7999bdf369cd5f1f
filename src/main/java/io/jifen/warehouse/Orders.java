package io.jifen.warehouse;

import io.jifen.outbox.Messages;
import io.jifen.outbox.Messages.Confirmation;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Pauses;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The shipping orders: every change of one, each in a transaction with what it tells others. */
@Singleton
class Orders {

    private static final Logger LOG = Logger.getLogger(Orders.class);

    /**
     * A request that could be read.
     *
     * @param request null if it makes no sense: then it can only fail
     * @param address its address as JSON
     */
    record Wish(
            long messageId,
            long exchangeId,
            @Nullable ShippingRequest request,
            @Nullable String address) {}

    /** Longer than anybody keeps a parcel in mind. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private final DataSource database;
    private final Messages messages;
    private final Results results;
    private final Ids ids;
    private final Json json;
    private final Time time;
    private final Pauses orderPauses;
    private final Pauses followPauses;
    private final Duration followFor;

    Orders(
            DataSource database,
            Messages messages,
            Results results,
            Ids ids,
            Json json,
            Time time,
            WarehouseConfig config) {
        this.database = database;
        this.messages = messages;
        this.results = results;
        this.ids = ids;
        this.json = json;
        this.time = time;
        this.orderPauses = new Pauses(config.retryFirst(), config.retryMax());
        this.followPauses = new Pauses(config.followFirst(), config.followMax());
        this.followFor = config.followFor();
    }

    /** Takes requests: makes the orders that are missing, confirms, and answers with how things stand. */
    void take(List<Wish> wishes) throws SQLException {
        Sql.transaction(database, connection -> {
            // The messages first: one that is being withdrawn is waited for.
            Map<Long, Confirmation> confirmations = messages.confirm(
                    connection, wishes.stream().map(Wish::messageId).toList());
            List<Wish> wanted = wishes.stream()
                    .filter(wish -> isWanted(wish, confirmations))
                    .toList();
            results.append(connection, takeWanted(connection, wanted), time.now());
            return wanted;
        });
        results.wake();
    }

    private static boolean isWanted(Wish wish, Map<Long, Confirmation> confirmations) {
        if (confirmations.get(wish.messageId()) == Confirmation.WITHDRAWN) {
            LOG.infof("exchange %d was taken back and is not shipped", wish.exchangeId());
            return false;
        }
        return true; // also for a message of somebody else's
    }

    private List<Results.Result> takeWanted(Connection connection, List<Wish> wishes) throws SQLException {
        Instant now = time.now();
        // In the order of the unique key, so that two who take the same wait for each other instead of deadlocking.
        TreeMap<Long, ShippingOrder> orders = new TreeMap<>();
        for (Wish wish : wishes) {
            orders.putIfAbsent(wish.exchangeId(), order(wish, now));
        }
        ShippingSql.insert(connection, List.copyOf(orders.values()), now);
        for (ShippingOrder order : ShippingSql.ofExchanges(connection, orders.keySet())) {
            orders.put(order.exchangeId(), order);
        }
        return wishes.stream()
                .map(wish -> Results.Result.of(
                        wish.messageId(),
                        Optional.ofNullable(orders.get(wish.exchangeId())).orElseThrow()))
                // Whoever called it off knows.
                .filter(result -> result.status() != ShippingOrder.Status.CANCELLED)
                .toList();
    }

    private ShippingOrder order(Wish wish, Instant now) {
        ShippingRequest request = wish.request();
        return new ShippingOrder(
                ids.next(),
                wish.exchangeId(),
                wish.messageId(),
                request == null ? 0 : request.type(),
                request == null ? "" : request.goodsId(),
                request == null ? 0 : request.quantity(),
                wish.address(),
                request == null ? ShippingOrder.Status.FAILED : ShippingOrder.Status.SHIPPING_REQUESTED,
                null,
                0,
                false,
                null,
                null,
                now);
    }

    /** An order in this status whose turn it is, for the caller alone until its next turn; empty: there is none. */
    Optional<ShippingOrder> claim(ShippingOrder.Status status) throws SQLException {
        Pauses pauses = status == ShippingOrder.Status.SHIPPED ? followPauses : orderPauses;
        return Sql.transaction(database, connection -> {
            Instant now = time.now();
            Optional<ShippingOrder> order = ShippingSql.claim(connection, status, now);
            if (order.isPresent()) {
                int tries = order.get().tries() + 1;
                Instant next = isForgotten(order.get(), now) ? now.plus(NEVER) : now.plus(pause(pauses, tries));
                ShippingSql.tried(connection, order.get().id(), tries, next);
            }
            return order;
        });
    }

    /** Sent so long ago that the carrier has lost it, or forgotten to say that it arrived: it is asked once more. */
    private boolean isForgotten(ShippingOrder order, Instant now) {
        return order.status() == ShippingOrder.Status.SHIPPED
                && order.updatedAt().plus(followFor).isBefore(now);
    }

    /**
     * No waybill this time. A claim without a call is no try, and where all calls ended in vain the carrier has nothing.
     *
     * @param claimed the order as it was claimed
     */
    void inVain(ShippingOrder claimed, Attempts attempts) throws SQLException {
        try (Connection connection = database.getConnection()) {
            ShippingSql.inVain(
                    connection,
                    claimed,
                    attempts.any() ? claimed.tries() + 1 : claimed.tries(),
                    claimed.carrierMayHaveIt() || attempts.mayHaveShipped());
        }
    }

    /** The carrier has it. */
    void shipped(ShippingOrder order, String waybillNo) throws SQLException {
        Instant now = time.now();
        change(
                connection ->
                        ShippingSql.shipped(connection, order.id(), waybillNo, now.plus(pause(followPauses, 0)), now),
                order.in(ShippingOrder.Status.SHIPPED, waybillNo, now));
    }

    /** The carrier will not take it. */
    void failed(ShippingOrder order) throws SQLException {
        Instant now = time.now();
        change(
                connection -> ShippingSql.failed(connection, order.id(), now),
                order.in(ShippingOrder.Status.FAILED, null, now));
    }

    /** Keeps what the carrier said of a parcel that was sent; perhaps that it has arrived. */
    ShippingOrder tracked(ShippingOrder order, Carrier.Progress progress) throws SQLException {
        Instant now = time.now();
        try (Connection connection = database.getConnection()) {
            ShippingSql.tracked(connection, order.id(), json.text(progress), now);
        }
        if (ShippingOrder.Status.DELIVERED.name().equals(progress.status())) {
            change(
                    connection -> ShippingSql.delivered(connection, order.id(), now),
                    order.in(ShippingOrder.Status.DELIVERED, order.waybillNo(), now));
        }
        return ofExchange(order.exchangeId()).orElse(order);
    }

    /** Tells of the change if it was one: of two who found out the same, one tells. */
    private void change(Sql.Work<Boolean> change, ShippingOrder after) throws SQLException {
        Sql.transaction(database, connection -> {
            boolean changed = change.in(connection);
            if (changed) {
                results.append(connection, List.of(Results.Result.of(after.messageId(), after)), after.updatedAt());
            }
            return changed;
        });
        results.wake();
    }

    Optional<ShippingOrder> ofExchange(long exchangeId) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ShippingSql.ofExchanges(connection, List.of(exchangeId)).stream()
                    .findFirst();
        }
    }

    /** Whether the caller is the one to ask the carrier where the parcel is: nobody has since that moment. */
    boolean mayAsk(ShippingOrder order, Instant now, Instant since) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ShippingSql.ask(connection, order.id(), now, since);
        }
    }

    Optional<Carrier.Progress> progress(ShippingOrder order) {
        String tracking = order.tracking();
        return tracking == null ? Optional.empty() : Optional.of(json.parse(tracking, Carrier.Progress.class));
    }

    Optional<Instant> oldestWaiting() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ShippingSql.oldestWaiting(connection);
        }
    }

    private static Duration pause(Pauses pauses, int tries) {
        return pauses.after(tries, ThreadLocalRandom.current().nextDouble());
    }
}
