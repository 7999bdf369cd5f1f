package io.jifen.ledger;

import io.jifen.platform.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Finds what became of a request, by its idempotency key. */
@Singleton
public class Requests {

    /** What a key's outcome was. */
    public record Outcome(
            Status status,
            @Nullable String code,
            @Nullable Long transactionNo,
            @Nullable String userId,
            Instant createdAt) {}

    /** {@code DEAD}: it can't be applied as it is; an admin may have it tried again. */
    public enum Status {
        POSTED,
        REFUSED,
        DEAD
    }

    /** The user's id is kept with the outcome only where there is no account. */
    private static final String OUTCOME = """
            SELECT r.outcome, r.code, r.transaction_no, COALESCE(r.user_id, a.user_id) AS user_id, r.created_at
              FROM request r
              LEFT JOIN account a ON a.id = r.account_id
             WHERE r.key_hash = ?
            """;

    private static final String OUTCOMES = """
            SELECT r.key_hash, r.outcome, r.code, r.transaction_no, COALESCE(r.user_id, a.user_id) AS user_id,
                   r.created_at
              FROM request r
              LEFT JOIN account a ON a.id = r.account_id
             WHERE r.key_hash IN (%s)
            """;

    private static final String ANSWER =
            "SELECT answer FROM request WHERE key_hash = ? AND outcome = 'POSTED' AND answer IS NOT NULL";

    private final DataSource database;

    Requests(DataSource database) {
        this.database = database;
    }

    public Optional<Outcome> find(Key key) {
        return Reading.ask(
                database,
                connection -> Sql.first(
                        connection, OUTCOME, Requests::read, (Object) key.hash().bytes()));
    }

    /** By traceId, what became of those that there are. The keys are of one scope. */
    public Map<String, Outcome> findAll(Collection<Key> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        Map<KeyHash, String> traceIds = new HashMap<>();
        keys.forEach(key -> traceIds.put(key.hash(), key.traceId()));
        Map<String, Outcome> found = new HashMap<>();
        Reading.ask(
                database,
                connection -> Sql.listIn(
                        connection,
                        OUTCOMES,
                        row -> found.put(traceIds.get(new KeyHash(row.getBytes("key_hash"))), read(row)),
                        traceIds.keySet().stream().map(KeyHash::bytes).toList()));
        return found;
    }

    /** The body that the request was answered with, if it was accepted and asked for one. */
    public Optional<byte[]> answer(Key key) {
        return Reading.ask(
                database,
                connection -> Sql.first(connection, ANSWER, row -> row.getBytes("answer"), (Object)
                        key.hash().bytes()));
    }

    private static Outcome read(ResultSet row) throws SQLException {
        return new Outcome(
                Status.valueOf(row.getString("outcome")),
                row.getString("code"),
                Sql.number(row, "transaction_no"),
                row.getString("user_id"),
                Sql.someInstant(row, "created_at"));
    }
}
