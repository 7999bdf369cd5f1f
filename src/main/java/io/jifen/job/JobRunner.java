package io.jifen.job;

import io.jifen.job.Job.Step;
import io.jifen.job.JobMetrics.End;
import io.jifen.job.JobRun.State;
import io.jifen.platform.DatabaseOutage;
import io.jifen.platform.Ids;
import io.jifen.platform.PodRoles;
import io.jifen.platform.Time;
import io.jifen.platform.Unquoted;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Enters the runs that are due, and works on those that are open: each job in a thread of its own, on one pod. Made at the
 * start, so that its counters are there before anything is counted.
 */
@Startup
@Singleton
class JobRunner {

    private static final Logger LOG = Logger.getLogger(JobRunner.class);

    /** A batch that kills its pod again and again won't be mended by another attempt. */
    private static final int FRUITLESS_MAX = 10;

    private static final int DETAIL_MAX = 1000;

    /** How long a stop waits for batches to end; what is cut off is done again. */
    private static final Duration LAST_BATCH = Duration.ofSeconds(5);

    private final Map<String, Job> jobs;
    private final Map<String, Schedule> schedules = new TreeMap<>();
    private final DataSource database;
    private final LockProvider locks;
    private final PodRoles roles;
    private final Time time;
    private final Ids ids;
    private final JobConfig config;
    private final Pace pace;
    private final JobMetrics metrics;
    private final Instant began;

    /** What was entered already, as far as this pod knows. */
    private final Map<String, String> entered = new HashMap<>();

    private final Map<String, Thread> busy = new ConcurrentHashMap<>();

    /** Jobs that were to be started while they were busy. */
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();

    private final CountDownLatch stopping = new CountDownLatch(1);
    private boolean waiting;

    JobRunner(
            @All List<Job> jobs,
            DataSource database,
            LockProvider locks,
            PodRoles roles,
            Time time,
            Ids ids,
            JobConfig config,
            MeterRegistry registry) {
        this.jobs = jobs.stream()
                .collect(Collectors.toMap(Job::name, Function.identity(), JobRunner::oneName, TreeMap::new));
        this.database = database;
        this.locks = locks;
        this.roles = roles;
        this.time = time;
        this.ids = ids;
        this.config = config;
        this.pace = new Pace(config.slow(), config.pauseMax());
        this.metrics = new JobMetrics(registry);
        this.began = time.now();
        this.jobs.keySet().forEach(name -> {
            schedules.put(name, Schedule.of(config.cron().get(name), config.window()));
            if (roles.has(PodRoles.Role.JOBS)) {
                metrics.register(name);
            }
        });
    }

    private static Job oneName(Job one, Job other) {
        throw new IllegalStateException(one.getClass() + " and " + other.getClass() + " have the same name");
    }

    /** The names of all jobs. */
    Iterable<String> names() {
        return jobs.keySet();
    }

    boolean has(String name) {
        return jobs.containsKey(name);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
        awaitIdle(LAST_BATCH);
    }

