package io.jifen.ledger;

import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Finds holds. */
@Singleton
public class Holdings {

    private static final String USER_OF_ACCOUNT = "SELECT user_id FROM account WHERE id = ?";

    private final DataSource database;
    private final Time time;

    Holdings(DataSource database, Time time) {
        this.database = database;
        this.time = time;
    }

    /** The hold; its time-out shows at once, also before its points are given back. */
    public Optional<HoldView> find(long holdId) {
        return Reading.ask(database, connection -> find(connection, holdId));
    }

    private Optional<HoldView> find(Connection connection, long holdId) throws SQLException {
        Optional<HoldState> hold = LedgerSql.holds(connection, List.of(holdId), List.of(), time.now()).stream()
                .findFirst();
        if (hold.isEmpty()) {
            return Optional.empty();
        }
        return Sql.first(
                        connection,
                        USER_OF_ACCOUNT,
                        row -> row.getString(1),
                        hold.get().accountId())
                .map(userId -> HoldView.of(hold.get(), userId, time.now()));
    }
}
