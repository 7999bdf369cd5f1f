package io.jifen.ledger;

import io.jifen.job.Job;
import io.jifen.platform.PodRoles;
import io.jifen.platform.Time;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/** Sees to the partitions at each start and once a day, at night, when few statements are in the way of an ALTER. */
@Singleton
class PartitionJob implements Job {

    private final Partitions partitions;
    private final PodRoles roles;
    private final Time time;

    PartitionJob(Partitions partitions, PodRoles roles, Time time) {
        this.partitions = partitions;
        this.roles = roles;
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

    @Override
    public String name() {
        return "partitions";
    }

    @Override
    public Step step(Progress progress) {
        if (!partitions.ensure(time.now())) {
            throw new IllegalStateException("partitions are missing; the log says why");
        }
        return new Step.Done(0, null);
    }
}
