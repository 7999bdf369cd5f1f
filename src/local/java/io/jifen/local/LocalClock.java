package io.jifen.local;

import io.jifen.fake.MovableClock;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The service's clock. A move outlives a live reload, which makes a new application in the same JVM. */
@Singleton
class LocalClock extends MovableClock {

    private static final String KEPT = "jifen.local.clock-offset";

    void restore(@Observes StartupEvent start) {
        plus(Duration.parse(System.getProperty(KEPT, "PT0S")));
    }

    void keep(@Observes ShutdownEvent end) {
        System.setProperty(KEPT, offset().toString());
    }
}
