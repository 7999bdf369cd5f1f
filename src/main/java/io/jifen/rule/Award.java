package io.jifen.rule;

import io.jifen.ledger.Operation.Grant;
import io.jifen.ledger.Operation.Line;
import io.jifen.ledger.Operation.RuleRef;
import io.jifen.platform.Points;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * What a deed earns: pure arithmetic over the rules in force. Per rule {@code floor(fixed + amount × ratio)}, or the
 * points that the deed itself names where the rule takes them, then the rule's cap.
 */
sealed interface Award {

    record Given(Grant grant) implements Award {}

    record Refused(Problem problem) implements Award {}

    /**
     * Decides the deed by the rules, day and validity of the moment it occurred, or of now if that is longer ago than
     * the late window (or, by a clock ahead of ours, still to come).
     */
    static Award of(Deed deed, Rules rules, Instant now, Duration lateWindow, ZoneId zone) {
        Instant moment = momentOf(deed, now, lateWindow);
        List<RuleVersion> matching = rules.deciding(deed, moment);
        if (matching.isEmpty()) {
            return refuse(ProblemCode.RULE_NOT_FOUND, "No rule is in force for bizType " + deed.bizType() + ".");
        }
        List<RuleVersion> granting = deed.points() == null
                ? matching
                : matching.stream().filter(RuleVersion::takesGivenPoints).toList();
        if (granting.isEmpty()) {
            return refuse(
                    ProblemCode.POINTS_NOT_ALLOWED,
                    "The rules for bizType " + deed.bizType() + " compute the points; leave points out.");
        }
        LocalDate day = LocalDate.ofInstant(moment, zone);
        List<Line> lines = new ArrayList<>(granting.size());
        for (RuleVersion rule : granting) {
            BigDecimal points = points(rule, deed);
            if (points.compareTo(BigDecimal.valueOf(Points.MAX)) > 0) {
                return new Refused(
                        Problem.invalid("amount", "earns more than " + Points.MAX + " points by rule " + rule.code()));
            }
            RuleRef ref = new RuleRef(rule.code(), rule.version(), rule.oncePerBizNo(), rule.clawback());
            lines.add(new Line(points.longValueExact(), rule.validity().lastDay(day), ref, deed.amount()));
        }
        return new Given(new Grant(List.copyOf(lines)));
    }

    private static Instant momentOf(Deed deed, Instant now, Duration lateWindow) {
        Instant occurredAt = deed.occurredAt();
        if (occurredAt == null || occurredAt.isAfter(now) || occurredAt.isBefore(now.minus(lateWindow))) {
            return now;
        }
        return occurredAt;
    }

    private static BigDecimal points(RuleVersion rule, Deed deed) {
        BigDecimal points = deed.points() != null ? BigDecimal.valueOf(deed.points()) : computed(rule, deed);
        BigDecimal whole = points.setScale(0, RoundingMode.FLOOR);
        return rule.maxPerEvent() == 0 ? whole : whole.min(BigDecimal.valueOf(rule.maxPerEvent()));
    }

    private static BigDecimal computed(RuleVersion rule, Deed deed) {
        BigDecimal amount = deed.amount() == null ? BigDecimal.ZERO : deed.amount();
        return BigDecimal.valueOf(rule.fixed()).add(amount.multiply(rule.ratio()));
    }

    private static Award refuse(ProblemCode code, String detail) {
        return new Refused(Problem.of(code, detail));
    }
}
