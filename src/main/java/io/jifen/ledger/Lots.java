package io.jifen.ledger;

import io.jifen.platform.Sql;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.List;
import javax.sql.DataSource;

/** Finds lots (批次) of an account, in the order in which they are spent. */
@Singleton
public class Lots {

    private static final String FROM = """
            SELECT expires_on, granted, remaining
              FROM lot
             WHERE account_id = ? AND expires_on >= ?
             ORDER BY expires_on
             LIMIT ?
            """;

    private final DataSource database;

    Lots(DataSource database) {
        this.database = database;
    }

    /** Up to {@code limit} lots whose last day is this one or later, earliest first; also those with nothing left. */
    public List<Lot> from(long accountId, LocalDate day, int limit) {
        return Reading.ask(
                database,
                connection -> Sql.list(
                        connection,
                        FROM,
                        row -> new Lot(
                                Sql.someDay(row, "expires_on"), row.getLong("granted"), row.getLong("remaining")),
                        accountId,
                        day,
                        limit));
    }
}
