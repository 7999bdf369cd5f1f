package io.jifen.job;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;

import io.jifen.fake.MovableClock;
import io.jifen.platform.Ids;
import io.jifen.platform.Platform;
import io.jifen.platform.PodRoles;
import io.jifen.platform.Sql;
import io.jifen.services.AtOnce;
import io.jifen.services.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each test has a job of its own, and pods of its own that run it. */
@QuarkusTest
class JobDbTest {

    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject
    DataSource database;

    @Inject
    LockProvider locks;

    @Inject
    PodRoles roles;

    @Inject
    Ids ids;

    private final String name = "test-" + UUID.randomUUID().toString().substring(0, 8);
    private final MovableClock clock = new MovableClock();
    private final MeterRegistry metrics = new SimpleMeterRegistry();

    /** The checkpoints that batches began with, of all pods. */
    private final List<String> begun = Collections.synchronizedList(new ArrayList<>());

    @FunctionalInterface
    private interface Batch {
        Job.Step after(int number) throws SQLException;
    }

    private record Settings(Map<String, String> cron) implements JobConfig {
        @Override
        public boolean scheduled() {
            return true;
        }

        @Override
        public String window() {
            return "00:00-06:00";
        }

        @Override
        public Duration lease() {
            return Duration.ofMinutes(1);
        }

        @Override
        public Duration slow() {
            return Duration.ofSeconds(2);
        }

        @Override
        public Duration pauseMax() {
            return Duration.ofMillis(5);
        }

        @Override
        public int retries() {
            return 2;
        }
    }

    @AfterEach
    void leaveNothingOpen() throws SQLException {
        ClockProvider.setClock(Clock.systemUTC());
        try (Connection connection = database.getConnection()) {
            Sql.update(connection, "DELETE FROM job_run WHERE job = ?", name);
        }
    }

