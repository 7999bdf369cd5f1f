package io.jifen.activity;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SQL of table {@code first_order}. Its rows are made by whoever holds the account's lock, and nobody else. */
final class FirstOrderSql {

    /** Somebody whose invitation may be due. */
    record Buyer(long accountId, String userId) {}

    private static final String ORDERED = "SELECT account_id FROM first_order WHERE account_id IN (%s)";

    private static final String INSERT =
            "INSERT INTO first_order (account_id, user_id, ordered_at, next_try_at) VALUES (?, ?, ?, ?)";

    private static final String DUE =
            "SELECT account_id, user_id FROM first_order WHERE next_try_at <= ? ORDER BY next_try_at LIMIT ?";

    private static final String TRY_AGAIN = "UPDATE first_order SET next_try_at = ? WHERE account_id = ?";

    private FirstOrderSql() {}

    /** Of these accounts, those with an order. */
    static Set<Long> ordered(Connection connection, Collection<Long> accountIds) throws SQLException {
        return Set.copyOf(Sql.listIn(connection, ORDERED, row -> row.getLong("account_id"), accountIds));
    }

    /** The users' accounts, sorted. */
    static void insert(Connection connection, Map<Long, String> buyers, Instant now) throws SQLException {
        Sql.batch(connection, INSERT, buyers.entrySet(), buyer ->
                new Object[] {buyer.getKey(), buyer.getValue(), now, now});
    }

    static List<Buyer> due(Connection connection, Instant now, int limit) throws SQLException {
        return Sql.list(
                connection, DUE, row -> new Buyer(row.getLong("account_id"), row.getString("user_id")), now, limit);
    }

    /** By account, when to try again; null: not any more. */
    static void tryAgain(Connection connection, Map<Long, @Nullable Instant> when) throws SQLException {
        Sql.batch(connection, TRY_AGAIN, when.entrySet(), one -> new @Nullable Object[] {one.getValue(), one.getKey()});
    }
}
