package io.jifen.rule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All rules and campaigns in all their versions, as they were at one moment. */
final class Rules {

    /** By bizType, the rules that are or were about it, by code; of each, all versions, newest first. */
    private final Map<String, List<List<RuleVersion>>> rules = new HashMap<>();

    private final List<List<CampaignVersion>> campaigns;

    /** Rules that have, had or will have a daily limit: their use is counted. */
    private final Set<String> counted = new HashSet<>();

    Rules(List<RuleVersion> rules, List<CampaignVersion> campaigns) {
        for (List<RuleVersion> versions : byCode(rules, RuleVersion::code, RuleVersion::version)) {
            versions.stream().map(RuleVersion::bizType).distinct().forEach(bizType -> this.rules
                    .computeIfAbsent(bizType, missing -> new ArrayList<>())
                    .add(versions));
            if (versions.stream().anyMatch(RuleVersion::hasDailyLimit)) {
                counted.add(versions.getFirst().code());
            }
        }
        this.campaigns = byCode(campaigns, CampaignVersion::code, CampaignVersion::version);
    }

    /**
     * The rules that grant for this kind of business at this moment, by code. Of each rule the newest version that was
     * effective by then speaks for it, also when it says that the rule is off or about something else.
     */
    List<RuleVersion> inForce(String bizType, Instant moment) {
        return rules.getOrDefault(bizType, List.of()).stream()
                .map(versions -> effectiveAt(versions, RuleVersion::effectiveFrom, moment))
                .filter(Objects::nonNull)
                .filter(rule -> rule.bizType().equals(bizType) && rule.grantsAt(moment))
                .toList();
    }

    /** The rules in force at this moment that decide the deed. */
    List<RuleVersion> deciding(Deed deed, Instant moment) {
        List<RuleVersion> inForce = inForce(deed.bizType(), moment);
        if (deed.rule() == null) {
            return inForce;
        }
        // A rule that is switched off is there all the same: then nothing decides.
        boolean isThere = rules.getOrDefault(deed.bizType(), List.of()).stream()
                .anyMatch(versions -> versions.getFirst().code().equals(deed.rule()));
        String one = isThere ? deed.rule() : deed.bizType();
        return inForce.stream().filter(rule -> rule.code().equals(one)).toList();
    }

    /** The campaigns that run for this kind of business at this moment, by code. */
    List<CampaignVersion> running(String bizType, Instant moment) {
        return campaigns.stream()
                .map(versions -> effectiveAt(versions, CampaignVersion::effectiveFrom, moment))
                .filter(Objects::nonNull)
                .filter(campaign -> campaign.isAbout(bizType) && campaign.runsAt(moment))
                .toList();
    }

    /** Whether this rule's use is counted by day. */
    boolean counts(String ruleCode) {
        return counted.contains(ruleCode);
    }

    /** The texts of all conditions. */
    Set<String> conditions() {
        return Stream.concat(
                        rules.values().stream()
                                .flatMap(List::stream)
                                .flatMap(List::stream)
                                .map(RuleVersion::condition),
                        campaigns.stream().flatMap(List::stream).map(CampaignVersion::condition))
                .filter(Objects::nonNull)
                .map(Condition::source)
                .collect(Collectors.toSet());
    }

    private static <T> List<List<T>> byCode(List<T> versions, Function<T, String> code, Function<T, Integer> version) {
        Collection<List<T>> byCode = versions.stream()
                .sorted(Comparator.comparing(version).reversed())
                .collect(Collectors.groupingBy(code, TreeMap::new, Collectors.toUnmodifiableList()))
                .values();
        return List.copyOf(byCode);
    }

    private static <T> @Nullable T effectiveAt(List<T> newestFirst, Function<T, Instant> from, Instant moment) {
        for (T version : newestFirst) {
            if (!from.apply(version).isAfter(moment)) {
                return version;
            }
        }
        return null;
    }
}
