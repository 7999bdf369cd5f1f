package io.jifen.rule;

import static io.jifen.rule.CampaignBuilder.campaign;
import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.ledger.Derivation;
import io.jifen.ledger.Derivation.Multiplier;
import io.jifen.ledger.Operation.Line;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What comes after the formula: multipliers, caps, daily limits, budgets. */
class LimitsTest {

    // ---- multipliers ----

    @Test
    void the_level_multiplies_and_says_so() {
        Award award = Pure.at(Pure.NOW)
                .level("VIP1")
                .award(order("99.50"), rule().ratio("1").level("VIP1", "1.2"));

        assertThat(points(award)).isEqualTo(119); // 119.4
        assertThat(derivation(award).base()).isEqualTo("99.5");
        assertThat(derivation(award).multipliers())
                .containsExactly(new Multiplier("level:VIP1", new BigDecimal("1.2"), null));
        assertThat(points(Pure.at(Pure.NOW)
                        .award(order("99.50"), rule().ratio("1").level("VIP1", "1.2"))))
                .isEqualTo(99);
    }

    @Test
    void stackable_campaigns_multiply_each_other_and_of_the_rest_the_best_counts() {
        Award award = Pure.at(Pure.NOW)
                .campaign(campaign("A").factor("1.5").stackable())
                .campaign(campaign("B").factor("2").stackable())
                .campaign(campaign("C").factor("3"))
                .campaign(campaign("D").factor("4"))
                .campaign(campaign("E").factor("5").off())
                .campaign(campaign("F").factor("6").about("REVIEW"))
                .award(order("10"), rule().ratio("1"));

        assertThat(points(award)).isEqualTo(120);
        assertThat(derivation(award).multipliers())
                .extracting(Multiplier::source)
                .containsExactly("campaign:A", "campaign:B", "campaign:D");
    }

    @Test
    void a_campaign_runs_from_its_start_until_just_before_its_end() {
        Instant end = Pure.NOW.plus(Duration.ofHours(1));
        CampaignBuilder hour = campaign("HOUR").from(Pure.NOW).to(end);

        assertThat(points(Pure.at(Pure.NOW.minusMillis(1)).campaign(hour).award(order("1"), rule().ratio("1"))))
                .isEqualTo(1);
        assertThat(points(Pure.at(Pure.NOW).campaign(hour).award(order("1"), rule().ratio("1"))))
                .isEqualTo(2);
        assertThat(points(Pure.at(end.minusMillis(1)).campaign(hour).award(order("1"), rule().ratio("1"))))
                .isEqualTo(2);
        assertThat(points(Pure.at(end).campaign(hour).award(order("1"), rule().ratio("1"))))
                .isEqualTo(1);
        // A late event counts by its own moment.
        assertThat(points(Pure.at(end.plus(Duration.ofDays(1)))
                        .campaign(hour)
                        .award(orderAt(Pure.NOW), rule().ratio("1"))))
                .isEqualTo(2);
    }

    @Test
    void given_points_are_not_multiplied() {
        Award award = Pure.at(Pure.NOW)
                .level("VIP1")
                .campaign(campaign("A"))
                .award(given(10), rule().takesGiven().level("VIP1", "3"));

        assertThat(points(award)).isEqualTo(10);
    }

    // ---- clips and refusals ----

    @Test
    void each_clip_is_named() {
        Award award = Pure.at(Pure.NOW)
                .used("RULE", 1, 70)
                .issued("R:RULE", 80)
                .award(
                        order("100"),
                        rule().ratio("1").cap(50).dailyPoints(100).dailyTimes(3).budget(100));

        assertThat(derivation(award))
                .isEqualTo(new Derivation(
                        "RULE",
                        1,
                        new BigDecimal("100"),
                        List.of(),
                        50L,
                        30L,
                        20L,
                        2,
                        List.of("cap", "limit", "budget"),
                        null,
                        20,
                        null,
                        null));
    }

