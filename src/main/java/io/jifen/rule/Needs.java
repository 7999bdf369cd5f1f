package io.jifen.rule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which days and budgets the deeds of a batch may be measured by; a little more than they will be, never less. */
final class Needs {

    /** Between the moment that this is asked and the one that deeds are decided as of, whichever is earlier. */
    private static final Duration APART = Duration.ofMinutes(1);

    final Set<Tally.Day> days = new TreeSet<>();
    final Set<String> budgets = new TreeSet<>();

    /** The rules whose use is counted on a day. */
    private record Counted(List<String> ruleCodes, LocalDate day) {}

    /** By bizType: most deeds of a batch occurred just now. */
    private final Map<String, List<Counted>> usual = new HashMap<>();

    private final Rules rules;
    private final Instant now;
    private final ZoneId zone;

    Needs(Rules rules, Instant now, ZoneId zone) {
        this.rules = rules;
        this.now = now;
        this.zone = zone;
    }

    void add(long accountId, String bizType, @Nullable Instant occurredAt) {
        for (Counted now : usual.computeIfAbsent(bizType, this::countedNow)) {
            add(accountId, now);
        }
        if (occurredAt != null) {
            add(accountId, countedAt(bizType, occurredAt));
        }
    }

    private void add(long accountId, Counted counted) {
        counted.ruleCodes().forEach(code -> days.add(new Tally.Day(accountId, code, counted.day())));
    }

    private List<Counted> countedNow(String bizType) {
        return List.of(countedAt(bizType, now), countedAt(bizType, now.minus(APART)));
    }

    private Counted countedAt(String bizType, Instant moment) {
        List<String> counted = new ArrayList<>();
        for (RuleVersion rule : rules.inForce(bizType, moment)) {
            if (rules.counts(rule.code())) {
                counted.add(rule.code());
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
        return new Counted(counted, LocalDate.ofInstant(moment, zone));
    }
}
