package io.jifen.rule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which days and budgets the deeds of a batch may be measured by; a little more than they will be, never less. */
final class Needs {

    /** Between the moment that this is asked and the one that deeds are decided as of, whichever is earlier. */
    private static final Duration APART = Duration.ofMinutes(1);

    final Set<Tally.Day> days = new TreeSet<>();
    final Set<String> budgets = new TreeSet<>();

    private final Rules rules;
    private final Instant now;
    private final ZoneId zone;

    Needs(Rules rules, Instant now, ZoneId zone) {
        this.rules = rules;
        this.now = now;
        this.zone = zone;
    }

    void add(long accountId, String bizType, @Nullable Instant occurredAt) {
        addAt(accountId, bizType, now);
        addAt(accountId, bizType, now.minus(APART));
        if (occurredAt != null) {
            addAt(accountId, bizType, occurredAt);
        }
    }

    private void addAt(long accountId, String bizType, Instant moment) {
        LocalDate day = LocalDate.ofInstant(moment, zone);
        for (RuleVersion rule : rules.inForce(bizType, moment)) {
            if (rules.counts(rule.code())) {
                days.add(new Tally.Day(accountId, rule.code(), day));
            }
            if (rule.budget() > 0) {
                budgets.add(rule.budgetKey());
            }
        }
        for (CampaignVersion campaign : rules.running(bizType, moment)) {
            if (campaign.budget() > 0) {
                budgets.add(campaign.budgetKey());
            }
        }
    }
}
