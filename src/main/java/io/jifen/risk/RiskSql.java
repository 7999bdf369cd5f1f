package io.jifen.risk;

import io.jifen.ledger.Key;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The facts that checks look at, and what they found. */
final class RiskSql {

    /** The sources of points that came from users begin like this; no bizType does. */
    static final String FROM_USER = "from:";

    private static final String LIST_COLUMNS = "id, list, kind, value, reason, expires_at, created_by, created_at";

    private static final String DECISION_COLUMNS = """
            id, scope, trace_id, account_id, user_id, kind, points, verdict, shadow_verdict, score, reasons, \
            settings_version, approval_id, created_at""";

    private static final String EDITS = "SELECT number FROM risk_edits WHERE id = 1";

    private static final String COUNT_EDIT = "UPDATE risk_edits SET number = number + 1 WHERE id = 1";

    private static final String SETTINGS = """
            SELECT version, settings, updated_by, created_at FROM risk_settings
            WHERE version < ? ORDER BY version DESC LIMIT ?""";

    private static final String INSERT_SETTINGS =
            "INSERT INTO risk_settings (version, settings, updated_by, created_at) VALUES (?, ?, ?, ?)";

    private static final String LISTED = "SELECT " + LIST_COLUMNS + " FROM risk_listed";

    private static final String LISTED_BEFORE =
            LISTED + " WHERE id < ? AND (? IS NULL OR list = ?) ORDER BY id DESC LIMIT ?";

    private static final String LISTED_BY_ID = LISTED + " WHERE id = ?";

    /** First the one that is asked for, as it is in the way. */
    private static final String EXPIRED_LISTED =
            LISTED + " WHERE expires_at <= ? ORDER BY (kind = ? AND value = ?) DESC, id LIMIT ?";

    private static final String COUNT_LISTED = "SELECT COUNT(*) FROM risk_listed";

    private static final String INSERT_LISTED =
            "INSERT INTO risk_listed (" + LIST_COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String DELETE_LISTED = "DELETE FROM risk_listed WHERE id = ?";

    private static final String ENTRIES_SINCE = """
            SELECT account_id FROM entry FORCE INDEX (entry_account)
            WHERE (account_id, version) IN (%s) AND id >= ?""";

    /**
     * Of each account its last entries, and of these the last hour's: a range of the index, however long the history is,
     * and of ids, which lets the database leave out the partitions of other months. Told which index, so that it never looks
     * through what all accounts did in the hour.
     */
    private static final String POSTINGS = """
            SELECT account_id, COUNT(DISTINCT transaction_no) AS times FROM entry FORCE INDEX (entry_account)
            WHERE id >= ? AND (%s) GROUP BY account_id""";

    private static final String RECEIVED = """
            SELECT account_id, COUNT(*) AS times FROM entry FORCE INDEX (entry_account)
            WHERE id >= ? AND (%s) AND type = 'TRANSFER_IN' GROUP BY account_id""";

    private static final String LAST_ENTRIES = "account_id = ? AND version > ?";

    /** Of each account's last entries, what came in; registering is no source, as everybody has it. */
    private static final String EARNED = """
            SELECT account_id,
                   CASE type WHEN 'TRANSFER_IN' THEN CONCAT('from:', related_id) ELSE biz_type END AS source,
                   SUM(points) AS points
            FROM entry FORCE INDEX (entry_account)
            WHERE id >= ? AND (%s) AND type IN ('GRANT', 'ACTIVATE', 'TRANSFER_IN')
              AND (biz_type IS NULL OR biz_type <> 'REGISTER')
            GROUP BY account_id, source""";

    private static final String OPENED = "SELECT id, created_at FROM account WHERE id IN (%s)";

    private static final String SEEN =
            "SELECT account_id, kind, value, first_seen, last_seen FROM risk_origin WHERE account_id IN (%s)";