    @Test
    void what_a_campaigns_budget_had_left_is_told() {
        Award award = Pure.at(Pure.NOW)
                .campaign(campaign("A").factor("3").budget(50))
                .issued("C:A", 20)
                .award(order("20"), rule().ratio("1"));

        assertThat(derivation(award).multipliers())
                .containsExactly(new Multiplier("campaign:A", new BigDecimal("3"), 30L));
        assertThat(points(award)).isEqualTo(20 + 30);
    }

    @Test
    void what_repays_arrears_is_told_rule_by_rule() {
        Pure pure = Pure.at(Pure.NOW);
        pure.arrears = 25;

        Award award = pure.award(
                order("1"),
                rule().code("A").fixed(10),
                rule().code("B").fixed(9).pendingDays(1),
                rule().code("C").fixed(20),
                rule().code("D").fixed(5));

        assertThat(award.lines())
                .extracting(line -> line.derivation().arrearsRepaid())
                .containsExactly(10L, null, 15L, null);
        assertThat(Simulation.of(award).arrearsRepaid()).isEqualTo(25);
    }

    @Test
    void a_limit_with_nothing_left_refuses_with_its_figures() {
        Award times = Pure.at(Pure.NOW)
                .used("RULE", 3, 9)
                .award(order("1"), rule().ratio("1").dailyTimes(3));
        Award points = Pure.at(Pure.NOW)
                .used("RULE", 3, 9)
                .award(order("1"), rule().ratio("1").dailyPoints(9));
        Award budget = Pure.at(Pure.NOW)
                .issued("R:RULE", 9)
                .award(order("1"), rule().ratio("1").budget(9));

        assertThat(times.refused().code()).isEqualTo("daily-limit-reached");
        assertThat(times.refused().figures()).isEqualTo(Map.of("limit", 3L, "used", 3L));
        assertThat(points.refused().code()).isEqualTo("daily-limit-reached");
        assertThat(points.refused().figures()).isEqualTo(Map.of("limit", 9L, "used", 9L));
        assertThat(budget.refused().code()).isEqualTo("budget-exhausted");
    }

    @Test
    void one_rule_that_refuses_leaves_the_others_alone() {
        Award award = Pure.at(Pure.NOW)
                .used("A", 1, 1)
                .award(
                        order("10"),
                        rule().code("A").ratio("1").dailyTimes(1),
                        rule().code("B").fixed(3),
                        rule().code("C").fixed(9).condition("event.amount > 100.0"));

        assertThat(award.refused()).isNull();
        assertThat(award.lines())
                .extracting(line -> line.rule().code() + " " + line.points() + " "
                        + line.derivation().refused())
                .containsExactly("A 0 daily-limit-reached", "B 3 null", "C 0 condition-not-met");
        assertThat(Pure.lines(award)).hasSize(1);
    }

    @Test
    void what_was_granted_before_comes_before_any_limit() {
        Pure pure = Pure.at(Pure.NOW).used("RULE", 1, 1);
        pure.before = ruleCode -> 4711L;

        Award award = pure.award(order("1"), rule().ratio("1").once().dailyTimes(1));

        assertThat(award.refused().code()).isEqualTo("already-granted");
        assertThat(award.refused().figures()).isEqualTo(Map.of("transactionNo", "4711"));
    }

    @Test
    void a_campaigns_budget_pays_only_what_the_campaign_adds() {
        Pure pure = Pure.at(Pure.NOW).campaign(campaign("A").factor("3").budget(50));

        assertThat(points(pure.take(order("20"), rule().ratio("1")))).isEqualTo(60); // adds 40
        assertThat(pure.issued("C:A")).isEqualTo(40);
        Award last = pure.take(order("20"), rule().ratio("1"));
        assertThat(points(last)).isEqualTo(30); // adds the last 10
        assertThat(derivation(last).clippedBy()).containsExactly("campaign:A");
        Award after = pure.take(order("20"), rule().ratio("1"));
        assertThat(points(after)).isEqualTo(20);
        assertThat(derivation(after).multipliers()).isEmpty();
        assertThat(pure.issued("C:A")).isEqualTo(50);
    }

