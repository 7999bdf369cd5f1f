package io.jifen.ledger;

import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What an account was, and whether what is written of it is still what was written. */
@Singleton
class History {

    /** An account's points at a moment. */
    record BalanceAt(long available, long frozen) {}

    /** How far the chain was looked at, and the first entry that is not as it was written. */
    record Verified(long checked, @Nullable Long firstBroken) {}

    private static final String RECORDED_BY =
            " WHERE account_id = ? AND version < ? AND created_at <= ?" + " ORDER BY version DESC LIMIT 1";

    private static final String LAST_RECORDED = "SELECT version, after_balance FROM entry" + RECORDED_BY;

    private static final String LAST_ARCHIVED = "SELECT version, after_balance FROM entry_archive" + RECORDED_BY;

    private static final String FROZEN_UP_TO = """
            SELECT (SELECT COALESCE(SUM(frozen_change), 0) FROM entry WHERE account_id = ? AND version <= ?)
                 + (SELECT COALESCE(SUM(frozen_change), 0) FROM entry_archive
                     WHERE account_id = ? AND version <= ? AND version < ?)""";

    /** Points that had run out by then, though their entry was written later. */
    private static final String EXPIRED_LATER = """
            SELECT (SELECT COALESCE(SUM(-points), 0) FROM entry
                     WHERE account_id = ? AND version > ? AND type = 'EXPIRE' AND occurred_at <= ?)
                 + (SELECT COALESCE(SUM(-points), 0) FROM entry_archive
                     WHERE account_id = ? AND version > ? AND type = 'EXPIRE' AND occurred_at <= ? AND version < ?)""";

    /** Points that had run out by then and whose entry is not written yet: nothing was posted since. */
    private static final String EXPIRED_UNWRITTEN =
            "SELECT COALESCE(SUM(remaining), 0) FROM lot WHERE account_id = ? AND expires_on < ?";

    private static final String CHAIN_FROM = "SELECT " + Entries.COLUMNS + """
             FROM entry WHERE account_id = ? AND version > ? ORDER BY version, id LIMIT ?
            """;

    private static final String ARCHIVED_CHAIN_FROM = "SELECT " + Entries.COLUMNS + """
             FROM entry_archive WHERE account_id = ? AND version > ? AND version < ? ORDER BY version LIMIT ?
            """;

    private static final String HEAD = "SELECT version, last_hash FROM account WHERE id = ?";

    /** Entries read at once while a chain is looked at: a long one must not fill the memory. */
    private static final int CHUNK = 1000;

    private final DataSource database;
    private final Time time;

    History(DataSource database, Time time) {
        this.database = database;
        this.time = time;
    }

    /** The balance after the last entry recorded by then, less what had run out by then and was written later. */
    BalanceAt balanceAt(long accountId, Instant moment) {
        return Snapshot.read(database, connection -> {
            long hot = Entries.firstHot(connection, accountId);
            Optional<Last> recent = last(connection, LAST_RECORDED, accountId, Entries.START, moment);
            Optional<Last> last = recent.isPresent() ? recent : last(connection, LAST_ARCHIVED, accountId, hot, moment);
            if (last.isEmpty()) {
                return new BalanceAt(0, 0);
            }
            long version = last.get().version();
            LocalDate day = LocalDate.ofInstant(moment, time.zone());
            long expired =
                    number(connection, EXPIRED_LATER, accountId, version, moment, accountId, version, moment, hot)
                            + number(connection, EXPIRED_UNWRITTEN, accountId, day);
            long frozen = number(connection, FROZEN_UP_TO, accountId, version, accountId, version, hot);
            return new BalanceAt(last.get().balance() - expired, frozen);
        });
    }

    private record Last(long version, long balance) {}

    private static Optional<Last> last(
            Connection connection, String sql, long accountId, long beforeVersion, Instant moment) throws SQLException {
        return Sql.first(
                connection,
                sql,
                row -> new Last(row.getLong("version"), row.getLong("after_balance")),
                accountId,
                beforeVersion,
                moment);
    }

    /** Goes through the account's chain from its start to its head. */
    Verified verify(long accountId) {
        return Snapshot.read(database, connection -> {
            long hot = Entries.firstHot(connection, accountId);
            long version = 0;
            byte[] hash = Chain.START;
            boolean archived = true;
            List<Entry> chunk;
            do {
                chunk = archived
                        ? Sql.list(connection, ARCHIVED_CHAIN_FROM, Entries::read, accountId, version, hot, CHUNK)
                        : List.of();
                if (chunk.isEmpty()) {
                    archived = false;
                    chunk = Sql.list(connection, CHAIN_FROM, Entries::read, accountId, version, CHUNK);
                }
                for (Entry entry : chunk) {
                    if (entry.version() != version + 1 || !Arrays.equals(Chain.hash(hash, entry), entry.hash())) {
                        return new Verified(version, version + 1);
                    }
                    version = entry.version();
                    hash = entry.hash();
                }
            } while (archived || chunk.size() == CHUNK);
            return endsAtHead(connection, accountId, version, hash)
                    ? new Verified(version, null)
                    : new Verified(version, version + 1);
        });
    }

    /** An entry cut off at the end leaves a chain that is right but short: the account knows its last one. */
    private static boolean endsAtHead(Connection connection, long accountId, long version, byte[] hash)
            throws SQLException {
        return Sql.first(
                        connection,
                        HEAD,
                        row -> row.getLong("version") == version
                                && (version == 0 || Arrays.equals(row.getBytes("last_hash"), hash)),
                        accountId)
                .orElse(false);
    }

    private static long number(Connection connection, String sql, Object... arguments) throws SQLException {
        return Sql.first(connection, sql, row -> row.getLong(1), arguments).orElse(0L);
    }
}
