package io.jifen.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import de.siegmar.fastcsv.writer.CsvWriter;
import io.jifen.audit.Audit;
import io.jifen.ledger.Answer;
import io.jifen.ledger.Answers;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.platform.Caller;
import io.jifen.platform.CsvCell;
import io.jifen.platform.Cursor;
import io.jifen.platform.IdempotencyKey;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Page;
import io.jifen.platform.Paging;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.platform.Sha256;
import io.jifen.platform.Time;
import io.jifen.risk.Approvals;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Grants in bulk: files of events. */
@Path("/api/v1/grants/jobs")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "Events")
class GrantJobResource {

    private static final Logger LOG = Logger.getLogger(GrantJobResource.class);
    private static final String CSV = "text/csv";

    /** Whoever takes anything gets JSON. */
    private static final String CSV_IF_ASKED_FOR = CSV + ";qs=0.5";

    private static final int CSV_PAGE = 1_000;

    @RegisterForReflection
    @Schema(name = "GrantJobRow", description = "A row of a job, and what became of it")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RowView(
            @Schema(description = "Its place in a list, from 1; its line of a CSV file, where the header's is 1")
            int row,

            @Nullable String userId,

            @Schema(
                    description = "REJECTED: it can't be an event. WAITING: not applied yet",
                    examples = {"POSTED", "REFUSED", "REJECTED", "DEAD", "WAITING"})
            String status,

            @Schema(description = "Why it was refused or rejected") @Nullable
            String code,

            @Nullable String detail,
            @Nullable String transactionNo,

            @Schema(description = "Its idempotency key, for `GET /requests/{traceId}`") @Nullable
            String traceId) {

        static RowView of(long jobId, GrantJob.Row row) {
            return new RowView(
                    row.number(),
                    row.userId(),
                    row.status().name(),
                    row.code(),
                    row.detail(),
                    row.transactionNo() == null ? null : Long.toString(row.transactionNo()),
                    row.status() == GrantJob.RowStatus.REJECTED ? null : GrantJob.traceId(jobId, row.number()));
        }
    }

    private final GrantJobs jobs;
    private final Intake intake;
    private final GrantJobSettling settling;
    private final GrantJobCleaning cleaning;
    private final Ledger ledger;
    private final Approvals approvals;
    private final DataSource database;
    private final GrantJobConfig config;
    private final Audit audit;
    private final Caller caller;
    private final Ids ids;
    private final Json json;
    private final Time time;

    GrantJobResource(
            GrantJobs jobs,
            Intake intake,
            GrantJobSettling settling,
            GrantJobCleaning cleaning,
            Ledger ledger,
            Approvals approvals,
            DataSource database,
            GrantJobConfig config,
            Audit audit,
            Caller caller,
            Ids ids,
            Json json,
            Time time) {
        this.jobs = jobs;
        this.intake = intake;
        this.settling = settling;
        this.cleaning = cleaning;
        this.ledger = ledger;
        this.approvals = approvals;
        this.database = database;
        this.config = config;
        this.audit = audit;
        this.caller = caller;
        this.ids = ids;
        this.json = json;
        this.time = time;
    }

