package io.jifen.event;

import io.jifen.ledger.LedgerUnavailableException;
import io.jifen.platform.BrokerUnavailableException;
import io.jifen.platform.Unquoted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Tries again, with growing pauses and for as long as it takes, until the service stops. */
@Singleton
class Patience {

    /** The service stops: whatever was tried is left undone, and will be delivered again. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StoppedException(RuntimeException cause) {
            super("stopped while waiting; the batch is delivered again", cause);
        }
    }

    private static final Logger LOG = Logger.getLogger(Patience.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Duration pauseMax;
    private final Counter retries;

    Patience(EventConfig config, MeterRegistry metrics) {
        this.pauseMax = config.retryPauseMax();
        retries = Counter.builder("jifen.events.retries")
                .description("Batches of events tried again, as the database or the broker was away")
                .register(metrics);
    }

    /** Its counter is there from the start: of one that comes with its first retry nobody sees that it rose. */
    void start(@Observes StartupEvent event) {}

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    /** The attempt's result, once it doesn't throw. */
    <T> T untilDone(String what, Supplier<T> attempt) {
        Duration pause = FIRST_PAUSE;
        for (int failures = 0; ; failures++) {
            try {
                T result = attempt.get();
                if (failures > 0) {
                    LOG.infof("%s works again, after %d failures", what, failures);
                }
                return result;
            } catch (RuntimeException e) {
                if (failures == 0) {
                    say(what, e);
                }
                waitOrStop(pause, e);
                retries.increment();
                pause = pause.multipliedBy(2).compareTo(pauseMax) < 0 ? pause.multipliedBy(2) : pauseMax;
            }
        }
    }

    private static void say(String what, RuntimeException e) {
        if (e instanceof LedgerUnavailableException || e.getCause() instanceof BrokerUnavailableException) {
            LOG.warnf("%s waits, and is tried again until it works: %s", what, e.getMessage());
        } else {
            LOG.errorf(Unquoted.of(e), "%s failed; tried again until it works", what);
        }
    }

    private void waitOrStop(Duration pause, RuntimeException cause) {
        try {
            if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoppedException(cause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException(cause);
        }
    }
}
