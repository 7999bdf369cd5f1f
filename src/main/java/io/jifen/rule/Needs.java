package io.jifen.rule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which days and budgets the deeds of a batch are measured by. */
final class Needs {

    final Set<Tally.Day> days = new TreeSet<>();
    final Set<String> budgets = new TreeSet<>();

    /** A kind of business at a moment: most deeds of a batch occurred just now. */
    private record Business(String bizType, Instant at) {}

    /** The rules whose use is counted. */
    private final Map<Business, List<String>> counted = new HashMap<>();

    private final Rules rules;

    Needs(Rules rules) {
        this.rules = rules;
    }

    void add(long accountId, String bizType, Moment moment) {
        counted.computeIfAbsent(new Business(bizType, moment.at()), this::countedBy)
                .forEach(code -> days.add(new Tally.Day(accountId, code, moment.day())));
    }

    private List<String> countedBy(Business business) {
        List<String> codes = new ArrayList<>();
        for (RuleVersion rule : rules.inForce(business.bizType(), business.at())) {
            if (rules.counts(rule.code())) {
                codes.add(rule.code());
            }
            if (rule.budget() > 0) {
                budgets.add(rule.budgetKey());
            }
        }
        for (CampaignVersion campaign : rules.running(business.bizType(), business.at())) {
            if (campaign.budget() > 0) {
                budgets.add(campaign.budgetKey());
            }
        }
        return codes;
    }
}
