package io.jifen.job;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a job runs by itself. It reckons in local date and time, as if there were no daylight saving: what is due in an
 * hour that is left out is due at its end, and what is due in one that comes twice has its name once.
 */
final class Schedule {

    private static final String OFF = "off";
    private static final CronParser PARSER =
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));

    private final @Nullable ExecutionTime times;
    private final LocalTime opens;
    private final LocalTime closes;

    private Schedule(@Nullable ExecutionTime times, LocalTime opens, LocalTime closes) {
        this.times = times;
        this.opens = opens;
        this.closes = closes;
    }

    /**
     * @param cron null or {@code off}: never
     * @param window such as {@code 00:00-06:00} or {@code 22:00-04:00}; {@code 00:00-00:00} is always
     * @throws IllegalArgumentException if they are written in another way
     */
    static Schedule of(@Nullable String cron, String window) {
        String[] ends = window.split("-", -1);
        if (ends.length != 2) {
            throw new IllegalArgumentException("a window is written like 00:00-06:00, not " + window);
        }
        boolean off = cron == null || cron.strip().equals(OFF);
        return new Schedule(
                off ? null : ExecutionTime.forCron(PARSER.parse(cron)),
                LocalTime.parse(ends[0].strip()),
                LocalTime.parse(ends[1].strip()));
    }

    /** The last time at which it was due. */
    Optional<LocalDateTime> lastDue(LocalDateTime now) {
        return Optional.ofNullable(times)
                .flatMap(known -> known.lastExecution(now.plusSeconds(1).atZone(ZoneOffset.UTC)))
                .map(ZonedDateTime::toLocalDateTime);
    }

    boolean isOpenAt(LocalDateTime now) {
        LocalTime time = now.toLocalTime();
        return opens.isBefore(closes)
                ? !time.isBefore(opens) && time.isBefore(closes)
                : !time.isBefore(opens) || time.isBefore(closes);
    }
}
