package io.jifen.ledger;

import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens accounts (开户), each by itself and before any transaction: inside one, the unique key on user_id would take gap
 * locks that half of the batches deadlock on.
 */
@Singleton
public class AccountOpening {

    /**
     * A user's account.
     *
     * @param now whether this call opened it; of two at once, one did
     */
    public record Opened(long id, boolean now) {}

    private static final String FIND = "SELECT id FROM account WHERE user_id = ?";

    private static final String OPEN = """
            INSERT INTO account (id, user_id, nickname, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?)
            """;

    private static final int DUPLICATE_KEY = 1062;
    /** An id met twice is one in billions; three times in a row is a broken clock. */
    private static final int MAX_ATTEMPTS = 3;

    private final DataSource database;
    private final Ids ids;

    AccountOpening(DataSource database, Ids ids) {
        this.database = database;
        this.ids = ids;
    }

    /** The account's id, if the user has one. */
    public static Optional<Long> find(Connection connection, String userId) throws SQLException {
        return Sql.first(connection, FIND, row -> row.getLong(1), userId);
    }

    /** Finds the user's account or opens it, without points, on a connection of its own. */
    public Opened open(String userId, @Nullable String nickname, Instant now) {
        return Reading.ask(database, connection -> open(connection, userId, nickname, now));
    }

    /** The id of the user's account, which is opened first where there is none; see {@link #open(Connection, String, String, Instant)}. */
    public long openIfMissing(Connection autocommit, String userId, @Nullable String nickname, Instant now)
            throws SQLException {
        return open(autocommit, userId, nickname, now).id();
    }

    /**
     * Finds the user's account or opens it, on the caller's connection.
     *
     * @param autocommit a connection outside of any transaction
     */
    public Opened open(Connection autocommit, String userId, @Nullable String nickname, Instant now)
            throws SQLException {
        Optional<Long> known = find(autocommit, userId);
        for (int attempt = 1; known.isEmpty(); attempt++) {
            long id = ids.next();
            try {
                Sql.update(autocommit, OPEN, id, userId, nickname, now, now);
                return new Opened(id, true);
            } catch (SQLException e) {
                if (e.getErrorCode() != DUPLICATE_KEY || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
            // Somebody else opened it meanwhile; or, if it still isn't there, the new id was taken.
            known = find(autocommit, userId);
        }
        return new Opened(known.get(), false);
    }
}