    private static final String ACCOUNTS_ON_DEVICES = """
            SELECT value, COUNT(*) AS accounts FROM risk_origin
            WHERE value IN (%s) AND kind = 'DEVICE' GROUP BY value""";

    private static final String PUT_SEEN = """
            INSERT INTO risk_origin (account_id, kind, value, first_seen, last_seen) VALUES (?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE last_seen = VALUES(last_seen)""";

    private static final String FORGET_SEEN = "DELETE FROM risk_origin WHERE account_id = ? AND kind = ? AND value = ?";

    private static final String INSERT_DECISION =
            "INSERT INTO risk_decision (" + DECISION_COLUMNS + ") VALUES (" + Sql.marks(14) + ")";

    /** A request that was refused is no outcome: sent again it is judged again, and the last word counts. */
    private static final String DECISION = "SELECT " + DECISION_COLUMNS
            + " FROM risk_decision WHERE trace_id = ? AND scope = ? ORDER BY id DESC LIMIT 1";

    private static final String DECISIONS_BEFORE = "SELECT " + DECISION_COLUMNS
            + " FROM risk_decision WHERE id < ? AND (? IS NULL OR verdict = ?) ORDER BY id DESC LIMIT ?";

    private static final String DECISIONS_OF_USER = "SELECT " + DECISION_COLUMNS
            + " FROM risk_decision WHERE user_id = ? AND id < ? AND (? IS NULL OR verdict = ?)"
            + " ORDER BY id DESC LIMIT ?";

    private RiskSql() {}

    // ---- settings and lists ----

    static long edits(Connection connection) throws SQLException {
        return Sql.first(connection, EDITS, row -> row.getLong(1)).orElseThrow();
    }

    /** With every edit, in its transaction. It also has edits wait for each other. */
    static void countEdit(Connection connection) throws SQLException {
        Sql.update(connection, COUNT_EDIT);
    }

    static RiskSettings settings(Connection connection, Json json) throws SQLException {
        return settingsBefore(connection, json, Integer.MAX_VALUE, 1).getFirst();
    }

    static List<RiskSettings> settingsBefore(Connection connection, Json json, int version, int limit)
            throws SQLException {
        return Sql.list(
                connection,
                SETTINGS,
                row -> json.parse(row.getString("settings"), RiskSettings.class)
                        .as(row.getInt("version"), row.getString("updated_by"), Sql.someInstant(row, "created_at")),
                version,
                limit);
    }

    static void insert(Connection connection, Json json, RiskSettings settings) throws SQLException {
        Sql.update(
                connection,
                INSERT_SETTINGS,
                settings.version(),
                json.text(settings.withoutVersion()),
                settings.updatedBy(),
                settings.updatedAt());
    }

    static Lists lists(Connection connection) throws SQLException {
        return new Lists(Sql.list(connection, LISTED, RiskSql::listed));
    }

    static List<Lists.Entry> listedBefore(Connection connection, long id, Lists.@Nullable List list, int limit)
            throws SQLException {
        return Sql.list(connection, LISTED_BEFORE, RiskSql::listed, Arrays.asList(id, list, list, limit));
    }

    static Optional<Lists.Entry> listed(Connection connection, long id) throws SQLException {
        return Sql.first(connection, LISTED_BY_ID, RiskSql::listed, id);
    }

    /** Those that have ended, up to so many; this one first, if it is among them. */
    static List<Lists.Entry> expiredListed(Connection connection, Instant now, Lists.Whom first, int limit)
            throws SQLException {
        return Sql.list(connection, EXPIRED_LISTED, RiskSql::listed, now, first.kind(), first.value(), limit);
    }

    static long countListed(Connection connection) throws SQLException {
        return Sql.first(connection, COUNT_LISTED, row -> row.getLong(1)).orElseThrow();
    }

