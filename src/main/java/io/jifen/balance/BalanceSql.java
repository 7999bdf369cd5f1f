package io.jifen.balance;

import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import javax.sql.DataSource;

/** What the database says. */
@Singleton
class BalanceSql {

    private static final String BALANCE = """
            SELECT user_id, available, frozen, version, level_code, next_expires_on
              FROM account
             WHERE user_id = ?
            """;

    /** One statement, so one moment: between two, a posting could write off what the second no longer finds. */
    private static final String BALANCE_WITHOUT_PAST_LOTS = """
            SELECT a.user_id,
                   a.available - (SELECT COALESCE(SUM(l.remaining), 0) FROM lot l
                                   WHERE l.account_id = a.id AND l.expires_on < ?) AS available,
                   a.frozen, a.version, a.level_code,
                   (SELECT MIN(l.expires_on) FROM lot l
                     WHERE l.account_id = a.id AND l.expires_on >= ? AND l.remaining > 0) AS next_expires_on
              FROM account a
             WHERE a.user_id = ?
            """;

    private final DataSource database;
    private final Time time;

    BalanceSql(DataSource database, Time time) {
        this.database = database;
        this.time = time;
    }

    /** The balance without points past their last day, whether or not they have been written off; empty: no account. */
    Optional<KnownBalance> find(String userId) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Instant now = time.now();
            Optional<KnownBalance> found = Sql.first(connection, BALANCE, this::balance, userId);
            if (found.isPresent() && !found.get().holdsAt(now)) {
                LocalDate today = LocalDate.ofInstant(now, time.zone());
                return Sql.first(connection, BALANCE_WITHOUT_PAST_LOTS, this::balance, today, today, userId);
            }
            return found;
        }
    }

    private KnownBalance balance(ResultSet row) throws SQLException {
        return new KnownBalance(
                row.getString("user_id"),
                row.getLong("available"),
                row.getLong("frozen"),
                row.getLong("version"),
                row.getString("level_code"),
                KnownBalance.expiry(Sql.day(row, "next_expires_on"), time.zone()));
    }
}
