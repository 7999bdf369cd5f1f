package io.jifen.exchange;

import io.jifen.event.DeadLetters;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Validation;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Hears what became of shipping requests. Returning acknowledges the batch, so it returns when each result has had its
 * effect or is put aside; while the database is away it waits.
 */
@ApplicationScoped
class ShippingResultConsumer {

    private static final Logger LOG = Logger.getLogger(ShippingResultConsumer.class);

    private static final String TOPIC = "warehouse.shipping-results";

    private static final int SERVER_ERROR = 500;

    private final Shipments shipments;
    private final DeadLetters deadLetters;
    private final Json json;
    private final Validation validation;
    private final ExchangeConfig config;
    private final CountDownLatch stopping = new CountDownLatch(1);

    ShippingResultConsumer(
            Shipments shipments, DeadLetters deadLetters, Json json, Validation validation, ExchangeConfig config) {
        this.shipments = shipments;
        this.deadLetters = deadLetters;
        this.json = json;
        this.validation = validation;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        deadLetters.expect(TOPIC);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    @Incoming("shippingresults")
    @Blocking // in order: an exchange's results come one after the other
    public void apply(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            boolean done = false;
            for (boolean first = true; !done; first = false) {
                try {
                    applyOrPutAside(record);
                    done = true;
                } catch (SQLException | RuntimeException e) {
                    if (first) {
                        LOG.warnf("A shipping result waits, and is tried again until it works: %s", e);
                    }
                    if (stopping.await(config.pause().toMillis(), TimeUnit.MILLISECONDS)) {
                        throw new IllegalStateException("stopped while waiting; the batch is delivered again", e);
                    }
                }
            }
        }
    }

    private void applyOrPutAside(ConsumerRecord<byte[], byte[]> record) throws SQLException {
        try {
            byte[] value = record.value() == null ? new byte[0] : record.value();
            shipments.apply(validation.check(json.parse(value, ShippingResult.class)));
        } catch (ProblemException e) {
            if (isForLater(e.problem())) {
                throw e;
            }
            deadLetters.store(record, e.problem());
        }
    }

    /** Too busy, the database away, or a fault of ours: nothing is wrong with the message. */
    private static boolean isForLater(Problem problem) {
        return problem.status() >= SERVER_ERROR;
    }
}