    @Test
    void a_used_up_campaign_makes_way_for_the_next_best() {
        Award award = Pure.at(Pure.NOW)
                .campaign(campaign("A").factor("5").budget(50))
                .campaign(campaign("B").factor("2"))
                .issued("C:A", 50)
                .award(order("10"), rule().ratio("1"));

        assertThat(points(award)).isEqualTo(20);
    }

    @Test
    void the_best_is_what_brings_most_and_not_what_promises_most() {
        Pure pure = Pure.at(Pure.NOW)
                .campaign(campaign("A").factor("5").budget(50))
                .campaign(campaign("B").factor("2"))
                .campaign(campaign("C").factor("3").budget(60))
                .campaign(campaign("D").factor("1.5").stackable())
                .issued("C:A", 49);

        Award award = pure.take(order("20"), rule().ratio("1"));

        // A has 1 left, C all of its 60: 20 × 3 × 1.5
        assertThat(points(award)).isEqualTo(90);
        assertThat(derivation(award).multipliers())
                .extracting(Multiplier::source)
                .containsExactly("campaign:C", "campaign:D");
        assertThat(pure.issued("C:A")).isEqualTo(49);
        assertThat(pure.issued("C:C")).isEqualTo(40);
        // The next one finds 20 left of C, which makes as much as B: the higher factor has it.
        assertThat(points(pure.take(order("20"), rule().ratio("1")))).isEqualTo(60);
        assertThat(pure.issued("C:C")).isEqualTo(60);
        assertThat(points(pure.take(order("20"), rule().ratio("1")))).isEqualTo(60);
    }

    @Property
    void no_other_choice_of_a_campaign_brings_more(
            @ForAll @Size(min = 2, max = 4) List<@IntRange(min = 1, max = 60) Integer> tenths,
            @ForAll @Size(min = 4, max = 4) List<@IntRange(max = 60) Integer> budgets,
            @ForAll @IntRange(max = 50) int amount,
            @ForAll @LongRange(max = 100) long cap) {
        RuleBuilder rule = rule().ratio("1").cap(cap);
        Pure all = Pure.at(Pure.NOW);
        long most = 0;
        for (int i = 0; i < tenths.size(); i++) {
            CampaignBuilder one = campaign("C" + i)
                    .factor(new BigDecimal(tenths.get(i)).movePointLeft(1).toPlainString())
                    .budget(budgets.get(i));
            all.campaign(one);
            most = Math.max(most, points(Pure.at(Pure.NOW).campaign(one).award(order(Integer.toString(amount)), rule)));
        }

        assertThat(points(all.award(order(Integer.toString(amount)), rule))).isEqualTo(most);
    }

    @Test
    void what_the_cap_takes_away_costs_no_budget() {
        Pure pure = Pure.at(Pure.NOW).campaign(campaign("A").factor("3").budget(50));

        pure.take(order("20"), rule().ratio("1").cap(25));

        assertThat(pure.issued("C:A")).isEqualTo(5);
    }

