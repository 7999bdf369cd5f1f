package io.jifen.ledger;

import io.jifen.platform.Sql;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

    private static final String THAT_FIT = """
            WHERE account_id = ? AND version < ?
              AND (? IS NULL OR type = ?)
              AND (? IS NULL OR biz_type = ?)
              AND (? IS NULL OR created_at >= ?)
              AND (? IS NULL OR created_at < ?)
            ORDER BY version DESC
            LIMIT ?
            """;

    private static final String BEFORE = "SELECT " + COLUMNS + " FROM entry " + THAT_FIT;

    private static final String ARCHIVED_BEFORE = "SELECT " + COLUMNS + " FROM entry_archive " + THAT_FIT;

    private static final String OF_POINTS = """
            WHERE account_id = ? AND version < ? AND points <> 0
            ORDER BY version DESC
            LIMIT ? OFFSET ?
            """;

    private static final String PAGE_OF_POINTS = "SELECT " + COLUMNS + " FROM entry " + OF_POINTS;

    private static final String ARCHIVED_PAGE_OF_POINTS = "SELECT " + COLUMNS + " FROM entry_archive " + OF_POINTS;

    /** The first version that is not in the archive alone. */
    private static final String FIRST_HOT = "SELECT MIN(version) AS first_hot FROM entry WHERE account_id = ?";

    private static final String NUMBER_OF_POINTS = "SELECT COUNT(*) FROM entry WHERE account_id = ? AND points <> 0";

    private static final String FIND = "SELECT " + COLUMNS + " FROM entry WHERE id = ?";

    private static final String FIND_ARCHIVED = "SELECT " + COLUMNS + " FROM entry_archive WHERE id = ?";

    private static final String IS_OF = "SELECT 1 FROM account WHERE id = ? AND user_id = ?";

    private final DataSource database;

    Entries(DataSource database) {
        this.database = database;
    }

    /**
     * Up to {@code limit} entries with versions below {@code beforeVersion}. Those of the hot table first: whatever fits
     * and is not among them is archived, for an entry is in the archive before it leaves the hot table.
     */
    public List<Entry> before(long accountId, long beforeVersion, Filter filter, int limit) {
        return Reading.ask(database, connection -> {
            List<Entry> found = new ArrayList<>(
                    Sql.list(connection, BEFORE, Entries::read, fits(accountId, beforeVersion, filter, limit)));
            if (found.size() < limit) {
                long before = found.isEmpty() ? beforeVersion : found.getLast().version();
                found.addAll(Sql.list(
                        connection,
                        ARCHIVED_BEFORE,
                        Entries::read,
                        fits(accountId, before, filter, limit - found.size())));
            }
            return found;
        });
    }

    private static List<@Nullable Object> fits(long accountId, long beforeVersion, Filter filter, int limit) {
        return Arrays.asList(
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
    }

    /** A page of those that changed the available points, for lists with page numbers. */
    public List<Entry> page(long accountId, int offset, int limit) {
        return Snapshot.read(database, connection -> {
            List<Entry> found = new ArrayList<>(
                    Sql.list(connection, PAGE_OF_POINTS, Entries::read, accountId, START, limit, offset));
            if (found.size() < limit) {
                long hot = found.isEmpty() ? number(connection, NUMBER_OF_POINTS, accountId) : 0;
                found.addAll(Sql.list(
                        connection,
                        ARCHIVED_PAGE_OF_POINTS,
                        Entries::read,
                        accountId,
                        firstHot(connection, accountId),
                        limit - found.size(),
                        Math.max(0, found.isEmpty() ? offset - hot : 0)));
            }
            return found;
        });
    }

    /** Of the account's entries, those with versions below are in the archive alone; in a snapshot. */
    static long firstHot(Connection connection, long accountId) throws SQLException {
        return Sql.list(connection, FIRST_HOT, row -> Optional.ofNullable(Sql.number(row, "first_hot")), accountId)
                .getFirst()
                .orElse(START);
    }

    private static long number(Connection connection, String sql, long accountId) throws SQLException {
        return Sql.first(connection, sql, row -> row.getLong(1), accountId).orElse(0L);
    }

    /** The entry of this id, also if it is archived. */
    public Optional<Entry> find(long id) {
        return Reading.ask(database, connection -> find(connection, id));
    }

    static Optional<Entry> find(Connection connection, long id) throws SQLException {
        Optional<Entry> hot = Sql.first(connection, FIND, Entries::read, id);
        return hot.isPresent() ? hot : Sql.first(connection, FIND_ARCHIVED, Entries::read, id);
    }

    public boolean isOf(Entry entry, String userId) {
        return Reading.ask(database, connection -> Sql.first(connection, IS_OF, row -> true, entry.accountId(), userId)
                .isPresent());
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