    static void insert(Connection connection, Lists.Entry entry) throws SQLException {
        Sql.update(
                connection,
                INSERT_LISTED,
                entry.id(),
                entry.list(),
                entry.whom().kind(),
                entry.whom().value(),
                entry.reason(),
                entry.expiresAt(),
                entry.createdBy(),
                entry.createdAt());
    }

    static void deleteListed(Connection connection, long id) throws SQLException {
        Sql.update(connection, DELETE_LISTED, id);
    }

    private static Lists.Entry listed(ResultSet row) throws SQLException {
        return new Lists.Entry(
                row.getLong("id"),
                Lists.List.valueOf(row.getString("list")),
                new Lists.Whom(Lists.Kind.valueOf(row.getString("kind")), row.getString("value")),
                row.getString("reason"),
                Sql.instant(row, "expires_at"),
                row.getString("created_by"),
                Sql.someInstant(row, "created_at"));
    }

    // ---- facts ----

    /** Those of the accounts whose entry of the version given for it was written since then. */
    static List<Long> withEntriesSince(Connection connection, Map<Long, Long> versions, Instant since)
            throws SQLException {
        return Sql.listIn(
                connection,
                ENTRIES_SINCE,
                row -> row.getLong("account_id"),
                versions.entrySet().stream()
                        .map(account -> List.of(account.getKey(), account.getValue()))
                        .toList(),
                Math.max(0, Ids.firstAt(since)));
    }

    /** By account, its postings since then, as far as they are behind the version given for it. */
    static Map<Long, Long> postings(Connection connection, Map<Long, Long> versions, Instant since)
            throws SQLException {
        Map<Long, Long> times = new HashMap<>();
        lastEntries(connection, POSTINGS, versions, since, row -> times.put(row.getLong("account_id"), row.getLong(2)));
        return times;
    }

    /** By account, the transfers it received since then, as far as they are behind the version given for it. */
    static Map<Long, Long> received(Connection connection, Map<Long, Long> versions, Instant since)
            throws SQLException {
        Map<Long, Long> times = new HashMap<>();
        lastEntries(connection, RECEIVED, versions, since, row -> times.put(row.getLong("account_id"), row.getLong(2)));
        return times;
    }

    /** By account, the points that came in since then, as far as behind the version given for it, by source. */
    static Map<Long, Map<String, Long>> earned(Connection connection, Map<Long, Long> versions, Instant since)
            throws SQLException {
        Map<Long, Map<String, Long>> earned = new HashMap<>();
        lastEntries(connection, EARNED, versions, since, row -> earned.computeIfAbsent(
                        row.getLong("account_id"), missing -> new HashMap<>())
                .put(Objects.requireNonNullElse(row.getString("source"), "?"), row.getLong("points")));
        return earned;
    }

    /** Padded to a power of two with the last one again, like {@link Sql#listIn}. */
    private static <T> void lastEntries(
            Connection connection, String sql, Map<Long, Long> versions, Instant since, Sql.Row<T> row)
            throws SQLException {
        if (versions.isEmpty()) {
            return;
        }
        List<Map.Entry<Long, Long>> accounts = new ArrayList<>(versions.entrySet());
        while (Integer.bitCount(accounts.size()) > 1) {
            accounts.add(accounts.getLast());
        }
        List<Object> arguments = new ArrayList<>();
        arguments.add(Math.max(0, Ids.firstAt(since)));
        accounts.forEach(account -> Collections.addAll(arguments, account.getKey(), account.getValue()));
        String ranges = String.join(" OR ", Collections.nCopies(accounts.size(), LAST_ENTRIES));
        Sql.list(connection, sql.formatted(ranges), row, arguments);
    }

    static Map<Long, Instant> opened(Connection connection, Collection<Long> accountIds) throws SQLException {
        Map<Long, Instant> opened = new HashMap<>();
        Sql.listIn(
                connection,
                OPENED,
                row -> opened.put(row.getLong("id"), Sql.someInstant(row, "created_at")),
                accountIds);
        return opened;
    }