    @Property
    void never_negative_never_above_any_bound_and_exact_where_nothing_clips(
            @ForAll @BigRange(min = "0", max = "1000000") @Scale(2) BigDecimal amount,
            @ForAll @BigRange(min = "0", max = "100") @Scale(6) BigDecimal ratio,
            @ForAll @BigRange(min = "0.1", max = "10") @Scale(4) BigDecimal level,
            @ForAll @BigRange(min = "0.1", max = "10") @Scale(4) BigDecimal factor,
            @ForAll @LongRange(max = 1_000_000) long cap,
            @ForAll @LongRange(max = 1_000_000) long dailyPoints,
            @ForAll @LongRange(max = 1_000_000) long budget,
            @ForAll @LongRange(max = 1_000_000) long campaignBudget,
            @ForAll @LongRange(max = 2_000_000) long before) {
        Pure pure = Pure.at(Pure.NOW)
                .level("VIP1")
                .campaign(campaign("A").factor(factor.toPlainString()).budget(campaignBudget))
                .used("RULE", 1, before)
                .issued("R:RULE", before)
                .issued("C:A", before);

        Award award = pure.take(
                order(amount),
                rule().ratio(ratio)
                        .level("VIP1", level.toPlainString())
                        .cap(cap)
                        .dailyPoints(dailyPoints)
                        .budget(budget));

        long points = award.granted().stream().mapToLong(Award.Line::points).sum();
        assertThat(points).isNotNegative();
        BigDecimal plain = amount.multiply(ratio).multiply(level);
        long most = plain.multiply(factor.max(BigDecimal.ONE))
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
        assertThat(points).isLessThanOrEqualTo(most);
        if (cap > 0) {
            assertThat(points).isLessThanOrEqualTo(cap);
        }
        if (dailyPoints > 0) {
            assertThat(points).isLessThanOrEqualTo(Math.max(0, dailyPoints - before));
        }
        if (budget > 0) {
            assertThat(pure.issued("R:RULE")).isLessThanOrEqualTo(Math.max(before, budget));
            assertThat(pure.issued("R:RULE") - before).isEqualTo(points);
        }
        if (campaignBudget > 0) {
            assertThat(pure.issued("C:A")).isLessThanOrEqualTo(Math.max(before, campaignBudget));
        }
        if (award.refused() == null && derivation(award).clippedBy() == null) {
            assertThat(points)
                    .isEqualTo(plain.multiply(factor)
                            .setScale(0, RoundingMode.FLOOR)
                            .longValueExact());
        }
    }

