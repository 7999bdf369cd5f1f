package io.jifen.rule;

import io.jifen.ledger.ClawbackPolicy;
import io.jifen.ledger.Validity;
import io.jifen.platform.Sql;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The versions of rules and campaigns in the database. */
final class RuleSql {

    private static final String RULE_COLUMNS = """
            code, version, name, biz_type, ratio, fixed, max_per_event, daily_times, daily_points, budget, valid_days, \
            rounding, pending_days, allow_given_points, once_per_biz_no, clawback_policy, condition_cel, \
            level_multipliers, status, effective_from, effective_to, updated_by, created_at""";

    private static final String CAMPAIGN_COLUMNS = """
            code, version, name, biz_types, factor, starts_at, ends_at, stackable, budget, condition_cel, status, \
            effective_from, updated_by, created_at""";

    /** By when the first version was made, and by code where that is the same; there are few of them. */
    private static final String NEWEST = """
             JOIN (SELECT code AS made_code, MAX(version) AS newest, MIN(created_at) AS made FROM %1$s GROUP BY code) m
               ON m.made_code = v.code AND m.newest = v.version
             WHERE ? IS NULL
                OR m.made < (SELECT MIN(created_at) FROM %1$s WHERE code = ?)
                OR m.made = (SELECT MIN(created_at) FROM %1$s WHERE code = ?) AND v.code > ?
             ORDER BY m.made DESC, v.code LIMIT ?""";

    private static final String VERSIONS = " WHERE code = ? AND version < ? ORDER BY version DESC LIMIT ?";

    private static final String RULES = "SELECT " + RULE_COLUMNS + " FROM rule_version";
    private static final String NEWEST_RULES = RULES + " v " + NEWEST.formatted("rule_version");
    private static final String RULE_VERSIONS = RULES + VERSIONS;

    private static final String CAMPAIGNS = "SELECT " + CAMPAIGN_COLUMNS + " FROM campaign_version";
    private static final String NEWEST_CAMPAIGNS = CAMPAIGNS + " v " + NEWEST.formatted("campaign_version");
    private static final String CAMPAIGN_VERSIONS = CAMPAIGNS + VERSIONS;

    private static final String INSERT_RULE =
            "INSERT INTO rule_version (" + RULE_COLUMNS + ") VALUES (" + Sql.marks(23) + ")";

    private static final String INSERT_CAMPAIGN =
            "INSERT INTO campaign_version (" + CAMPAIGN_COLUMNS + ") VALUES (" + Sql.marks(14) + ")";

    private RuleSql() {}

    static Rules all(Connection connection, Conditions conditions) throws SQLException {
        return new Rules(
                Sql.list(connection, RULES, row -> rule(row, conditions)),
                Sql.list(connection, CAMPAIGNS, row -> campaign(row, conditions)));
    }

    /** Up to {@code limit} rules that were made before this one (null: all), newest first, in their newest versions. */
    static List<RuleVersion> rulesMadeBefore(
            Connection connection, Conditions conditions, @Nullable String code, int limit) throws SQLException {
        return Sql.list(
                connection, NEWEST_RULES, row -> rule(row, conditions), Arrays.asList(code, code, code, code, limit));
    }

    /** Up to {@code limit} versions of a rule that are older than this one, newest first. */
    static List<RuleVersion> rulesBefore(
            Connection connection, Conditions conditions, String code, int version, int limit) throws SQLException {
        return Sql.list(connection, RULE_VERSIONS, row -> rule(row, conditions), code, version, limit);
    }

    static List<CampaignVersion> campaignsMadeBefore(
            Connection connection, Conditions conditions, @Nullable String code, int limit) throws SQLException {
        return Sql.list(
                connection,
                NEWEST_CAMPAIGNS,
                row -> campaign(row, conditions),
                Arrays.asList(code, code, code, code, limit));
    }

    static List<CampaignVersion> campaignsBefore(
            Connection connection, Conditions conditions, String code, int version, int limit) throws SQLException {
        return Sql.list(connection, CAMPAIGN_VERSIONS, row -> campaign(row, conditions), code, version, limit);
    }

