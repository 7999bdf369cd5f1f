package io.jifen.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.platform.Caller;
import io.jifen.platform.Cursor;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Jobs")
class JobResource {

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "JobRun", description = "One run of a job")
    record JobRunView(
            String runId,
            @Schema(examples = "expiry") String job,
            JobRun.State state,

            @Schema(description = "Who asked for it; absent: it was due") @Nullable
            String startedBy,

            @Schema(description = "Who asked it to stop") @Nullable
            String stoppedBy,

            Instant startedAt,
            @Nullable Instant finishedAt,

            @Schema(description = "Milliseconds, up to now where it is running", examples = "1530")
            long durationMs,

            @Schema(description = "What was looked at; of what kind, the job knows", examples = "120000")
            long processed,

            @Schema(examples = "60") long batches,

            @Schema(description = "How often it was taken up: once, and after each death of its pod", examples = "1")
            int attempts,

            @Schema(description = "Where it is, or where it stopped") @Nullable
            String checkpoint,

            @Nullable String detail) {

        static JobRunView of(JobRun run, Instant now) {
            Instant end = run.finishedAt() == null ? now : run.finishedAt();
            return new JobRunView(
                    Long.toString(run.id()),
                    run.job(),
                    run.state(),
                    run.startedBy(),
                    run.stoppedBy(),
                    run.startedAt(),
                    run.finishedAt(),
                    Math.max(0, Duration.between(run.startedAt(), end).toMillis()),
                    run.processed(),
                    run.batches(),
                    run.attempt(),
                    run.checkpoint(),
                    run.detail());
        }
    }

    private final JobRuns runs;
    private final JobRunner runner;
    private final Audit audit;
    private final DataSource database;
    private final Time time;
    private final Caller caller;

    JobResource(JobRuns runs, JobRunner runner, Audit audit, DataSource database, Time time, Caller caller) {
        this.runs = runs;
        this.runner = runner;
        this.audit = audit;
        this.database = database;
        this.time = time;
        this.caller = caller;
    }

    @POST
    @Path("/{name}/runs")
    @Operation(
            summary = "Start a job",
            description =
                    "By any pod; it runs on one that runs jobs, also by day. While the job is running, the new run "
                            + "waits for its end; a second one that waits would be one too many, and is the first.")
    @APIResponse(responseCode = "202", description = "The run; follow it at /jobs/runs/{runId}")
    @APIResponse(responseCode = "404", description = "not-found: no job has this name; the detail says which there are")
    public RestResponse<JobRunView> start(@RestPath @Parameter(example = "expiry") String name) throws SQLException {
        if (!runner.has(name)) {
            throw new ProblemException(
                    ProblemCode.NOT_FOUND, "No job has this name. There are: " + String.join(", ", runner.names()));
        }
        return RestResponse.accepted(view(runs.request(name, caller.subject())));
    }

    @POST
    @Path("/runs/{runId}/stop")
    @Operation(
            summary = "Stop a run",
            description =
                    "After the batch at hand; what it has done stays. It has then FAILED, and says who stopped it.")
    @APIResponse(responseCode = "202", description = "It stops")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "illegal-state: it has ended (`state`)")
    public RestResponse<JobRunView> stop(@RestPath String runId) throws SQLException {
        JobRun run = require(runId);
        boolean stopping = Sql.transaction(database, connection -> {
            boolean first = JobSql.stop(connection, run.id(), caller.subject());
            if (first) {
                Act act = audit.act(caller.subject(), "STOP", "JOB_RUN", Long.toString(run.id()));
                audit.record(connection, act.to(Map.of("job", run.job())));
            }
            return first;
        });
        JobRun now = require(runId);
        if (!stopping && now.state() != JobRun.State.RUNNING) {
            throw new ProblemException(Problem.of(ProblemCode.ILLEGAL_STATE, "The run has ended.")
                    .with("state", now.state().name()));
        }
        runner.look();
        return RestResponse.accepted(view(run.id()));
    }

    @GET
    @Path("/runs")
    @Operation(summary = "Runs, newest first")
    @APIResponse(responseCode = "200", description = "A page of runs")
    @APIResponse(responseCode = "400", description = "invalid-request: a parameter is wrong")
    public Page<JobRunView> list(
            @RestQuery
                    @Parameter(description = "Of this job only", example = "expiry")
                    @Nullable
                    @Pattern(regexp = "[a-z0-9-]{1,32}", message = "must be a job's name")
                    String job,
            @RestQuery JobRun.@Nullable State state,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable Integer limit)
            throws SQLException {
        int size = Paging.limit(limit);
        Instant now = time.now();
        try (Connection connection = database.getConnection()) {
            List<JobRun> found = JobSql.before(connection, Cursor.number(cursor, Long.MAX_VALUE), job, state, size + 1);
            return Page.of(found, size, run -> Cursor.of(run.id())).map(run -> JobRunView.of(run, now));
        }
    }

    @GET
    @Path("/runs/{runId}")
    @Operation(summary = "A run")
    @APIResponse(responseCode = "200", description = "How far it is, or how it ended")
    @APIResponse(responseCode = "404", description = "not-found")
    public JobRunView get(@RestPath String runId) throws SQLException {
        return JobRunView.of(require(runId), time.now());
    }

    private JobRunView view(long id) throws SQLException {
        return JobRunView.of(require(Long.toString(id)), time.now());
    }

    private JobRun require(String id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return JobSql.find(connection, Long.parseLong(id)).orElseThrow(JobResource::notFound);
        } catch (NumberFormatException e) {
            throw notFound();
        }
    }

    private static ProblemException notFound() {
        return new ProblemException(ProblemCode.NOT_FOUND, "There is no run of this id.");
    }
}
