package io.jifen.ledger;

import io.jifen.platform.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Finds the figures of an account. */
@Singleton
public class Balances {

    /** One statement, so that all figures are of one moment: two would let a posting in between. */
    private static final String FIGURES = """
            SELECT a.id, a.available, a.frozen, a.pending, a.arrears, a.total_earned, a.total_consumed,
                   a.total_expired, a.level_code, a.level_basis, a.level_until, a.version,
                   (SELECT COALESCE(SUM(past.remaining), 0) FROM lot past
                     WHERE past.account_id = a.id AND past.expires_on < ?) AS past,
                   soonest.expires_on, soonest.remaining
              FROM account a
              LEFT JOIN lot soonest
                ON soonest.account_id = a.id
               AND soonest.expires_on = (SELECT MIN(coming.expires_on) FROM lot coming
                                          WHERE coming.account_id = a.id AND coming.remaining > 0
                                            AND coming.expires_on BETWEEN ? AND ?)
             WHERE a.user_id = ?
            """;

    private final DataSource database;

    Balances(DataSource database) {
        this.database = database;
    }

    /**
     * The figures as of this day; empty if the user has no account.
     *
     * @param daysAhead how far to look for points that will expire
     */
    public Optional<AccountFigures> of(String userId, LocalDate today, int daysAhead) {
        return Reading.ask(
                database,
                connection -> Sql.first(
                        connection, FIGURES, Balances::read, today, today, today.plusDays(daysAhead), userId));
    }

    private static AccountFigures read(ResultSet row) throws SQLException {
        long past = row.getLong("past");
        return new AccountFigures(
                row.getLong("id"),
                row.getLong("available") - past,
                row.getLong("frozen"),
                row.getLong("pending"),
                row.getLong("arrears"),
                row.getLong("total_earned"),
                row.getLong("total_consumed"),
                row.getLong("total_expired") + past,
                row.getString("level_code"),
                row.getLong("level_basis"),
                Sql.day(row, "level_until"),
                row.getLong("version"),
                soonest(row));
    }

    private static AccountFigures.@Nullable Expiring soonest(ResultSet row) throws SQLException {
        LocalDate lastDay = Sql.day(row, "expires_on");
        return lastDay == null ? null : new AccountFigures.Expiring(lastDay, row.getLong("remaining"));
    }
}
