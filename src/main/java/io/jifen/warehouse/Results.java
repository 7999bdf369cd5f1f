package io.jifen.warehouse;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.outbox.Outbox;
import io.jifen.outbox.OutboxMessage;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells on {@code warehouse.shipping-results} what became of requests, by the outbox: with the change it tells of, and
 * at least once.
 */
@Singleton
class Results {

    private static final String TOPIC = "warehouse.shipping-results";
    private static final String TYPE = "io.jifen.shipping-result";

    /** The message's JSON; {@code messageId} is that of the request. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(
            String messageId,
            String exchangeId,
            ShippingOrder.Status status,
            @Nullable String waybillNo) {

        static Result of(long messageId, ShippingOrder order) {
            return new Result(
                    Long.toString(messageId), Long.toString(order.exchangeId()), order.status(), order.waybillNo());
        }
    }

    private final Outbox outbox;
    private final Ids ids;
    private final Json json;

    Results(Outbox outbox, Ids ids, Json json) {
        this.outbox = outbox;
        this.ids = ids;
        this.json = json;
    }

    void append(Connection connection, List<Result> results, Instant now) throws SQLException {
        outbox.append(
                connection,
                results.stream()
                        .map(result -> new OutboxMessage(
                                TOPIC, result.exchangeId(), Long.toString(ids.next()), TYPE, now, json.bytes(result)))
                        .toList());
    }

    /** To be called after the commit. */
    void wake() {
        outbox.wake();
    }
}
