package io.jifen.rule;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Derivation;
import io.jifen.ledger.Derivation.Multiplier;
import io.jifen.ledger.EarnedBefore;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Operation.RuleRef;
import io.jifen.platform.Points;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a deed earns: pure arithmetic over the rules and campaigns in force and over what limits and budgets have left.
 * Earning and simulation both ask it, so they say the same.
 *
 * <p>Per rule, by code: {@code floor((fixed + amount × ratio) × multipliers)}, or the points that the deed itself names
 * where the rule takes them, and then as many of them as the rule's cap, its daily points, its budget and those of the
 * campaigns allow.
 *
 * @param lines one per rule in force, by code
 * @param refused null unless every rule refuses
 * @param failed rules and campaigns whose conditions could not be evaluated
 */
record Award(
        Deed deed,
        Moment moment,
        List<Line> lines,
        @Nullable Problem refused,
        Set<String> failed) {

    /** What a deed is judged by, as it stands under the account's lock. */
    record Facts(
            Rules rules,
            AccountView account,
            Tally tally,
            EarnedBefore before,
            Moment moment,
            Map<String, BigDecimal> levelFactors) {

        /** Where a rule says nothing of the account's level, what the level itself brings; null: nothing. */
        @Nullable
        BigDecimal levelFactor(RuleVersion rule) {
            BigDecimal ofRule = rule.levelMultipliers().get(account.level());
            return ofRule == null ? levelFactors.get(account.level()) : ofRule;
        }
    }

    /**
     * One rule's part.
     *
     * @param refused why it gives nothing; null if it grants
     * @param spent points by budget
     */
    record Line(
            RuleVersion rule,
            Derivation derivation,
            @Nullable Problem refused,
            Map<String, Long> spent) {

        long points() {
            return derivation.points();
        }

        private Line repaying(long arrears) {
            return new Line(rule, derivation.repaying(arrears), refused, spent);
        }
    }

    static Award of(Deed deed, Facts facts) {
        return new Reckoning(deed, facts).award();
    }

    List<Line> granted() {
        return refused != null
                ? List.of()
                : lines.stream().filter(line -> line.refused() == null).toList();
    }

    /** What the ledger is to do, unless it is refused. {@code text} is the form in which derivations are kept. */
    Operation.Grant grant(Function<Derivation, String> text) {
        return new Operation.Grant(
                granted().stream().map(line -> line(line, text)).toList());
    }

    private Operation.Line line(Line line, Function<Derivation, String> text) {
        RuleVersion rule = line.rule();
        LocalDate from = moment.day().plusDays(rule.pendingDays());
        return new Operation.Line(
                line.points(),
                rule.validity().lastDay(from),
                new RuleRef(rule.code(), rule.version(), rule.oncePerBizNo(), rule.clawback()),
                deed.amount(),
                rule.pendingDays() == 0
                        ? null
                        : new Operation.Pending(
                                moment.at()
                                        .atZone(moment.zone())
                                        .plusDays(rule.pendingDays())
                                        .toInstant(),
                                rule.validity()),
                line.derivation().isPlain() ? null : text.apply(line.derivation()));
    }

    /** Points on their way, with what was done to them. */
    private static final class Value {

        private BigDecimal points;
        private final List<Multiplier> multipliers;
        private final List<String> clippedBy;

        /** Points by budget. */
        private final Map<String, Long> takes;

        Value(BigDecimal base) {
            points = base;
            multipliers = new ArrayList<>();
            clippedBy = new ArrayList<>();
            takes = new HashMap<>();
        }

        Value(Value other) {
            points = other.points;
            multipliers = new ArrayList<>(other.multipliers);
            clippedBy = new ArrayList<>(other.clippedBy);
            takes = new HashMap<>(other.takes);
        }

        void multiply(String source, BigDecimal factor, @Nullable Long budget) {
            multipliers.add(new Multiplier(source, factor, budget));
            points = points.multiply(factor);
        }
    }

    /** The work of one award: what its rules have in common, and what the ones before took of shared budgets. */
    private static final class Reckoning {

        /** One more than a posting may hold: enough to tell that it is too many. */
        private static final long TOO_MANY = Points.MAX + 1;

        /** Of several refusals, the one that says most comes first. */
        private static final List<String> TELLING = List.of(
                ProblemCode.INVALID_REQUEST.code(),
                ProblemCode.ALREADY_GRANTED.code(),
                ProblemCode.DAILY_LIMIT_REACHED.code(),
                ProblemCode.BUDGET_EXHAUSTED.code(),
                ProblemCode.POINTS_NOT_ALLOWED.code(),
                ProblemCode.RULE_NOT_FOUND.code());

        private final Deed deed;
        private final Facts facts;
        private final Moment moment;
        private final Map<String, Long> spent = new HashMap<>();
        private final Set<String> failed = new TreeSet<>();
        private @Nullable Map<String, Object> seen;
        private @Nullable List<CampaignVersion> running;

        Reckoning(Deed deed, Facts facts) {
            this.deed = deed;
            this.facts = facts;
            this.moment = facts.moment();
        }

        Award award() {
            List<Line> lines = new ArrayList<>();
            for (RuleVersion rule : facts.rules().deciding(deed, moment.at())) {
                Line line = line(rule);
                if (line.refused() == null) {
                    line.spent().forEach((budget, points) -> spent.merge(budget, points, Long::sum));
                }
                lines.add(line);
            }
            return new Award(deed, moment, withRepaidArrears(lines), refusal(lines), Set.copyOf(failed));
        }

        /** Whatever comes in repays arrears first, line by line; pending points do so when they become active. */
        private List<Line> withRepaidArrears(List<Line> lines) {
            long owed = facts.account().arrears();
            List<Line> told = new ArrayList<>();
            for (Line line : lines) {
                long repaid = line.rule().pendingDays() == 0 ? Math.min(owed, line.points()) : 0;
                told.add(repaid == 0 ? line : line.repaying(repaid));
                owed -= repaid;
            }
            return List.copyOf(told);
        }

        private @Nullable Problem refusal(List<Line> lines) {
            if (lines.isEmpty()) {
                return Problem.of(
                        ProblemCode.RULE_NOT_FOUND, "No rule is in force for bizType " + deed.bizType() + ".");
            }
            List<Problem> refusals =
                    lines.stream().map(Line::refused).filter(Objects::nonNull).toList();
            Problem first = refusals.stream()
                    .min(Comparator.comparingInt(problem -> TELLING.indexOf(problem.code())))
                    .orElse(null);
            boolean all = refusals.size() == lines.size();
            // A request that can't be read right is refused as a whole: part of it would be a guess.
            return all || (first != null && first.code().equals(TELLING.getFirst())) ? first : null;
        }

        private Line line(RuleVersion rule) {
            Condition.Outcome outcome = outcome(rule.condition(), rule.code());
            if (outcome != Condition.Outcome.MET) {
                String why = outcome == Condition.Outcome.FAILED ? "condition-failed" : "condition-not-met";
                return nothing(
                        rule,
                        why,
                        Problem.of(
                                ProblemCode.RULE_NOT_FOUND,
                                "No rule for bizType " + deed.bizType() + " has its condition met."));
            }
            if (deed.points() != null && !rule.takesGivenPoints()) {
                return refuse(
                        rule,
                        Problem.of(
                                ProblemCode.POINTS_NOT_ALLOWED,
                                "The rules for bizType " + deed.bizType() + " compute the points; leave points out."));
            }
            Long first = rule.oncePerBizNo() ? facts.before().transactionNo(rule.code()) : null;
            if (first != null) {
                return refuse(
                        rule,
                        Problem.of(
                                        ProblemCode.ALREADY_GRANTED,
                                        "This business has earned its points before, with another key.")
                                .with("transactionNo", Long.toString(first)));
            }
            Tally.Used used = rule.hasDailyLimit()
                    ? facts.tally().used(new Tally.Day(facts.account().id(), rule.code(), moment.day()))
                    : Tally.Used.NOTHING;
            if (rule.dailyTimes() > 0 && used.times() >= rule.dailyTimes()) {
                return refuse(rule, dailyLimit(rule.dailyTimes(), used.times()));
            }
            return reckon(rule, used);
        }

        private Line reckon(RuleVersion rule, Tally.Used used) {
            Long cap = rule.maxPerEvent() == 0 ? null : rule.maxPerEvent();
            Long limit = rule.dailyPoints() == 0 ? null : Math.max(0, rule.dailyPoints() - used.points());
            Long budget = rule.budget() == 0 ? null : left(rule.budgetKey(), rule.budget());
            Integer times = rule.dailyTimes() == 0 ? null : rule.dailyTimes() - used.times();
            long most = least(cap, least(limit, least(budget, TOO_MANY)));

            BigDecimal base = base(rule);
            Value value = new Value(base);
            if (deed.points() == null) {
                BigDecimal factor = facts.levelFactor(rule);
                if (factor != null) {
                    value.multiply("level:" + facts.account().level(), factor, null);
                }
                value = best(value, most);
            }
            List<String> clippedBy = value.clippedBy;
            Map<String, Long> takes = value.takes;
            long asked = whole(value.points, TOO_MANY);
            if (asked > 0 && limit != null && limit == 0) {
                return refuse(rule, dailyLimit(rule.dailyPoints(), used.points()));
            }
            if (asked > 0 && budget != null && budget == 0) {
                return refuse(
                        rule,
                        Problem.of(ProblemCode.BUDGET_EXHAUSTED, "The budget of rule " + rule.code() + " is used up."));
            }
            long points = asked;
            points = clip(points, cap, "cap", clippedBy);
            points = clip(points, limit, "limit", clippedBy);
            points = clip(points, budget, "budget", clippedBy);
            if (points == TOO_MANY) {
                return refuse(
                        rule,
                        Problem.invalid("amount", "earns more than " + Points.MAX + " points by rule " + rule.code()));
            }
            if (budget != null && points > 0) {
                takes.put(rule.budgetKey(), points);
            }
            Derivation derivation = new Derivation(
                    rule.code(),
                    rule.version(),
                    shown(base),
                    List.copyOf(value.multipliers),
                    cap,
                    limit,
                    budget,
                    times,
                    clippedBy.isEmpty() ? null : List.copyOf(clippedBy),
                    moment.late() ? true : null,
                    points,
                    null,
                    null);
            return new Line(rule, derivation, null, Map.copyOf(takes));
        }

        /**
         * The value with the campaigns that stack and, of those that don't, with the one that makes the most points of
         * it. One that is used up is the best only where there is no other.
         */
        private Value best(Value value, long most) {
            List<CampaignVersion> alone = campaigns().stream()
                    .filter(campaign -> !campaign.stackable())
                    .sorted(Comparator.comparing(this::isUsedUp)
                            .thenComparing(CampaignVersion::factor, Comparator.reverseOrder()))
                    .toList();
            if (alone.size() < 2) {
                return raised(value, campaigns(), most);
            }
            boolean usedUp = isUsedUp(alone.getFirst());
            Value best = null;
            for (CampaignVersion one : alone) {
                if (isUsedUp(one) == usedUp) {
                    Value raised = raised(
                            value,
                            campaigns().stream()
                                    .filter(campaign -> campaign.stackable() || campaign == one)
                                    .toList(),
                            most);
                    best = best == null || whole(raised.points, most) > whole(best.points, most) ? raised : best;
                }
            }
            return Objects.requireNonNull(best);
        }

        private Value raised(Value value, List<CampaignVersion> campaigns, long most) {
            Value raised = new Value(value);
            campaigns.forEach(campaign -> raise(raised, campaign, most));
            return raised;
        }

        /**
         * Applies the campaign. What it adds to the points that are granted in the end is what it takes of its budget;
         * where that is not enough, the rest is given and nothing more.
         */
        private void raise(Value value, CampaignVersion campaign, long most) {
            if (isUsedUp(campaign)) {
                value.clippedBy.add(campaign.source());
                return;
            }
            long before = whole(value.points, most);
            Long left = campaign.budget() == 0 ? null : left(campaign.budgetKey(), campaign.budget());
            value.multiply(campaign.source(), shown(campaign.factor()), left);
            long adds = whole(value.points, most) - before;
            if (left == null || adds <= 0) {
                return;
            }
            if (adds > left) {
                value.clippedBy.add(campaign.source());
                adds = left;
                value.points = BigDecimal.valueOf(before + left);
            }
            value.takes.put(campaign.budgetKey(), adds);
        }

        /** Those that run and whose condition is met, by code. */
        private List<CampaignVersion> campaigns() {
            if (running == null) {
                running = facts.rules().running(deed.bizType(), moment.at()).stream()
                        .filter(campaign -> outcome(campaign.condition(), campaign.source()) == Condition.Outcome.MET)
                        .toList();
            }
            return running;
        }

        private boolean isUsedUp(CampaignVersion campaign) {
            return campaign.budget() > 0 && left(campaign.budgetKey(), campaign.budget()) == 0;
        }

        private long left(String key, long budget) {
            return Math.max(0, budget - facts.tally().issued(key) - spent.getOrDefault(key, 0L));
        }

        private BigDecimal base(RuleVersion rule) {
            if (deed.points() != null) {
                return BigDecimal.valueOf(deed.points());
            }
            BigDecimal amount = deed.amount() == null ? BigDecimal.ZERO : deed.amount();
            return BigDecimal.valueOf(rule.fixed()).add(amount.multiply(rule.ratio()));
        }

        private Condition.Outcome outcome(@Nullable Condition condition, String whose) {
            if (condition == null) {
                return Condition.Outcome.MET;
            }
            if (seen == null) {
                seen = Seen.of(deed, facts.account(), moment);
            }
            Condition.Outcome outcome = condition.of(seen);
            if (outcome == Condition.Outcome.FAILED) {
                failed.add(whose);
            }
            return outcome;
        }

        private static long clip(long points, @Nullable Long most, String by, List<String> clippedBy) {
            if (most == null || points <= most) {
                return points;
            }
            clippedBy.add(by);
            return most;
        }

        private static long least(@Nullable Long one, long other) {
            return one == null ? other : Math.min(one, other);
        }

        private static long whole(BigDecimal value, long most) {
            return value.setScale(0, RoundingMode.FLOOR)
                    .min(BigDecimal.valueOf(most))
                    .longValueExact();
        }

        /** 99.50 and 99.5 are the same, and shown the same. */
        private static BigDecimal shown(BigDecimal number) {
            BigDecimal stripped = number.stripTrailingZeros();
            return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
        }

        private static Problem dailyLimit(long limit, long used) {
            return Problem.of(ProblemCode.DAILY_LIMIT_REACHED, "The user has earned all that a day allows for this.")
                    .with("limit", limit)
                    .with("used", used);
        }

        private Line refuse(RuleVersion rule, Problem problem) {
            return nothing(rule, problem.code(), problem);
        }

        private Line nothing(RuleVersion rule, String why, Problem problem) {
            Derivation derivation = new Derivation(
                    rule.code(),
                    rule.version(),
                    shown(base(rule)),
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    moment.late() ? true : null,
                    0,
                    null,
                    why);
            return new Line(rule, derivation, problem, Map.of());
        }
    }
}
