package io.jifen.ledger;

import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Finds the account of a user. */
@Singleton
public class AccountIds {

    private final DataSource database;

    AccountIds(DataSource database) {
        this.database = database;
    }

    public Optional<Long> find(String userId) {
        return Reading.ask(database, connection -> AccountOpening.find(connection, userId));
    }

    /**
     * Who spent, and on what.
     *
     * @param bizType null of a captured hold
     */
    public record Spender(String userId, @Nullable String bizType) {}

    /** The user whose spend or capture has this number. */
    public Optional<Spender> ofSpend(long transactionNo) {
        return Reading.ask(database, connection -> LedgerSql.spender(connection, transactionNo));
    }

    /** @throws ProblemException {@code account-not-found} */
    public long require(String userId) {
        return find(userId).orElseThrow(AccountIds::notFound);
    }

    /** What a request for an account that isn't there is answered. */
    public static ProblemException notFound() {
        return new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no account of this user.");
    }
}