    @Property
    void a_budget_is_never_overdrawn_however_many_rules_and_events_share_campaigns(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 500) Integer> amounts,
            @ForAll @LongRange(min = 1, max = 2_000) long budget,
            @ForAll @LongRange(min = 1, max = 2_000) long campaignBudget) {
        Pure pure = Pure.at(Pure.NOW)
                .campaign(campaign("A").factor("3").budget(campaignBudget))
                .campaign(campaign("B").factor("1.5").stackable().budget(campaignBudget));
        RuleBuilder first = rule().code("R1").ratio("1").budget(budget);
        RuleBuilder second = rule().code("R2").ratio("0.3").fixed(7).dailyPoints(100);
        long plain = 0;
        long granted = 0;
        for (int amount : amounts) {
            plain += amount + (long) Math.floor(amount * 0.3 + 7);
            granted += pure.take(order(Integer.toString(amount)), first, second).granted().stream()
                    .mapToLong(Award.Line::points)
                    .sum();
        }

        assertThat(pure.issued("R:R1")).isLessThanOrEqualTo(budget);
        assertThat(pure.issued("C:A")).isLessThanOrEqualTo(campaignBudget);
        assertThat(pure.issued("C:B")).isLessThanOrEqualTo(campaignBudget);
        assertThat(granted).isLessThanOrEqualTo(plain + pure.issued("C:A") + pure.issued("C:B"));
    }

    @Property
    void the_order_in_which_rules_and_campaigns_are_told_makes_no_difference(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 100) Integer> figures, @ForAll Random random) {
        List<RuleVersion> rules = new ArrayList<>();
        List<CampaignBuilder> campaigns = new ArrayList<>();
        for (int i = 0; i < figures.size(); i++) {
            rules.add(rule().code("R" + i).fixed(figures.get(i)).budget(150).build());
            CampaignBuilder one =
                    campaign("C" + i).factor("1." + figures.get(i)).budget(40);
            campaigns.add(i % 2 == 0 ? one.stackable() : one);
        }
        Pure straight = Pure.at(Pure.NOW);
        campaigns.forEach(straight::campaign);
        List<RuleVersion> shuffledRules = new ArrayList<>(rules);
        List<CampaignBuilder> shuffledCampaigns = new ArrayList<>(campaigns);
        Collections.shuffle(shuffledRules, random);
        Collections.shuffle(shuffledCampaigns, random);
        Pure shuffled = Pure.at(Pure.NOW);
        shuffledCampaigns.forEach(shuffled::campaign);

        assertThat(derivations(shuffled.award(order("1"), shuffledRules)))
                .isEqualTo(derivations(straight.award(order("1"), rules)));
    }

    // ---- days ----

    @Test
    void the_day_of_a_limit_is_the_programs_and_that_of_the_event() {
        Instant midnight = Instant.parse("2026-11-22T16:00:00Z"); // in Shanghai
        Pure pure = Pure.at(midnight.plus(Duration.ofHours(1)));
        RuleBuilder once = rule().ratio("1").dailyTimes(1);

        assertThat(pure.take(orderAt(midnight), once).refused()).isNull();
        assertThat(pure.take(orderAt(midnight.plusSeconds(1)), once).refused()).isNotNull();
        assertThat(pure.take(orderAt(midnight.minusMillis(1)), once).refused()).isNull();
        assertThat(pure.take(orderAt(midnight.minusMillis(2)), once).refused()).isNotNull();
    }

    @Test
    void the_29th_of_february_is_a_day_of_its_own_and_a_month_ends_when_it_does() {
        RuleBuilder once = rule().ratio("1").dailyTimes(1);
        Pure pure = Pure.at(Instant.parse("2028-03-01T04:00:00Z"));

        for (String day : List.of("2028-02-28", "2028-02-29", "2028-03-01")) {
            assertThat(pure.take(orderAt(Instant.parse(day + "T03:00:00Z")), once)
                            .refused())
                    .as(day)
                    .isNull();
            assertThat(pure.take(orderAt(Instant.parse(day + "T03:30:00Z")), once)
                            .refused())
                    .as(day)
                    .isNotNull();
        }
    }

    @Test
    void an_hour_that_comes_twice_is_one_day() {
        Pure pure = Pure.at(Instant.parse("2026-11-02T00:00:00Z"));
        pure.zone = ZoneId.of("America/New_York");
        RuleBuilder twice = rule().ratio("1").dailyTimes(2);

        // 01:30 in summer time, 01:30 in winter time and 23:30, all on the 1st of November
        assertThat(pure.take(orderAt(Instant.parse("2026-11-01T05:30:00Z")), twice)
                        .refused())
                .isNull();
        assertThat(pure.take(orderAt(Instant.parse("2026-11-01T06:30:00Z")), twice)
                        .refused())
                .isNull();
        assertThat(pure.award(orderAt(Instant.parse("2026-11-01T23:30:00Z")), twice)
                        .refused())
                .isNotNull();
    }

    @Test
    void pending_points_are_valid_from_the_day_on_which_they_become_active() {
        Award award = Pure.at(Instant.parse("2028-02-21T20:00:00Z")) // the 22nd in Shanghai
                .award(order("1"), rule().ratio("1").pendingDays(7).validDays(1));

        Line line = Pure.lines(award).getFirst();
        assertThat(line.pending().activatesAt()).isEqualTo("2028-02-28T20:00:00Z");
        assertThat(line.expiresOn()).isEqualTo(LocalDate.of(2028, 3, 1));
    }

    @Test
    void what_comes_after_the_late_window_is_marked() {
        Deed late = orderAt(Pure.NOW.minus(Pure.WINDOW).minusMillis(1));

        assertThat(derivation(Pure.at(Pure.NOW).award(late, rule().ratio("1"))).late())
                .isTrue();
        assertThat(derivation(Pure.at(Pure.NOW).award(orderAt(Pure.NOW.minus(Pure.WINDOW)), rule().ratio("1")))
                        .late())
                .isNull();
    }

    // ---- the words of this test ----

    private static List<Derivation> derivations(Award award) {
        return award.lines().stream().map(Award.Line::derivation).toList();
    }

    private static Derivation derivation(Award award) {
        assertThat(award.refused()).isNull();
        return award.granted().getFirst().derivation();
    }

    private static long points(Award award) {
        return derivation(award).points();
    }

    private static RuleBuilder rule() {
        return new RuleBuilder();
    }

    private static Deed order(String amount) {
        return order(new BigDecimal(amount));
    }

    private static Deed order(BigDecimal amount) {
        return new Deed("ORDER", "o-1", amount, null, null, null);
    }

    private static Deed orderAt(@Nullable Instant occurredAt) {
        return new Deed("ORDER", null, BigDecimal.ONE, null, occurredAt, null);
    }

    private static Deed given(long points) {
        return new Deed("ORDER", null, null, points, null, null);
    }
}
