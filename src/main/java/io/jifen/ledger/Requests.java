package io.jifen.ledger;

import io.jifen.platform.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
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
    private static final String OUTCOMES = """
            SELECT r.key_hash, r.outcome, r.code, r.transaction_no, COALESCE(r.user_id, a.user_id) AS user_id,
                   r.created_at
              FROM request r
              LEFT JOIN account a ON a.id = r.account_id
             WHERE r.key_hash IN (%s)
            """;

    private static final String ANSWERS = """
            SELECT key_hash, answer FROM request
             WHERE key_hash IN (%s) AND outcome = 'POSTED' AND answer IS NOT NULL""";

    private final DataSource database;

    Requests(DataSource database) {
        this.database = database;
    }

    /** What became of it; of a message that was put aside and tried again, what became of it then. */
    public Optional<Outcome> find(Key key) {
        return Optional.ofNullable(findAll(List.of(key)).get(key.traceId()));
    }

    /**
     * By traceId, what became of those that there are; of a message that was put aside and tried again, what became of it
     * then. The keys are of one scope.
     */
    public Map<String, Outcome> findAll(Collection<Key> keys) {
        Map<String, Outcome> found = outcomes(keys);
        List<Key> replays = keys.stream()
                .filter(key -> isDead(found.get(key.traceId())))
                .map(Key::ofReplay)
                .toList();
        found.putAll(outcomes(replays));
        return found;
    }

    /**
     * The key under which a message that comes again on behalf of an admin is posted: its own, or, where that is dead,
     * another one, which is as good for one outcome only.
     */
    public Key forReplay(Key key) {
        return isDead(outcomes(List.of(key)).get(key.traceId())) ? key.ofReplay() : key;
    }

    private static boolean isDead(@Nullable Outcome outcome) {
        return outcome != null && outcome.status() == Status.DEAD;
    }

    private Map<String, Outcome> outcomes(Collection<Key> keys) {
        return byTraceId(OUTCOMES, keys, Requests::read);
    }

    /** By traceId, the bodies that requests were answered with, of those that were accepted and asked for one. */
    public Map<String, byte[]> answers(Collection<Key> keys) {
        return byTraceId(ANSWERS, keys, row -> row.getBytes("answer"));
    }

    private <T> Map<String, T> byTraceId(String question, Collection<Key> keys, Sql.Row<T> row) {
        Map<KeyHash, String> traceIds = new HashMap<>();
        keys.forEach(key -> traceIds.put(key.hash(), key.traceId()));
        Map<String, T> found = new HashMap<>();
        if (!keys.isEmpty()) {
            Reading.ask(
                    database,
                    connection -> Sql.listIn(
                            connection,
                            question,
                            one -> found.put(traceIds.get(new KeyHash(one.getBytes("key_hash"))), row.map(one)),
                            traceIds.keySet().stream().map(KeyHash::bytes).toList()));
        }
        return found;
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
