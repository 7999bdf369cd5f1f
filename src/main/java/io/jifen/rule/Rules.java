package io.jifen.rule;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All rules in all their versions, as they were at one moment. */
final class Rules {

    /** By code, the versions of a rule, newest first. */
    private final Collection<List<RuleVersion>> rules;

    private final Set<String> codes;

    Rules(List<RuleVersion> versions) {
        Map<String, List<RuleVersion>> byCode = versions.stream()
                .sorted(Comparator.comparingInt(RuleVersion::version).reversed())
                .collect(Collectors.groupingBy(RuleVersion::code, TreeMap::new, Collectors.toUnmodifiableList()));
        rules = List.copyOf(byCode.values());
        codes = Set.copyOf(byCode.keySet());
    }

    /** The rules in force at this moment that decide the deed. */
    List<RuleVersion> deciding(Deed deed, Instant moment) {
        List<RuleVersion> inForce = inForce(deed.bizType(), moment);
        if (deed.rule() == null) {
            return inForce;
        }
        // A rule that is switched off is there all the same: then nothing decides.
        String one = codes.contains(deed.rule()) ? deed.rule() : deed.bizType();
        return inForce.stream().filter(rule -> rule.code().equals(one)).toList();
    }

    /**
     * The rules that grant for this kind of business at this moment, by code. Of each rule the newest version that was
     * effective by then speaks for it, also when it says that the rule is off or about something else.
     */
    List<RuleVersion> inForce(String bizType, Instant moment) {
        return rules.stream()
                .map(versions -> effectiveAt(versions, moment))
                .filter(Objects::nonNull)
                .filter(rule -> rule.bizType().equals(bizType) && rule.grantsAt(moment))
                .toList();
    }

    private static @Nullable RuleVersion effectiveAt(List<RuleVersion> newestFirst, Instant moment) {
        for (RuleVersion version : newestFirst) {
            if (!version.effectiveFrom().isAfter(moment)) {
                return version;
            }
        }
        return null;
    }
}
