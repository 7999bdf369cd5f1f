package io.jifen.balance;

import io.jifen.ledger.Violation;
import io.jifen.platform.Time;
import io.jifen.reconciliation.Copies;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Redis against the database. A copy of an earlier version is late, not wrong; one of the same version, and before its
 * end, must say the same.
 */
@Singleton
class BalanceCopies implements Copies {

    private final BalanceRedis redis;
    private final BalanceSql database;
    private final Time time;

    BalanceCopies(BalanceRedis redis, BalanceSql database, Time time) {
        this.redis = redis;
        this.database = database;
        this.time = time;
    }

    @Override
    public List<Violation> check(List<String> userIds) {
        List<Violation> violations = new ArrayList<>();
        for (String userId : userIds) {
            // Redis first: what is written between the two is newer in the database, never the other way round.
            Optional<KnownBalance> copy =
                    redis.find(userId).toCompletionStage().toCompletableFuture().join();
            Optional<KnownBalance> original = original(userId);
            // After both were read: points that ran out between the two are no difference.
            if (copy.isPresent() && original.isPresent() && copy.get().holdsAt(time.now())) {
                compare(copy.get(), original.get(), violations);
            }
        }
        return violations;
    }

    private Optional<KnownBalance> original(String userId) {
        try {
            return database.find(userId);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void compare(KnownBalance copy, KnownBalance original, List<Violation> violations) {
        String user = original.userId();
        if (copy.version() > original.version()) {
            violations.add(new Violation(
                    "redis-not-ahead", user, original.version(), copy.version(), "version of the account; in Redis"));
        } else if (copy.version() == original.version()) {
            if (copy.available() != original.available()) {
                violations.add(new Violation(
                        "redis-equals-database", user, original.available(), copy.available(), "available; in Redis"));
            }
            if (copy.frozen() != original.frozen()) {
                violations.add(new Violation(
                        "redis-equals-database", user, original.frozen(), copy.frozen(), "frozen; in Redis"));
            }
        }
    }
}