    /** Until none of this pod's jobs is working, or the time is up for one of them. */
    void awaitIdle(Duration each) {
        try {
            for (Thread thread : List.copyOf(busy.values())) {
                thread.join(each);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks what is due and what is open. Cheap where there is nothing: three questions that indexes answer. */
    @Scheduled(every = "${jifen.jobs-poll}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    synchronized void look() {
        if (!roles.has(PodRoles.Role.JOBS) || stopping.getCount() == 0) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            LocalDateTime now = LocalDateTime.ofInstant(time.now(), time.zone());
            List<JobRun> open = JobSql.open(connection);
            if (config.scheduled()) {
                for (String job : schedules.keySet()) {
                    enterDue(connection, job, now, open);
                }
                open = JobSql.open(connection);
            }
            open.stream()
                    .filter(run -> has(run.job()) && mayGoOn(run))
                    .map(JobRun::job)
                    .distinct()
                    .forEach(this::start);
            tellOverdue(JobSql.lastDone(connection), now);
            waiting = false;
        } catch (SQLException | RuntimeException e) {
            if (!waiting) {
                LOG.warnf("jobs wait until the database can be asked: %s", e.toString());
            }
            waiting = true;
        }
    }

    /** Nothing is entered while the last night's run is still open: going on with that is the same work. */
    private void enterDue(Connection connection, String job, LocalDateTime now, List<JobRun> open) throws SQLException {
        Schedule schedule = schedule(job);
        Optional<String> due = schedule.lastDue(now).map(LocalDateTime::toString);
        boolean isOpen = open.stream().anyMatch(run -> run.job().equals(job) && run.due() != null);
        if (due.isPresent() && schedule.isOpenAt(now) && !isOpen && !due.get().equals(entered.get(job))) {
            JobSql.enterDue(connection, ids.next(), job, due.get(), time.now());
            entered.put(job, due.get());
        }
    }

    private void tellOverdue(Map<String, Instant> lastDone, LocalDateTime now) {
        metrics.lastDone(lastDone);
        schedules.forEach((job, schedule) -> {
            // A new installation, or a new job, is not late before it was due for the first time.
            Instant since = lastDone.getOrDefault(job, began);
            Optional<LocalDateTime> due = config.scheduled() ? schedule.lastDue(now) : Optional.empty();
            metrics.overdue(
                    job,
                    due.filter(at -> at.isAfter(LocalDateTime.ofInstant(since, time.zone())))
                            .map(at -> Duration.between(at, now))
                            .orElse(Duration.ZERO));
        });
    }

    private Schedule schedule(String job) {
        Schedule schedule = schedules.get(job);
        if (schedule == null) {
            throw new IllegalArgumentException("no job has the name " + job);
        }
        return schedule;
    }

    /** What is due, by night only; what somebody asked for, or asked to stop, at once. */
    private boolean mayGoOn(JobRun run) {
        return run.due() == null
                || run.stoppedBy() != null
                || schedule(run.job()).isOpenAt(LocalDateTime.ofInstant(time.now(), time.zone()));
    }

    private void start(String name) {
        Job job = jobs.get(name);
        if (job != null) {
            busy.compute(name, (itself, thread) -> {
                if (thread == null) {
                    // No virtual one: those of requests may keep it from running for long, in the middle of an answer.
                    return Thread.ofPlatform()
                            .daemon()
                            .name("jifen-job-" + name)
                            .start(() -> work(job));
                }
                wanted.add(name);
                return thread;
            });
        }
    }

    private void work(Job job) {
        try {
            KeptLock.take(locks, "job-" + job.name(), config.lease()).ifPresent(lock -> {
                try (lock) {
                    metrics.running(job.name(), true);
                    work(job, lock);
                } finally {
                    metrics.running(job.name(), false);
                }
            });
        } catch (RuntimeException e) {
            LOG.warnf("job %s goes on when the database can be asked: %s", job.name(), e.toString());
        } finally {
            busy.remove(job.name());
            if (wanted.remove(job.name())) {
                start(job.name()); // it may have been asked for when this thread had looked for the last time
            }
        }
    }

    private void work(Job job, KeptLock lock) {
        try {
            boolean again = true;
            while (again && mayWork(lock)) {
                Optional<JobRun> next = next(job.name());
                again = next.isPresent() && run(job, next.get(), lock);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean mayWork(KeptLock lock) {
        return stopping.getCount() > 0 && !lock.isLost();
    }

    private Optional<JobRun> next(String job) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return JobSql.open(connection).stream()
                    .filter(run -> run.job().equals(job) && mayGoOn(run))
                    .findFirst();
        }
    }

    /** Takes the run as far as it goes; false if it has to be looked at again later. */
    private boolean run(Job job, JobRun open, KeptLock lock) throws SQLException, InterruptedException {
        JobRun run;
        try (Connection connection = database.getConnection()) {
            if (!JobSql.take(connection, open)) {
                return false; // another pod has it
            }
            run = JobSql.find(connection, open.id()).orElseThrow(); // another pod may have come further until then
        }
        if (run.fruitless() > FRUITLESS_MAX) {
            return fail(run, "its pod died " + FRUITLESS_MAX + " times in a row in the same batch");
        }
        for (int failures = 0; mayWork(lock); ) {
            Optional<String> stoppedBy = stoppedBy(run);
            if (stoppedBy.isPresent()) {
                return finish(run, End.STOPPED, "stopped by " + stoppedBy.get());
            }
            if (!mayGoOn(run)) {
                return false; // the night is over
            }
            long start = System.nanoTime();
            Step step;
            try {
                step = job.step(run.progress());
            } catch (SQLException | RuntimeException e) {
                if (DatabaseOutage.isBehind(e)) {
                    LOG.warnf("job %s goes on when the database can be asked: %s", job.name(), e.toString());
                    rest(pace.pauseBefore(1));
                    continue; // as often as it takes: it is not the batch that fails
                }
                failures++;
                LOG.warnf(
                        Unquoted.of(e),
                        "job %s: a batch failed for the %d. time, at %s",
                        job.name(),
                        failures,
                        run.checkpoint());
                if (failures > config.retries()) {
                    return fail(run, String.valueOf(e));
                }
                rest(pace.pauseBefore(failures));
                continue;
            }
            failures = 0;
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            switch (step) {
                case Step.Later() -> {
                    progress(run.at(run.checkpoint(), 0));
                    return false;
                }
                case Step.Done(long processed, String detail) -> {
                    metrics.batch(job.name(), processed, took);
                    return finish(run.at(run.checkpoint(), processed), End.DONE, detail);
                }
                case Step.More(long processed, String checkpoint, Duration asked) -> {
                    metrics.batch(job.name(), processed, took);
                    run = run.at(checkpoint, processed);
                    if (!progress(run)) {
                        LOG.warnf("job %s: another pod has taken over run %d", job.name(), run.id());
                        return false;
                    }
                    rest(pace.pauseAfter(took, asked));
                }
            }
        }
        return false;
    }

    private Optional<String> stoppedBy(JobRun run) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return JobSql.stoppedBy(connection, run.id());
        }
    }

    private boolean progress(JobRun run) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return JobSql.progress(connection, run);
        }
    }

    private boolean finish(JobRun run, End end, @Nullable String detail) throws SQLException {
        State how = end == End.DONE ? State.DONE : State.FAILED;
        String said = detail == null ? null : detail.substring(0, Math.min(detail.length(), DETAIL_MAX));
        try (Connection connection = database.getConnection()) {
            boolean ours = JobSql.finish(connection, run, how, said, time.now());
            if (ours) {
                metrics.ended(run.job(), end);
            }
            return ours;
        }
    }

    private boolean fail(JobRun run, String why) throws SQLException {
        boolean ours = finish(run, End.FAILED, why);
        if (ours) {
            LOG.errorf("job %s: run %d failed at %s: %s", run.job(), run.id(), run.checkpoint(), why);
        }
        return ours;
    }

    private void rest(Duration pause) throws InterruptedException {
        stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }
}