    static Map<Long, List<Circumstances.Seen>> seen(Connection connection, Collection<Long> accountIds)
            throws SQLException {
        Map<Long, List<Circumstances.Seen>> seen = new HashMap<>();
        Sql.listIn(
                connection,
                SEEN,
                row -> seen.computeIfAbsent(row.getLong("account_id"), missing -> new ArrayList<>())
                        .add(new Circumstances.Seen(
                                Origin.Kind.valueOf(row.getString("kind")),
                                row.getString("value"),
                                Sql.someInstant(row, "first_seen"),
                                Sql.someInstant(row, "last_seen"))),
                accountIds);
        return seen;
    }

    static Map<String, Long> accountsOnDevices(Connection connection, Collection<String> devices) throws SQLException {
        Map<String, Long> accounts = new HashMap<>();
        Sql.listIn(
                connection,
                ACCOUNTS_ON_DEVICES,
                row -> accounts.put(row.getString("value"), row.getLong("accounts")),
                devices);
        return accounts;
    }

    static void putSeen(Connection connection, Collection<Origins.OfAccount> seen) throws SQLException {
        Sql.batch(connection, PUT_SEEN, seen, one -> new Object[] {
            one.accountId(),
            one.seen().kind(),
            one.seen().value(),
            one.seen().firstSeen(),
            one.seen().lastSeen()
        });
    }

    static void forgetSeen(Connection connection, Collection<Origins.OfAccount> seen) throws SQLException {
        Sql.batch(connection, FORGET_SEEN, seen, one ->
                new Object[] {one.accountId(), one.seen().kind(), one.seen().value()});
    }

    // ---- what was found ----

    static void insertDecisions(Connection connection, Json json, Collection<RiskDecision> decisions)
            throws SQLException {
        Sql.batch(connection, INSERT_DECISION, decisions, decision -> new @Nullable Object[] {
            decision.id(),
            decision.key().scope(),
            decision.key().traceId(),
            decision.accountId(),
            decision.userId(),
            decision.kind(),
            decision.points(),
            decision.ruling().verdict(),
            decision.ruling().shadowVerdict(),
            decision.ruling().score(),
            json.text(new RiskDecision.Reasons(decision.ruling().reasons())),
            decision.settingsVersion(),
            decision.approvalId(),
            decision.createdAt()
        });
    }

    static Optional<RiskDecision> decision(Connection connection, Json json, Key key) throws SQLException {
        return Sql.first(connection, DECISION, row -> decision(row, json), key.traceId(), key.scope());
    }

    /** @param userId null: of everybody */
    static List<RiskDecision> decisionsBefore(
            Connection connection, Json json, long id, @Nullable String userId, @Nullable Verdict verdict, int limit)
            throws SQLException {
        return userId == null
                ? Sql.list(
                        connection,
                        DECISIONS_BEFORE,
                        row -> decision(row, json),
                        Arrays.asList(id, verdict, verdict, limit))
                : Sql.list(
                        connection,
                        DECISIONS_OF_USER,
                        row -> decision(row, json),
                        Arrays.asList(userId, id, verdict, verdict, limit));
    }

    private static RiskDecision decision(ResultSet row, Json json) throws SQLException {
        return new RiskDecision(
                row.getLong("id"),
                new Key(row.getString("scope"), row.getString("trace_id")),
                row.getLong("account_id"),
                row.getString("user_id"),
                row.getString("kind"),
                row.getLong("points"),
                new Ruling(
                        Verdict.valueOf(row.getString("verdict")),
                        Verdict.valueOf(row.getString("shadow_verdict")),
                        row.getInt("score"),
                        json.parse(row.getString("reasons"), RiskDecision.Reasons.class)
                                .reasons()),
                row.getInt("settings_version"),
                Sql.number(row, "approval_id"),
                Sql.someInstant(row, "created_at"));
    }
}
