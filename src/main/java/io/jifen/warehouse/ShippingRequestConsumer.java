package io.jifen.warehouse;

import io.jifen.platform.Json;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Validation;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes shipping requests, batch by batch, and has the carrier asked afterwards. What can't be read can't be answered
 * either: it is said and skipped, and its sender goes on sending it and sees that nobody confirms.
 */
@ApplicationScoped
class ShippingRequestConsumer {

    private static final Logger LOG = Logger.getLogger(ShippingRequestConsumer.class);

    private final Orders orders;
    private final Workers workers;
    private final Json json;
    private final Validation validation;
    private final Duration pause;
    private final CountDownLatch stopping = new CountDownLatch(1);

    ShippingRequestConsumer(Orders orders, Workers workers, Json json, Validation validation, WarehouseConfig config) {
        this.orders = orders;
        this.workers = workers;
        this.json = json;
        this.validation = validation;
        this.pause = config.pause();
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    @Incoming("shippingrequests")
    @Blocking
    void take(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        List<Orders.Wish> wishes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Orders.Wish wish = read(record);
            if (wish != null) {
                wishes.add(wish);
            }
        }
        for (boolean taken = wishes.isEmpty(); !taken; ) {
            taken = take(wishes);
        }
        workers.start();
    }

    private boolean take(List<Orders.Wish> wishes) throws InterruptedException {
        try {
            orders.take(wishes);
            return true;
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("Shipping requests can't be taken now; tried again until they can: %s", e);
            if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("stopped while the database was away; the batch comes again", e);
            }
            return false;
        }
    }

    private Orders.@Nullable Wish read(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        long messageId;
        long exchangeId;
        try {
            ShippingRequest.Ids ids = validation.check(json.parse(value, ShippingRequest.Ids.class));
            messageId = Long.parseLong(ids.messageId());
            exchangeId = Long.parseLong(ids.exchangeId());
        } catch (RuntimeException e) {
            LOG.errorf(
                    "Shipping request skipped, it can't be read: partition=%d offset=%d: %s",
                    record.partition(), record.offset(), reason(e));
            return null;
        }
        try {
            ShippingRequest request = validation.check(json.parse(value, ShippingRequest.class));
            String address = json.text(Objects.requireNonNull(request.address()));
            return new Orders.Wish(messageId, exchangeId, request, address);
        } catch (RuntimeException e) {
            LOG.errorf("Shipping request of exchange %d fails, it makes no sense: %s", exchangeId, reason(e));
            return new Orders.Wish(messageId, exchangeId, null, null);
        }
    }

    /** Without what it said: that may be an address. */
    private static String reason(RuntimeException e) {
        return e instanceof ProblemException problem
                ? problem.problem().detail()
                : e.getClass().getName();
    }
}
