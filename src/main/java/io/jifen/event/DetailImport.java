package io.jifen.event;

import io.jifen.event.ImportSql.Content;
import io.jifen.event.ImportSql.DetailKey;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import io.jifen.platform.Validation;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Stores the details of another system, once each, and adds them to the histories of accounts that are there. */
@Singleton
class DetailImport {

    private static final Set<String> COLUMNS = Set.of("openid", "points", "action", "created_at");

    private static final Comparator<DetailKey> KEY_ORDER =
            Comparator.comparing(DetailKey::openid).thenComparing(DetailKey::key);

    private final ImportConfig config;
    private final Validation validation;
    private final DataSource database;
    private final WaitingDetails waiting;
    private final Time time;

    DetailImport(ImportConfig config, Validation validation, DataSource database, WaitingDetails waiting, Time time) {
        this.config = config;
        this.validation = validation;
        this.database = database;
        this.waiting = waiting;
        this.time = time;
    }

    ImportReport read(InputStream csv, @Nullable String operator) throws IOException {
        ImportReport.Draft report = new ImportReport.Draft(config.reportMax());
        Function<Detail, DetailKey> keys = keys();
        Csv.read(csv, COLUMNS, this::detail, config.chunk(), chunk -> add(chunk, keys, operator, report), report);
        return report.done();
    }

    private Detail detail(Csv.Row row) {
        Detail detail = validation.check(Detail.of(row, time.zone()));
        if (detail.createdAt().isAfter(time.now())) {
            throw new ProblemException(Problem.invalid("created_at", "must not be in the future"));
        }
        return detail;
    }

    /**
     * Names each row by its id; one without by what it says, and by how many in the file said the same before: two equal
     * rows are two, and the file again is the same rows again.
     */
    private static Function<Detail, DetailKey> keys() {
        // By half of the fingerprint: a number is small, and rows that share it by chance only share a counter.
        Map<Long, Integer> seen = new HashMap<>();
        return detail -> {
            if (detail.id() != null) {
                return new DetailKey(detail.openid(), "i:" + detail.id());
            }
            String fingerprint = detail.fingerprint();
            int occurrence = seen.merge(Long.parseUnsignedLong(fingerprint, 0, 16, 16), 1, Integer::sum);
            return new DetailKey(detail.openid(), "h:" + fingerprint + ":" + occurrence);
        };
    }

    private void add(
            List<Detail> chunk,
            Function<Detail, DetailKey> keys,
            @Nullable String operator,
            ImportReport.Draft report) {
        Map<Detail, DetailKey> details = new LinkedHashMap<>();
        chunk.forEach(detail -> details.put(detail, keys.apply(detail)));
        try {
            store(details, report);
            Set<String> openids = chunk.stream().map(Detail::openid).collect(Collectors.toCollection(TreeSet::new));
            Map<String, Problem> left = waiting.enter(openids, operator);
            for (Detail detail : chunk) {
                Problem problem = left.get(detail.openid());
                if (problem != null) {
                    report.note(detail.row(), detail.openid(), note(problem));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the details can't be imported now", e);
        }
    }

    private void store(Map<Detail, DetailKey> details, ImportReport.Draft report) throws SQLException {
        Map<DetailKey, Content> added = new TreeMap<>(KEY_ORDER);
        try (Connection connection = database.getConnection()) {
            Map<DetailKey, Content> known = new HashMap<>(ImportSql.find(connection, details.values()));
            details.forEach((detail, key) -> {
                Content content = new Content(detail.points(), detail.reason(), detail.createdAt());
                Content before = known.putIfAbsent(key, content);
                if (before == null) {
                    added.put(key, content);
                    report.imported();
                } else if (before.equals(content)) {
                    report.unchanged();
                } else {
                    report.reject(
                            detail.row(),
                            Problem.of(
                                    ProblemCode.ILLEGAL_STATE,
                                    "A detail with this id was imported with another content; what is booked stays."));
                }
            });
            ImportSql.store(connection, added);
        }
    }

    private static String note(Problem why) {
        return why.code().equals(ProblemCode.ACCOUNT_NOT_FOUND.code())
                ? "waits for its member"
                : "stored, and not in the history: " + why.detail();
    }
}