    static void insert(Connection connection, RuleVersion rule) throws SQLException {
        if (rule.budget() > 0) {
            TallySql.openBudgets(connection, Set.of(rule.budgetKey()));
        }
        Sql.update(
                connection,
                INSERT_RULE,
                rule.code(),
                rule.version(),
                rule.name(),
                rule.bizType(),
                rule.ratio(),
                rule.fixed(),
                rule.maxPerEvent(),
                rule.dailyTimes(),
                rule.dailyPoints(),
                rule.budget(),
                rule.validity().days(),
                rule.validity().toMonthEnd() ? "MONTH" : "DAY",
                rule.pendingDays(),
                rule.takesGivenPoints(),
                rule.oncePerBizNo(),
                rule.clawback(),
                source(rule.condition()),
                rule.levelMultipliers().entrySet().stream()
                        .map(level -> level.getKey() + "=" + level.getValue().toPlainString())
                        .collect(Collectors.joining(",")),
                rule.active() ? "ACTIVE" : "INACTIVE",
                rule.effectiveFrom(),
                rule.effectiveTo(),
                rule.updatedBy(),
                rule.updatedAt());
    }

    static void insert(Connection connection, CampaignVersion campaign) throws SQLException {
        if (campaign.budget() > 0) {
            TallySql.openBudgets(connection, Set.of(campaign.budgetKey()));
        }
        Sql.update(
                connection,
                INSERT_CAMPAIGN,
                campaign.code(),
                campaign.version(),
                campaign.name(),
                String.join(",", campaign.bizTypes()),
                campaign.factor(),
                campaign.from(),
                campaign.to(),
                campaign.stackable(),
                campaign.budget(),
                source(campaign.condition()),
                campaign.active() ? "ACTIVE" : "INACTIVE",
                campaign.effectiveFrom(),
                campaign.updatedBy(),
                campaign.updatedAt());
    }

    private static @Nullable String source(@Nullable Condition condition) {
        return condition == null ? null : condition.source();
    }

    private static RuleVersion rule(ResultSet row, Conditions conditions) throws SQLException {
        return new RuleVersion(
                row.getString("code"),
                row.getInt("version"),
                row.getString("name"),
                row.getString("biz_type"),
                row.getBigDecimal("ratio"),
                row.getLong("fixed"),
                row.getLong("max_per_event"),
                row.getInt("daily_times"),
                row.getLong("daily_points"),
                row.getLong("budget"),
                new Validity(row.getInt("valid_days"), row.getString("rounding").equals("MONTH")),
                row.getInt("pending_days"),
                row.getBoolean("allow_given_points"),
                row.getBoolean("once_per_biz_no"),
                ClawbackPolicy.valueOf(row.getString("clawback_policy")),
                conditions.of(row.getString("condition_cel")),
                levelMultipliers(row.getString("level_multipliers")),
                row.getString("status").equals("ACTIVE"),
                Sql.someInstant(row, "effective_from"),
                Sql.instant(row, "effective_to"),
                row.getString("updated_by"),
                Sql.someInstant(row, "created_at"));
    }

    private static CampaignVersion campaign(ResultSet row, Conditions conditions) throws SQLException {
        return new CampaignVersion(
                row.getString("code"),
                row.getInt("version"),
                row.getString("name"),
                Collections.unmodifiableSet(new TreeSet<>(parts(row.getString("biz_types")))),
                row.getBigDecimal("factor"),
                Sql.someInstant(row, "starts_at"),
                Sql.someInstant(row, "ends_at"),
                row.getBoolean("stackable"),
                row.getLong("budget"),
                conditions.of(row.getString("condition_cel")),
                row.getString("status").equals("ACTIVE"),
                Sql.someInstant(row, "effective_from"),
                row.getString("updated_by"),
                Sql.someInstant(row, "created_at"));
    }

    /** {@code VIP1=1.2,VIP2=1.5}: codes have neither of those signs. */
    private static Map<String, BigDecimal> levelMultipliers(@Nullable String text) {
        Map<String, BigDecimal> factors = new TreeMap<>();
        for (String part : parts(text)) {
            int sign = part.indexOf('=');
            factors.put(part.substring(0, sign), new BigDecimal(part.substring(sign + 1)));
        }
        return Collections.unmodifiableMap(factors);
    }

    private static List<String> parts(@Nullable String text) {
        return text == null || text.isEmpty() ? List.of() : List.of(text.split(","));
    }
}
