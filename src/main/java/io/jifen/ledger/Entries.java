package io.jifen.ledger;

import io.jifen.platform.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Finds entries (积分流水) of an account, newest first: by version, for that is the order in which they were made. */
@Singleton
public class Entries {

    /** What a list is narrowed to; null narrows nothing. {@code from} is included, {@code to} is not. */
    public record Filter(
            @Nullable EntryType type,
            @Nullable String bizType,
            @Nullable Instant from,
            @Nullable Instant to) {}

    /** In the order of {@link #read}. */
    static final String COLUMNS = """
            id, account_id, version, transaction_no, type, biz_type, biz_no, trace_id, points, frozen_change, \
            pending_change, arrears_change, before_balance, after_balance, reason, expires_on, rule_code, \
            rule_version, related_id, operator, occurred_at, created_at, hash, derivation""";

    /** The first page starts before this version: real ones are far below. */
    static final long START = Long.MAX_VALUE;

    private static final String BEFORE = "SELECT " + COLUMNS + """
             FROM entry
            WHERE account_id = ? AND version < ?
              AND (? IS NULL OR type = ?)
              AND (? IS NULL OR biz_type = ?)
              AND (? IS NULL OR created_at >= ?)
              AND (? IS NULL OR created_at < ?)
            ORDER BY version DESC
            LIMIT ?
            """;

    private static final String PAGE_OF_POINTS = "SELECT " + COLUMNS + """
             FROM entry
            WHERE account_id = ? AND points <> 0
            ORDER BY version DESC
            LIMIT ? OFFSET ?
            """;

    private final DataSource database;

    Entries(DataSource database) {
        this.database = database;
    }

    /** Up to {@code limit} entries with versions below {@code beforeVersion}. */
    public List<Entry> before(long accountId, long beforeVersion, Filter filter, int limit) {
        List<@Nullable Object> arguments = Arrays.asList(
                accountId,
                beforeVersion,
                filter.type(),
                filter.type(),
                filter.bizType(),
                filter.bizType(),
                filter.from(),
                filter.from(),
                filter.to(),
                filter.to(),
                limit);
        return Reading.ask(database, connection -> Sql.list(connection, BEFORE, Entries::read, arguments));
    }

    /** A page of those that changed the available points, for lists with page numbers. */
    public List<Entry> page(long accountId, int offset, int limit) {
        return Reading.ask(
                database, connection -> Sql.list(connection, PAGE_OF_POINTS, Entries::read, accountId, limit, offset));
    }

    /** The entry in a row of {@link #COLUMNS}. */
    static Entry read(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("id"),
                row.getLong("account_id"),
                row.getLong("version"),
                row.getLong("transaction_no"),
                EntryType.valueOf(row.getString("type")),
                row.getString("biz_type"),
                row.getString("biz_no"),
                row.getString("trace_id"),
                row.getLong("points"),
                row.getLong("frozen_change"),
                row.getLong("pending_change"),
                row.getLong("arrears_change"),
                row.getLong("before_balance"),
                row.getLong("after_balance"),
                row.getString("reason"),
                Sql.day(row, "expires_on"),
                row.getString("rule_code"),
                row.getObject("rule_version", Integer.class),
                row.getString("related_id"),
                row.getString("operator"),
                moment(row, "occurred_at"),
                moment(row, "created_at"),
                row.getBytes("hash"),
                row.getString("derivation"));
    }

    private static Instant moment(ResultSet row, String column) throws SQLException {
        return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }
}
