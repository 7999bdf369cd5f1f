package io.jifen.ledger;

import io.jifen.platform.Sql;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Who has earned points, and by what. */
@Singleton
public class Earnings {

    private static final String WHO_EARNED =
            "SELECT DISTINCT account_id FROM earning WHERE account_id IN (%s) AND biz_type = ?";

    Earnings() {}

    /** Of these accounts, those that have ever earned points by this kind of business; a companion asks under their locks. */
    public Set<Long> whoEarned(Connection connection, Collection<Long> accountIds, String bizType) throws SQLException {
        if (accountIds.isEmpty()) {
            return Set.of();
        }
        List<Object> arguments = new ArrayList<>(accountIds);
        arguments.add(bizType);
        return Set.copyOf(Sql.list(
                connection,
                WHO_EARNED.formatted(Sql.marks(accountIds.size())),
                row -> row.getLong("account_id"),
                arguments));
    }
}
