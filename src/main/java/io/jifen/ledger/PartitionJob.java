package io.jifen.ledger;

import io.jifen.platform.PodRoles;
import io.jifen.platform.Time;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;

/** Sees to the partitions at each start and once a day. */
@Singleton
class PartitionJob {

    private static final String NAME = "partitions";
    /** The run takes a second; a pod that dies in it is forgotten by then. */
    private static final Duration LOCK_AT_MOST = Duration.ofMinutes(10);

    private final Partitions partitions;
    private final PodRoles roles;
    private final LockProvider locks;
    private final Time time;

    PartitionJob(Partitions partitions, PodRoles roles, LockProvider locks, Time time) {
        this.partitions = partitions;
        this.roles = roles;
        this.locks = locks;
        this.time = time;
    }

    /**
     * Before this pod consumes or serves anything. Without the lock: of pods that start together each has to know that
     * the partitions are there, not only that somebody is at it.
     */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (roles.has(PodRoles.Role.JOBS)) {
            partitions.ensure(time.now());
        }
    }

    /** At night, when few statements are in the way of an ALTER. */
    @Scheduled(cron = "${jifen.partitions.cron:0 20 3 * * ?}", timeZone = "${jifen.zone:Asia/Shanghai}")
    void daily() {
        if (!roles.has(PodRoles.Role.JOBS)) {
            return;
        }
        LockConfiguration lock = new LockConfiguration(ClockProvider.now(), NAME, LOCK_AT_MOST, Duration.ZERO);
        locks.lock(lock).ifPresent(this::run);
    }

    private void run(SimpleLock lock) {
        try {
            partitions.ensure(time.now());
        } finally {
            lock.unlock();
        }
    }
}