    private JobRunner pod(MovableClock itsClock, Batch batch) {
        Job job = new Job() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Step step(Progress progress) throws SQLException {
                begun.add(String.valueOf(progress.checkpoint()));
                return batch.after(progress.checkpoint() == null ? 0 : Integer.parseInt(progress.checkpoint()));
            }
        };
        return new JobRunner(
                List.of(job),
                database,
                locks,
                roles,
                Platform.time(itsClock, ZONE),
                ids,
                new Settings(Map.of(name, "0 2 0 * * ?")),
                metrics);
    }

    /** Three batches of ten rows. */
    private static Job.Step three(int number) {
        return number == 2 ? new Job.Step.Done(10, "all of it") : new Job.Step.More(10, Integer.toString(number + 1));
    }

    @Test
    void what_is_due_runs_once_on_two_pods_and_after_clocks_were_set_back() throws Exception {
        // Given
        MovableClock otherClock = new MovableClock();
        List<MovableClock> clocks = List.of(clock, otherClock);
        List<JobRunner> pods = List.of(pod(clock, JobDbTest::three), pod(otherClock, JobDbTest::three));

        // When
        for (String now : List.of(
                "2026-11-21T00:03", "2026-11-22T00:03", "2026-11-22T00:01", "2026-11-22T00:04", "2026-11-21T05:00")) {
            // Of two pods' clocks one is always a little wrong
            clock.moveTo(LocalDateTime.parse(now).atZone(ZONE).toInstant());
            otherClock.moveTo(
                    LocalDateTime.parse(now).plusSeconds(20).atZone(ZONE).toInstant());
            AtOnce.run(4, thread -> {
                pods.get(thread % 2).look();
                pods.get(thread % 2).awaitIdle(PATIENCE);
                return clocks;
            });
            // A pod that came too late may find what the other has entered
            pods.forEach(JobRunner::look);
            pods.forEach(pod -> pod.awaitIdle(PATIENCE));
        }

        // Then
        assertThat(runs()).extracting(JobRun::due).containsExactly("2026-11-22T00:02", "2026-11-21T00:02");
        assertThat(runs()).allSatisfy(run -> {
            assertThat(run.state()).isEqualTo(JobRun.State.DONE);
            assertThat(run.processed()).isEqualTo(30);
        });
        assertThat(begun).containsExactly("null", "1", "2", "null", "1", "2");
    }

    @Test
    void by_day_nothing_begins_by_itself() throws Exception {
        // Given
        clock.moveTo(LocalDateTime.parse("2026-11-22T06:00").atZone(ZONE).toInstant());
        JobRunner pod = pod(clock, JobDbTest::three);

        // When
        pod.look();
        pod.awaitIdle(PATIENCE);

        // Then
        assertThat(runs()).isEmpty();
        assertThat(overdue()).as("since the pod began").isZero();
        clock.plus(Duration.ofHours(19));
        clock.plus(Duration.ofHours(6));
        pod.look();
        assertThat(overdue()).as("the night was missed").isGreaterThan(6 * 3600);
    }

    @Test
    void what_the_night_was_too_short_for_goes_on_in_the_next_one() throws Exception {
        // Given a batch that takes until the morning
        clock.moveTo(LocalDateTime.parse("2026-11-22T00:03").atZone(ZONE).toInstant());
        JobRunner pod = pod(clock, number -> {
            if (begun.size() == 1) {
                clock.plus(Duration.ofHours(7));
            }
            return three(number);
        });
        pod.look();
        pod.awaitIdle(PATIENCE);
        assertThat(runs().getFirst().state()).isEqualTo(JobRun.State.RUNNING);
        assertThat(begun).containsExactly("null");

        // When
        clock.plus(Duration.ofHours(18));
        pod.look();
        pod.awaitIdle(PATIENCE);

        // Then it goes on, and the night's own run comes after it
        assertThat(begun).containsExactly("null", "1", "2");
        pod.look();
        pod.awaitIdle(PATIENCE);
        assertThat(runs()).extracting(JobRun::due).containsExactly("2026-11-23T00:02", "2026-11-22T00:02");
        assertThat(runs()).extracting(JobRun::state).containsOnly(JobRun.State.DONE);
    }

    @Test
    void a_run_whose_pod_dies_goes_on_from_its_checkpoint() throws Exception {
        // Given
        long run = asked();
        JobRunner dying = pod(clock, number -> {
            if (number == 1) {
                throw new UnknownError("the pod is gone");
            }
            return three(number);
        });

        // When
        dying.look();
        dying.awaitIdle(PATIENCE);
        assertThat(find(run).state()).isEqualTo(JobRun.State.RUNNING);
        JobRunner another = pod(clock, JobDbTest::three);
        another.look();
        another.awaitIdle(PATIENCE);

        // Then
        assertThat(begun).containsExactly("null", "1", "1", "2");
        assertThat(find(run).state()).isEqualTo(JobRun.State.DONE);
        assertThat(find(run).processed()).isEqualTo(30);
        assertThat(find(run).attempt()).isEqualTo(2);
        assertThat(find(run).detail()).isEqualTo("all of it");
    }

    @Test
    void a_batch_that_kills_every_pod_is_given_up() throws Exception {
        // Given
        long run = asked();
        JobRunner dying = pod(clock, number -> {
            throw new UnknownError("the pod is gone");
        });

        // When
        for (int death = 0; death <= 10; death++) {
            dying.look();
            dying.awaitIdle(PATIENCE);
        }

        // Then
        assertThat(begun).hasSize(10);
        assertThat(find(run).state()).isEqualTo(JobRun.State.FAILED);
        assertThat(failures()).isEqualTo(1);
    }

    @Test
    void a_pod_that_another_one_takes_for_dead_cannot_finish_another_batch() throws Exception {
        // Given a pod that hangs in its second batch
        long run = asked();
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        JobRunner hung = pod(clock, number -> {
            if (number == 1) {
                hanging.countDown();
                await(goOn);
            }
            return three(number);
        });
        hung.look();
        await(hanging);

        // When another one's clock is ahead, so that the lock seems to have run out, and the first one wakes up beside
        // it
        JobRunner another = pod(clock, number -> {
            if (number == 2) {
                goOn.countDown();
                hung.awaitIdle(PATIENCE);
            }
            return three(number);
        });
        another.look();
        another.awaitIdle(PATIENCE);
        assertThat(find(run).attempt()).as("the lock was respected").isEqualTo(1);
        ClockProvider.setClock(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(10)));
        another.look();
        another.awaitIdle(PATIENCE);

        // Then
        assertThat(begun).containsExactly("null", "1", "1", "2");
        assertThat(find(run).state()).isEqualTo(JobRun.State.DONE);
        assertThat(find(run).processed()).isEqualTo(30);
        assertThat(find(run).attempt()).isEqualTo(2);
    }

    @Test
    void a_pod_that_fails_after_another_one_has_taken_over_alarms_nobody() throws Exception {
        // Given
        long run = asked();
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        JobRunner hung = pod(clock, number -> {
            hanging.countDown();
            await(goOn);
            throw new IllegalStateException("too late");
        });
        hung.look();
        await(hanging);

        // When
        ClockProvider.setClock(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(10)));
        JobRunner another = pod(clock, number -> {
            if (number == 1) {
                goOn.countDown();
                hung.awaitIdle(PATIENCE);
            }
            return three(number);
        });
        another.look();
        another.awaitIdle(PATIENCE);

        // Then
        assertThat(find(run).state()).isEqualTo(JobRun.State.DONE);
        assertThat(find(run).processed()).isEqualTo(30);
        assertThat(failures()).isZero();
    }

    @Test
    void a_batch_that_fails_is_tried_again_and_then_the_run_has_failed() throws Exception {
        // Given
        long mended = asked();
        JobRunner pod = pod(clock, number -> {
            if (begun.size() < 3) {
                throw new SQLException("busy");
            }
            if (number == 1) {
                throw new IllegalStateException("broken for good");
            }
            return three(number);
        });

        // When
        pod.look();
        pod.awaitIdle(PATIENCE);

        // Then
        assertThat(begun).containsExactly("null", "null", "null", "1", "1", "1");
        JobRun run = find(mended);
        assertThat(run.state()).isEqualTo(JobRun.State.FAILED);
        assertThat(run.detail()).contains("broken for good");
        assertThat(run.checkpoint()).isEqualTo("1");
        assertThat(run.processed()).isEqualTo(10);
        assertThat(failures()).isEqualTo(1);
    }

    @Test
    void an_outage_of_the_database_is_waited_for_however_long_it_takes() throws Exception {
        // Given: more attempts than a batch has
        long run = asked();
        JobRunner pod = pod(clock, number -> {
            if (begun.size() <= 5) {
                throw new IllegalStateException(new SQLException("no connection", "08001"));
            }
            return three(number);
        });

        // When
        pod.look();
        pod.awaitIdle(PATIENCE);

        // Then
        assertThat(begun).containsExactly("null", "null", "null", "null", "null", "null", "1", "2");
        assertThat(find(run).state()).isEqualTo(JobRun.State.DONE);
        assertThat(find(run).processed()).isEqualTo(30);
        assertThat(failures()).isZero();
    }

    @Test
    void a_run_stops_after_the_batch_at_hand_when_somebody_says_so() throws Exception {
        // Given
        long run = asked();
        JobRunner pod = pod(clock, number -> {
            if (number == 1) {
                try (Connection connection = database.getConnection()) {
                    assertThat(JobSql.stop(connection, run, "ann")).isTrue();
                }
            }
            return three(number);
        });

        // When
        pod.look();
        pod.awaitIdle(PATIENCE);

        // Then
        assertThat(begun).containsExactly("null", "1");
        assertThat(find(run).state()).isEqualTo(JobRun.State.FAILED);
        assertThat(find(run).detail()).isEqualTo("stopped by ann");
        assertThat(find(run).processed()).isEqualTo(20);
        assertThat(failures()).as("nothing to be alarmed about").isZero();
        assertThat(ended(JobMetrics.End.STOPPED)).isEqualTo(1);
    }

    @Test
    void counts_rows_and_batches_and_says_when_it_succeeded_last() throws Exception {
        // Given
        asked();
        JobRunner pod = pod(clock, JobDbTest::three);

        // When
        pod.look();
        pod.awaitIdle(PATIENCE);
        pod.look();

        // Then
        assertThat(ended(JobMetrics.End.DONE)).isEqualTo(1);
        assertThat(metrics.get("jifen.job.batch").tag("job", name).timer().count())
                .isEqualTo(3);
        assertThat(metrics.get("jifen.job.batch.rows")
                        .tag("job", name)
                        .summary()
                        .totalAmount())
                .isEqualTo(30);
        assertThat(metrics.get("jifen.job.last.success")
                        .tag("job", name)
                        .gauge()
                        .value())
                .isPositive();
        assertThat(metrics.get("jifen.job.running").tag("job", name).gauge().value())
                .isZero();
    }

    @Test
    void an_admin_starts_jobs_and_sees_their_runs() {
        // When
        JsonPath run = JobsClient.run("partitions");

        // Then
        assertThat(run.getString("job")).isEqualTo("partitions");
        assertThat(run.getString("startedBy")).isNotEmpty();
        assertThat(run.getString("finishedAt")).isNotNull();
        assertThat(run.getInt("attempts")).isEqualTo(1);
        admin().get("/api/v1/jobs/runs?job=partitions&state=DONE&limit=1")
                .then()
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items.runId", everyItem(equalTo(run.getString("runId"))));
        admin().post("/api/v1/jobs/runs/{id}/stop", run.getString("runId"))
                .then()
                .statusCode(409)
                .body("code", equalTo("illegal-state"))
                .body("state", equalTo("DONE"));
    }

    @Test
    void names_the_jobs_there_are_and_knows_nothing_of_others() {
        admin().post("/api/v1/jobs/sweeping/runs")
                .then()
                .statusCode(404)
                .body("code", equalTo("not-found"))
                .body("detail", containsString("expiring-soon, expiry, level-periods, level-ranks, partitions"));
        admin().get("/api/v1/jobs/runs/17").then().statusCode(404);
        admin().post("/api/v1/jobs/runs/x/stop").then().statusCode(404);
        admin().get("/api/v1/jobs/runs?state=ASLEEP").then().statusCode(400).body("errors[0].field", equalTo("state"));
    }

    @Test
    void is_for_admins_alone() {
        for (String token : List.of(Tokens.service(), Tokens.user("bob"))) {
            given().auth().oauth2(token).post("/api/v1/jobs/expiry/runs").then().statusCode(403);
            given().auth().oauth2(token).get("/api/v1/jobs/runs").then().statusCode(403);
        }
    }

    private static RequestSpecification admin() {
        return given().auth().oauth2(Tokens.admin());
    }

    private long asked() throws SQLException {
        long id = ids.next();
        try (Connection connection = database.getConnection()) {
            JobSql.enter(connection, id, name, "ann", clock.instant());
        }
        return id;
    }

    private JobRun find(long id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return JobSql.find(connection, id).orElseThrow();
        }
    }

    /** Newest first; what was entered later may be for an earlier day. */
    private List<JobRun> runs() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return JobSql.before(connection, Long.MAX_VALUE, name, null, 100);
        }
    }

    private double failures() {
        return ended(JobMetrics.End.FAILED);
    }

    private double ended(JobMetrics.End how) {
        return metrics.get("jifen.job.runs")
                .tag("job", name)
                .tag("state", how.name())
                .counter()
                .count();
    }

    private double overdue() {
        return metrics.get("jifen.job.overdue").tag("job", name).gauge().value();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
