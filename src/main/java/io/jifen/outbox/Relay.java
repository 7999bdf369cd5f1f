package io.jifen.outbox;

import io.jifen.platform.KafkaSender;
import io.jifen.platform.PodRoles;
import io.jifen.platform.Soundness;
import io.jifen.platform.Time;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockProvider;
import org.jspecify.annotations.Nullable;

/**
 * Empties the outbox and sends the messages whose turn it is while this pod leads, in a thread of its own; otherwise waits
 * for the lead. With the broker or the database away it says so once and tries on.
 */
@Singleton
class Relay {

    private static final String LEASE = "outbox-relay";
    private static final Duration STOPPING_MAX = Duration.ofSeconds(5);

    private final DataSource dataSource;
    private final PodRoles roles;
    private final OutboxConfig config;
    private final Time time;
    private final OutboxGauges gauges;
    private final Soundness soundness;
    private final Lease lease;
    private final Publisher publisher;
    private final MessageSender messages;
    private final MessageGauges messageGauges;

    private final Semaphore awake = new Semaphore(0);
    private volatile boolean stopping;
    private boolean leading;
    private @Nullable Thread thread;

    private int failures; // in a row
    private long nextSampleNanos = System.nanoTime();
    private long nextMessagesNanos = System.nanoTime();

    Relay(
            DataSource dataSource,
            LockProvider locks,
            KafkaSender sender,
            PodRoles roles,
            OutboxConfig config,
            MessageConfig messageConfig,
            Time time,
            OutboxGauges gauges,
            MessageGauges messageGauges,
            Soundness soundness) {
        this.dataSource = dataSource;
        this.roles = roles;
        this.config = config;
        this.time = time;
        this.gauges = gauges;
        this.soundness = soundness;
        this.lease = new Lease(locks, LEASE, config.lease());
        this.publisher = new Publisher(dataSource, sender, config, gauges);
        this.messages = new MessageSender(dataSource, sender, messageConfig, time, messageGauges);
        this.messageGauges = messageGauges;
    }

    void starting(@Observes StartupEvent event) {
        if (roles.has(PodRoles.Role.RELAY)) {
            start();
        }
    }

    void stopping(@Observes ShutdownEvent event) throws InterruptedException {
        stop();
    }

    void start() {
        stopping = false;
        thread = Thread.ofPlatform().daemon().name("jifen-outbox-relay").start(this::run);
    }

    /** Ends after the page at hand and hands the lead over. */
    void stop() throws InterruptedException {
        stopping = true;
        awake.release();
        Thread running = thread;
        if (running != null) {
            running.join(STOPPING_MAX);
        }
    }

    /** There is something new. Costs next to nothing, may be called by anyone. */
    void wake() {
        if (awake.availablePermits() == 0) {
            awake.release();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                step();
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            soundness.broken("the outbox relay", e);
        } finally {
            lead(false);
            handOver();
        }
    }

    private void step() throws InterruptedException {
        awake.drainPermits(); // what comes from now on is for the next step
        try {
            lead(lease.hold());
            if (!leading) {
                rest(config.poll());
                return;
            }
            sample();
            Publisher.Page page;
            try {
                page = publisher.publish();
            } finally {
                sendMessages(); // also where rows of the outbox can't go out
            }
            recovered();
            switch (page) {
                case EMPTY -> rest(config.poll());
                case SHORT -> Thread.sleep(config.gather());
                case FULL -> {}
            }
        } catch (SQLException | RuntimeException e) {
            failed(e);
        }
    }

    /** As often as an idle relay looks, however often it publishes: these are few beside the postings. */
    private void sendMessages() throws SQLException {
        long now = System.nanoTime();
        if (now - nextMessagesNanos >= 0 && messages.send() == 0) {
            nextMessagesNanos = now + config.poll().toNanos();
        }
    }

    private void rest(Duration duration) throws InterruptedException {
        if (awake.tryAcquire(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            awake.drainPermits();
        }
    }

    private void lead(boolean leads) {
        if (leads != leading) {
            leading = leads;
            gauges.leads(leads);
            if (!leads) {
                messageGauges.notLeading();
            }
            Log.infof("This pod's outbox relay %s", leads ? "leads" : "no longer leads");
        }
    }

    private void sample() throws SQLException {
        long now = System.nanoTime();
        if (now - nextSampleNanos < 0) {
            return;
        }
        nextSampleNanos = now + config.sample().toNanos();
        try (Connection connection = dataSource.getConnection()) {
            gauges.waiting(
                    OutboxSql.count(connection), OutboxSql.oldest(connection).orElse(null), time.now());
        }
        messages.sample(time.now());
    }

    private void failed(Exception failure) throws InterruptedException {
        failures++;
        gauges.failed(failures);
        if (failures == 1) {
            Log.warnf("The outbox relay can't go on and keeps trying: %s", reason(failure));
            Log.debug("The outbox relay failed", failure);
        }
        // Woken or not: nothing new to publish makes the broker come back sooner.
        long pauseMs = Math.min(config.pauseMax().toMillis(), 50L << Math.min(failures, 10));
        for (long left = pauseMs; left > 0 && !stopping; left -= 100) {
            Thread.sleep(Math.min(left, 100));
        }
    }

    private void recovered() {
        if (failures > 0) {
            Log.infof("The outbox relay goes on after %d failed attempts", failures);
            failures = 0;
            gauges.failed(0);
        }
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == failure ? failure.toString() : failure.getMessage() + ", " + root;
    }

    private void handOver() {
        try {
            lease.release();
        } catch (RuntimeException e) {
            Log.debug("The lead was not handed over; it runs out by itself", e);
        }
    }
}