    @POST
    @Consumes({MediaType.APPLICATION_JSON, CSV})
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Grant in bulk", description = """
                    Up to 1,000,000 events (without traceId and action, which are refused), as a JSON list or as CSV \
                    whose first row names the fields. Each row is sent as an event of its own, and applied like any other; its key is \
                    made of the job and the row, so nothing that happens on the way grants it twice. Rows that are \
                    wrong are listed, the others go on. Where many points are given, the job waits for another admin.""")
    @APIResponse(
            responseCode = "202",
            description = "Stored; it runs, or waits for an approval",
            content = @Content(schema = @Schema(implementation = GrantJobView.class)))
    @APIResponse(
            responseCode = "200",
            description = "The same file was sent before under this key: the first answer's body",
            content = @Content(schema = @Schema(implementation = GrantJobView.class)))
    @APIResponse(
            responseCode = "400",
            description = "invalid-request: the file can't be read, or no row of it; missing-idempotency-key")
    @APIResponse(responseCode = "409", description = "illegal-state: the upload took too long")
    @APIResponse(responseCode = "413", description = "payload-too-large")
    @APIResponse(responseCode = "422", description = "idempotency-key-reused")
    public RestResponse<byte[]> upload(
            @RestHeader(IdempotencyKey.HEADER) @Nullable String idempotencyKey,
            @RestHeader(HttpHeaders.CONTENT_TYPE) @Parameter(hidden = true) @Nullable String contentType,
            @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON,
                                        schema = @Schema(type = SchemaType.ARRAY, implementation = Event.class)),
                                @Content(
                                        mediaType = CSV,
                                        schema = @Schema(type = SchemaType.STRING),
                                        examples = @ExampleObject(name = "grants", value = """
                                                                userId,bizType,bizNo,amount,points,occurredAt,reason
                                                                bob,ORDER,4711,99.90,,,Order 4711
                                                                eve,COMPAT,,,50,,Anniversary
                                                                """))
                            })
                    InputStream file)
            throws IOException, SQLException {
        Key key = new Key(caller.scope(), IdempotencyKey.of(idempotencyKey, null));
        boolean csv =
                contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(CSV);
        Instant now = time.now();
        long jobId = ids.next();
        try (Connection connection = database.getConnection()) {
            GrantJobSql.open(connection, jobId, caller.subject(), now);
        }
        boolean nobodyHears = true;
        try {
            DigestInputStream digested = new DigestInputStream(file, Sha256.digest());
            GrantUpload upload = read(jobId, digested, csv);
            byte[] contentHash = ContentHash.of("grant-job")
                    .with("csv", csv)
                    .with(
                            "sha256",
                            HexFormat.of().formatHex(digested.getMessageDigest().digest()))
                    .bytes();
            Posting start = jobs.start(
                            upload,
                            Objects.requireNonNull(upload.firstUser),
                            jobId,
                            key,
                            contentHash,
                            caller.subject(),
                            now)
                    .auditedAs(audit.act(caller.subject(), "START", "GRANT_JOB", Long.toString(jobId))
                            .to(Map.of("rows", upload.rows, "points", upload.points)));
            nobodyHears = false; // it may be started from here on, also if no answer says so
            Answer answer = ledger.post(start);
            nobodyHears = !(answer instanceof Answer.Posted posted) || posted.replayed();
            return Answers.response(RestResponse.StatusCode.ACCEPTED, answer);
        } finally {
            if (nobodyHears) {
                remove(jobId);
            }
        }
    }

    private GrantUpload read(long jobId, InputStream file, boolean csv) throws IOException, SQLException {
        GrantUpload upload = new GrantUpload(jobId, database, intake, json, config);
        GrantFile reader = new GrantFile(json);
        try {
            if (csv) {
                reader.readCsv(file, upload);
            } else {
                reader.readJson(file, upload);
            }
        } catch (GrantUpload.GivenUpException e) {
            throw new ProblemException(
                    Problem.of(ProblemCode.ILLEGAL_STATE, "The upload took too long and was removed; send it again.")
                            .with("state", GrantJob.Status.REMOVED.name()));
        } catch (GrantUpload.TooManyRowsException e) {
            throw new ProblemException(Problem.invalid("body", "must have at most " + config.rowsMax() + " rows"));
        }
        if (upload.firstUser == null) {
            Problem first = upload.firstProblem;
            throw new ProblemException(Problem.invalid(
                    "body",
                    "must have a row that can be granted" + (first == null ? "" : "; the first: " + first.detail())));
        }
        upload.finish();
        return upload;
    }

    /** It is one that nobody will hear of; if that fails too, the runner removes it later. */
    private void remove(long jobId) {
        try {
            cleaning.remove(jobId);
        } catch (SQLException e) {
            LOG.warnf("upload %d is left to be removed later: %s", jobId, e.getMessage());
        }
    }

    @GET
    @Path("/{id}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "How far a job is")
    @APIResponse(responseCode = "200", description = "The job")
    @APIResponse(responseCode = "404", description = "not-found")
    public GrantJobView get(@RestPath String id) throws SQLException {
        GrantJob job = require(id);
        Long approvalId = job.status() == GrantJob.Status.WAITING ? job.approvalId() : null;
        String decided = approvalId == null
                ? null
                : approvals.refusals(List.of(approvalId)).get(approvalId);
        return GrantJobView.of(job, decided == null ? job.status().name() : decided);
    }

    @GET
    @Path("/{id}/rows")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "What became of each row", description = """
                    In the file's order, also while the job runs; a page of them, or with `Accept: text/csv` all at \
                    once, as a file. Those of a job that was not approved are removed.""")
    @APIResponse(responseCode = "200", description = "The rows")
    @APIResponse(responseCode = "404", description = "not-found")
    public Page<RowView> rows(
            @RestPath String id, @RestQuery @Nullable String cursor, @RestQuery @Nullable Integer limit)
            throws SQLException {
        return page(require(id), cursor, Paging.limit(limit));
    }

