package io.jifen.rule;

import io.jifen.ledger.ClawbackPolicy;
import io.jifen.ledger.Validity;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The room's SQL. */
final class RuleSql {

    private static final String ALL_VERSIONS = """
            SELECT code, version, biz_type, ratio, fixed, max_per_event, valid_days, rounding,
                   allow_given_points, once_per_biz_no, clawback_policy, status, effective_from, effective_to
            FROM rule_version
            """;

    private RuleSql() {}

    static List<RuleVersion> allVersions(Connection connection) throws SQLException {
        return Sql.list(connection, ALL_VERSIONS, RuleSql::version);
    }

    private static RuleVersion version(ResultSet row) throws SQLException {
        return new RuleVersion(
                row.getString("code"),
                row.getInt("version"),
                row.getString("biz_type"),
                row.getBigDecimal("ratio"),
                row.getLong("fixed"),
                row.getLong("max_per_event"),
                new Validity(row.getInt("valid_days"), row.getString("rounding").equals("MONTH")),
                row.getBoolean("allow_given_points"),
                row.getBoolean("once_per_biz_no"),
                ClawbackPolicy.valueOf(row.getString("clawback_policy")),
                row.getString("status").equals("ACTIVE"),
                Sql.someInstant(row, "effective_from"),
                Sql.instant(row, "effective_to"));
    }
}
