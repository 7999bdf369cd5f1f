package io.jifen.platform;

import java.time.Clock;
import java.time.ZoneId;

/** Makes beans of the platform for code that lives outside of the container. */
public final class Platform {

    private Platform() {}

    public static Time time(Clock clock, ZoneId zone) {
        return new Time(clock, zone);
    }

    public static Ids ids(Clock clock) {
        return new Ids(clock);
    }
}
