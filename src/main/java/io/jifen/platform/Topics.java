package io.jifen.platform;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/**
 * Makes the topics that are missing, in the background once the service has started: it starts without a broker too, and
 * tries until there is one. Brokers that make topics by themselves would make them with one partition.
 */
@Singleton
class Topics {

    private static final Logger LOG = Logger.getLogger(Topics.class);

    static final List<String> NAMES = List.of(
            "points.events",
            "points.events.dlq",
            "points.balance-changed",
            "warehouse.shipping-requests",
            "warehouse.shipping-results",
            "points.level-changed",
            "points.expiring-soon");

    /** So many copies as the broker's own setting says. */
    private static final short REPLICAS_OF_BROKER = -1;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

    private final Map<String, Object> settings;
    private final TopicsConfig config;
    private final CountDownLatch stopping = new CountDownLatch(1);

    Topics(@Identifier("default-kafka-broker") Map<String, Object> broker, TopicsConfig config) {
        this.settings = new HashMap<>(broker);
        this.config = config;
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    }

    void starting(@Observes StartupEvent event) {
        if (config.createTopics()) {
            Thread.ofVirtual().name("jifen-topics").start(this::run);
        }
    }

    void stopping(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        try {
            for (boolean first = true; !isDone(first); first = false) {
                if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether there is nothing more to do, or nothing that trying again would mend. */
    private boolean isDone(boolean first) throws InterruptedException {
        try {
            createMissing();
            return true;
        } catch (ExecutionException | KafkaException e) {
            Throwable why = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            boolean forbidden = why instanceof AuthorizationException
                    || why instanceof AuthenticationException
                    || why instanceof PolicyViolationException;
            if (forbidden) {
                LOG.warnf("Topics are not made, somebody else has to: %s", why);
            } else if (first) {
                LOG.warnf("Topics can't be looked after yet; tried again until the broker answers: %s", why);
            }
            return forbidden;
        }
    }

    private void createMissing() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(settings)) {
            List<NewTopic> missing = new ArrayList<>();
            for (String name : missing(admin)) {
                missing.add(new NewTopic(name, Optional.of(config.partitions()), Optional.of(REPLICAS_OF_BROKER)));
            }
            for (var created : admin.createTopics(missing).values().entrySet()) {
                if (isThere(created.getValue(), TopicExistsException.class)) {
                    LOG.infof("Made topic %s with %d partitions", created.getKey(), config.partitions());
                }
            }
        }
    }

    /** Asked for first: who may not make topics has nothing to complain about while all are there. */
    private static List<String> missing(Admin admin) throws ExecutionException, InterruptedException {
        List<String> missing = new ArrayList<>();
        for (var described : admin.describeTopics(NAMES).topicNameValues().entrySet()) {
            if (!isThere(described.getValue(), UnknownTopicOrPartitionException.class)) {
                missing.add(described.getKey());
            }
        }
        return missing;
    }

    /** False where it failed in this one way. */
    private static boolean isThere(KafkaFuture<?> answer, Class<? extends KafkaException> unless)
            throws ExecutionException, InterruptedException {
        try {
            answer.get();
            return true;
        } catch (ExecutionException e) {
            if (unless.isInstance(e.getCause())) {
                return false;
            }
            throw e;
        }
    }
}
