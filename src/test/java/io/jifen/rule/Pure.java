package io.jifen.rule;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.EarnedBefore;
import io.jifen.ledger.Operation.Line;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pure earning function with the facts that it asks for, in memory; awards that are taken count. */
final class Pure {

    static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    static final Duration WINDOW = Duration.ofDays(7);
    static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    Instant now;
    ZoneId zone = ZONE;
    String level = "NORMAL";
    long available = 0;
    long arrears = 0;
    EarnedBefore before = ruleCode -> null;

    Map<String, BigDecimal> levelFactors = Map.of();

    private final List<CampaignVersion> campaigns = new ArrayList<>();
    private final Map<Tally.Day, Tally.Used> used = new HashMap<>();
    private final Map<String, Long> issued = new HashMap<>();

    private Pure(Instant now) {
        this.now = now;
    }

    static Pure at(Instant now) {
        return new Pure(now);
    }

    Pure campaign(CampaignBuilder campaign) {
        campaigns.add(campaign.build());
        return this;
    }

    Pure level(String value) {
        level = value;
        return this;
    }

    Pure used(String ruleCode, int times, long points) {
        used.put(new Tally.Day(1, ruleCode, LocalDate.ofInstant(now, zone)), new Tally.Used(times, points));
        return this;
    }

    Pure issued(String budget, long points) {
        issued.put(budget, points);
        return this;
    }

    long issued(String budget) {
        return issued.getOrDefault(budget, 0L);
    }

    Award award(Deed deed, RuleBuilder... rules) {
        return award(deed, Arrays.stream(rules).map(RuleBuilder::build).toList());
    }

    Award award(Deed deed, List<RuleVersion> rules) {
        return decide(deed, rules, false);
    }

    /** The same, and it counts from then on. */
    Award take(Deed deed, RuleBuilder... rules) {
        return take(deed, Arrays.stream(rules).map(RuleBuilder::build).toList());
    }

    Award take(Deed deed, List<RuleVersion> rules) {
        return decide(deed, rules, true);
    }

    private Award decide(Deed deed, List<RuleVersion> versions, boolean counts) {
        Rules rules = new Rules(versions, campaigns);
        Moment moment = Moment.of(deed.occurredAt(), now, WINDOW, zone);
        Needs needs = new Needs(rules);
        needs.add(1, deed.bizType(), moment);
        Tally tally = new Tally();
        needs.days.forEach(day -> tally.know(day, used.getOrDefault(day, Tally.Used.NOTHING)));
        needs.budgets.forEach(budget -> tally.know(budget, issued(budget)));
        AccountView account = new AccountView(1, "bob", false, available, 0, 0, arrears, level, 1, null);
        Award award = Award.of(deed, new Award.Facts(rules, account, tally, before, moment, levelFactors));
        if (counts) {
            tally.add(award, 1, rules);
            used.putAll(tally.changedDays());
            issued.putAll(tally.changedBudgets());
        }
        return award;
    }

    /** What the ledger would be told. */
    static List<Line> lines(Award award) {
        return award.grant(derivation -> "{}").lines();
    }
}