    @GET
    @Path("/{id}/rows")
    @Produces(CSV_IF_ASKED_FOR)
    @Operation(summary = "What became of each row", description = """
                    In the file's order, also while the job runs; a page of them, or with `Accept: text/csv` all at \
                    once, as a file. Those of a job that was not approved are removed.""")
    @APIResponse(
            responseCode = "200",
            description = "The rows",
            content = @Content(mediaType = CSV, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = "not-found")
    public RestResponse<InputStream> download(@RestPath String id) throws SQLException {
        GrantJob job = require(id);
        return RestResponse.ResponseBuilder.ok(csv(job))
                .type(CSV)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"job-" + job.id() + ".csv\"")
                .build();
    }

    private Page<RowView> page(GrantJob job, @Nullable String cursor, int size) throws SQLException {
        int after = (int) Math.clamp(Cursor.number(cursor, 0), 0, Integer.MAX_VALUE);
        try (Connection connection = database.getConnection()) {
            List<GrantJob.Row> found = GrantJobSql.rows(connection, job.id(), after, size + 1);
            return Page.of(found, size, row -> Cursor.of(row.number())).map(row -> RowView.of(job.id(), row));
        }
    }

    /** All rows, read page by page as they go out. */
    private InputStream csv(GrantJob job) {
        return new SequenceInputStream(new Enumeration<>() {
            private byte @Nullable [] next = csv(
                    csv -> csv.writeRecord("row", "userId", "status", "code", "detail", "transactionNo", "traceId"));
            private int last;

            @Override
            public boolean hasMoreElements() {
                if (next == null) {
                    List<GrantJob.Row> rows = page(job, last);
                    next = rows.isEmpty()
                            ? null
                            : csv(csv -> rows.forEach(row -> write(RowView.of(job.id(), row), csv)));
                    last = rows.isEmpty() ? last : rows.getLast().number();
                }
                return next != null;
            }

            @Override
            public InputStream nextElement() {
                if (!hasMoreElements()) {
                    throw new NoSuchElementException();
                }
                InputStream page = new ByteArrayInputStream(Objects.requireNonNull(next));
                next = null;
                return page;
            }
        });
    }

    private static byte[] csv(Consumer<CsvWriter> lines) {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            lines.accept(csv);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not by a writer into memory
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(RowView row, CsvWriter csv) {
        csv.writeRecord(
                Integer.toString(row.row()),
                CsvCell.safe(row.userId()),
                row.status(),
                row.code(),
                CsvCell.safe(row.detail()),
                row.transactionNo(),
                row.traceId());
    }

    /** A connection a page: whoever downloads slowly must not keep one from everybody else. */
    private List<GrantJob.Row> page(GrantJob job, int after) {
        try (Connection connection = database.getConnection()) {
            return GrantJobSql.rows(connection, job.id(), after, CSV_PAGE);
        } catch (SQLException e) {
            throw new IllegalStateException("the rows can't be read on", e);
        }
    }

    /** The job, whose dead rows are no longer dead where they were replayed. */
    private GrantJob require(String id) throws SQLException {
        GrantJob job = find(id);
        return job.dead() > 0 && settling.settleDead(job) ? find(id) : job;
    }

    private GrantJob find(String id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return GrantJobSql.find(connection, Long.parseLong(id))
                    .filter(job -> job.status() != GrantJob.Status.UPLOADING)
                    .filter(job -> job.status() != GrantJob.Status.REMOVED)
                    .orElseThrow(GrantJobResource::notFound);
        } catch (NumberFormatException e) {
            throw notFound();
        }
    }

    private static ProblemException notFound() {
        return new ProblemException(ProblemCode.NOT_FOUND, "There is no job of this id.");
    }
}
