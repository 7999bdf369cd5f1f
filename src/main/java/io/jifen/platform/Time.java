package io.jifen.platform;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one clock, read at the edges only, and the program's zone, in which days begin and end. */
@ApplicationScoped
public class Time {

    private final Clock clock;
    private final ZoneId zone;

    Time(Clock clock, @ConfigProperty(name = "jifen.zone", defaultValue = "Asia/Shanghai") ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
    }

    /** Now, to the millisecond: what the database keeps is what the answer says. */
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    public ZoneId zone() {
        return zone;
    }

    public LocalDate today() {
        return LocalDate.ofInstant(now(), zone);
    }

    /** The system's clock, where no other is given (a test's, or the local profile's that can be moved). */
    @Singleton
    static class SystemClock {
        @Produces
        @DefaultBean
        @Singleton
        Clock clock() {
            return Clock.systemUTC();
        }
    }
}
