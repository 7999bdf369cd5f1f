package io.jifen.ledger;

import io.jifen.ledger.Book.EarnedKey;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Finds what a business has earned, and who has earned by it. */
@Singleton
public class Earnings {

    private final DataSource database;

    Earnings(DataSource database) {
        this.database = database;
    }

    /** What this business has earned the account by now; without a bizNo nothing can be told. */
    public EarnedBefore of(long accountId, String bizType, @Nullable String bizNo) {
        if (bizNo == null) {
            return ruleCode -> null;
        }
        Map<String, Long> byRule = new HashMap<>();
        Reading.ask(
                        database,
                        connection -> LedgerSql.earnings(connection, List.of(new EarnedKey(accountId, bizType, bizNo))))
                .forEach(earned -> byRule.put(earned.rule().code(), earned.transactionNo()));
        return byRule::get;
    }

    /** Of these accounts, those that ever earned points by this kind of business; a companion asks under their locks. */
    public Set<Long> whoEarned(Connection connection, Collection<Long> accountIds, String bizType) throws SQLException {
        return LedgerSql.whoEarned(connection, accountIds, bizType);
    }
}
